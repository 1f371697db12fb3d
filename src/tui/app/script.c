/* A session from a file: the same commands as after ":", run by the loop between two frames. */
#include "script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "input/act.h"

enum { SCRIPT_BYTES_MAX = 65536, LINE_BYTES_MAX = 512, PATH_SHOWN = 60 };

int script_open(struct script *s, const char *path, struct err *e)
{
    char *text;
    size_t size;
    int depth = s->text ? s->depth + 1 : 0;
    if (depth > SCRIPT_DEPTH_MAX) {
        script_close(s);
        return err_set(e, ERR_FAIL,
                       "%s: not run: %d scripts have sourced each other without a wait between "
                       "them; a script that repeats itself needs a line such as \"wait 1\"",
                       path, SCRIPT_DEPTH_MAX);
    }
    if (file_read(path, SCRIPT_BYTES_MAX, &text, &size, e))
        return -1;
    if (memchr(text, '\0', size)) {
        free(text);
        return err_set(e, ERR_DATA, "%s: not run: it holds a zero byte, so it is not text", path);
    }
    script_close(s);
    s->text = text;
    s->next = text;
    s->depth = depth;
    snprintf(s->path, sizeof s->path, "%s", path);
    return 0;
}

void script_close(struct script *s)
{
    free(s->text);
    *s = (struct script){0};
}

void script_wait(struct script *s, const char *argument, double now)
{
    double seconds = 0;
    s->wait_scores = strcmp(argument, "scores") == 0;
    s->wait_idle = strcmp(argument, "idle") == 0;
    if (text_real(argument, &seconds) && seconds > 0)
        s->wait_until = now + seconds;
    if (s->wait_scores || s->wait_idle || s->wait_until > 0)
        s->depth = 0;
}

/* A line is about the run that is shown and the runs there are, so these must have been read. */
static bool waiting(struct script *s, const struct app_model *b, double now)
{
    if (app_model_awaits(b))
        return true;
    if (s->wait_scores && b->cuts.k > 0)
        s->wait_scores = false;
    if (s->wait_idle && !app_model_busy(b))
        s->wait_idle = false;
    if (now >= s->wait_until)
        s->wait_until = 0; /* no longer due: what is waited for now wakes the loop itself */
    return s->wait_scores || s->wait_idle || now < s->wait_until;
}

/* The part of a command that fits may mean something else: another class, another file. */
static bool is_too_long(const char *line, size_t n)
{
    return n >= LINE_BYTES_MAX && line[strspn(line, " :")] != '#';
}

/* What was wrong is the notice, `why` or both; the file may be one of many. */
static void fail(struct script *s, struct app_model *b, const char *why)
{
    char text[2 * sizeof s->path + sizeof b->notice];
    size_t n = strlen(s->path);
    const char *path = n > PATH_SHOWN ? s->path + n - PATH_SHOWN : s->path;
    snprintf(text, sizeof text, "%s%s:%d: %s; the script ends here", n > PATH_SHOWN ? "..." : "",
             path, s->line, why);
    app_model_say_until_key(b, INK_WARN, text);
    log_warn("script %s:%d: %s; the script ends here", s->path, s->line, why);
    script_close(s);
}

static void run_line(struct script *s, struct app_model *b)
{
    char line[LINE_BYTES_MAX], why[LINE_BYTES_MAX];
    const char *from = s->next;
    size_t n = strcspn(from, "\n");
    s->next += n + (from[n] == '\n');
    s->line++;
    s->warnings = b->warnings;
    if (n > 0 && from[n - 1] == '\r') /* from a system that ends lines so */
        n--;
    snprintf(line, sizeof line, "%.*s", (int)n, from);
    if (is_too_long(from, n)) {
        snprintf(why, sizeof why, "a line of %zu bytes; %d are the most: %.40s...", n,
                 LINE_BYTES_MAX - 1, line);
        fail(s, b, why);
    } else {
        act_line(b, line);
        s->postpones = b->postponed[0] != '\0';
        script_check(s, b);
    }
}

bool script_postponed(struct script *s, struct app_model *b)
{
    int warnings = b->warnings;
    if (!act_postponed(b))
        return false;
    if (s->postpones) {
        s->warnings = warnings;
        s->postpones = false;
        script_check(s, b);
    }
    return true;
}

void script_check(struct script *s, struct app_model *b)
{
    char why[sizeof b->notice];
    if (!s->text || s->line == 0 || b->warnings == s->warnings)
        return;
    snprintf(why, sizeof why, "%s", b->notice);
    fail(s, b, why);
}

/* Ends after a line that leaves a wish, such as a wait: it is not carried out yet. A script is
 * closed one turn after its last line, so that what that line sources is known to come from it. */
bool script_run(struct script *s, struct app_model *b, double now, int *lines)
{
    bool any = false;
    while (s->text && b->wishes_n == 0 && *lines > 0 && !waiting(s, b, now)) {
        if (*s->next) {
            run_line(s, b);
            --*lines;
            any = true;
        } else {
            script_close(s);
        }
    }
    return any;
}

double script_due(const struct script *s)
{
    if (!s->text || s->wait_scores || s->wait_idle)
        return INFINITY;
    return s->wait_until;
}
