/* Progress on standard error. The job's thread reports; any thread may log. One lock keeps a log
 * line from falling into a half-drawn bar. A dead terminal is no reason to stop: writing errors are
 * ignored here. */
#include "progress.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 512 };

static const double BAR_EVERY = .1, LINE_EVERY = 10; /* seconds */

struct progress {
    bool quiet, bar;
    pthread_mutex_t lock; /* guards all below and the terminal's line */
    char shown[LINE_MAX_BYTES];
    char label[64];
    double started, told; /* this label; the last bar or line */
    int64_t first;        /* units that were done when the label began */
};

static void put_bar_text(char *out, int cells, double part)
{
    int full = (int)(part * cells);
    for (int i = 0; i < cells; i++)
        out[i] = i < full ? '=' : i == full ? '>' : ' ';
    out[cells] = '\0';
}

static void describe(const struct progress_view *v, char *out, size_t size)
{
    char span[16];
    int n = snprintf(out, size, "%lld", (long long)v->done);
    if (v->total > 0)
        n += snprintf(out + n, size - (size_t)n, "/%lld", (long long)v->total);
    if (isfinite(v->rate))
        n += snprintf(out + n, size - (size_t)n, v->rate < 10 ? "  %.1f/s" : "  %.0f/s", v->rate);
    if (isfinite(v->wait))
        n += snprintf(out + n, size - (size_t)n, "  wait %.1f%%", v->wait);
    clock_span(v->eta, span, sizeof span);
    if (isfinite(v->eta))
        n += snprintf(out + n, size - (size_t)n, "  ETA %s", span);
    if (isfinite(v->loss))
        snprintf(out + n, size - (size_t)n, "  loss %.4f", v->loss);
}

void progress_bar(const struct progress_view *v, int columns, char *out, size_t size)
{
    char right[128], bar[64], line[LINE_MAX_BYTES];
    double part = v->total > 0 ? (double)v->done / (double)v->total : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    describe(v, right, sizeof right);
    int rest = columns - (int)strlen(v->label) - (int)strlen(right) - 12;
    if (v->total > 0 && rest >= 6) {
        put_bar_text(bar, rest > 40 ? 40 : rest, part);
        snprintf(line, sizeof line, "%s  [%s] %3.0f%%  %s", v->label, bar, floor(part * 100),
                 right);
    } else {
        snprintf(line, sizeof line, "%s  %s", v->label, right);
    }
    text_cut(line, columns, false, out, size);
}

static int terminal_columns(void)
{
    struct winsize w;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || w.ws_col < 2 ? 79 : w.ws_col - 1;
}

static void erase(struct progress *p)
{
    if (*p->shown)
        fputs("\r\x1b[K", stderr);
    *p->shown = '\0';
}

static void draw(struct progress *p, const struct progress_view *v)
{
    char line[LINE_MAX_BYTES];
    progress_bar(v, terminal_columns(), line, sizeof line);
    if (!strcmp(line, p->shown))
        return;
    erase(p);
    fputs(line, stderr);
    fflush(stderr);
    snprintf(p->shown, sizeof p->shown, "%s", line);
}

void progress_measure(struct progress_view *v, int64_t units, double seconds)
{
    if (isnan(v->rate) && seconds > .2 && units > 0)
        v->rate = (double)units / seconds;
    if (isnan(v->eta) && v->rate > 0 && v->total > v->done)
        v->eta = (double)(v->total - v->done) / v->rate;
}

static void tell(struct progress *p, struct progress_view v)
{
    double now = clock_seconds();
    if (p->quiet)
        return;
    pthread_mutex_lock(&p->lock);
    bool fresh = strcmp(p->label, v.label) != 0;
    if (fresh) {
        snprintf(p->label, sizeof p->label, "%s", v.label);
        p->started = now;
        p->first = v.done;
        p->told = p->bar ? 0 : now;
    }
    bool end = v.total > 0 && v.done >= v.total;
    if (now - p->told >= (p->bar ? BAR_EVERY : LINE_EVERY) || (p->bar && end)) {
        p->told = now;
        int64_t first = v.done_before > p->first ? v.done_before : p->first;
        progress_measure(&v, v.done - first, now - p->started);
        if (p->bar) {
            draw(p, &v);
        } else {
            char line[LINE_MAX_BYTES];
            describe(&v, line, sizeof line);
            fprintf(stderr, "%s  %s\n", v.label, line);
        }
    }
    pthread_mutex_unlock(&p->lock);
}

void progress_count(struct progress *p, const char *label, int64_t done, int64_t total)
{
    tell(p, (struct progress_view){label, done, total, NAN, NAN, NAN, NAN, 0});
}

void progress_snapshot(void *progress, const struct snapshot *s)
{
    char label[64];
    bool train = s->phase == PHASE_TRAIN;
    if (!snapshot_busy(s->phase))
        return;
    if (s->epochs > 0 && (train || s->phase == PHASE_EVAL))
        snprintf(label, sizeof label, "%s %d/%d", snapshot_phase_name(s->phase), s->epoch,
                 s->epochs);
    else
        snprintf(label, sizeof label, "%s", snapshot_phase_name(s->phase));
    tell(progress, (struct progress_view){.label = label,
                                          .done = s->done,
                                          .total = s->total,
                                          .done_before = s->done_before,
                                          .rate = train ? s->images_per_second : NAN,
                                          .wait = train ? s->data_wait_percent : NAN,
                                          .eta = train ? s->eta_seconds : NAN,
                                          .loss = train ? s->loss : NAN});
}

static void print_log(const struct log_line *line, void *context)
{
    static const char *const levels[] = {"", "", "warning: ", "error: "};
    struct progress *p = context;
    if (line->level == LOG_DEBUG || (p->quiet && line->level == LOG_INFO))
        return;
    pthread_mutex_lock(&p->lock);
    erase(p);
    fprintf(stderr, "%s%s\n", levels[line->level], line->text);
    pthread_mutex_unlock(&p->lock);
}

struct progress *progress_new(bool quiet)
{
    struct progress *p = xcalloc(1, sizeof *p);
    const char *term = getenv("TERM");
    p->quiet = quiet;
    p->bar = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    pthread_mutex_init(&p->lock, NULL);
    log_set_sink(print_log, p);
    return p;
}

void progress_free(struct progress *p)
{
    if (!p)
        return;
    log_set_sink(NULL, NULL);
    erase(p);
    fflush(stderr);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
