/* Labels have the marginals of the real table; images are as large as those of the competition. The
 * runs, of one epoch at 32 pixels, are there for the tabs that show scores. */
#include "bench_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/csv_out.h"
#include "data/synth.h"
#include "interrupt.h"
#include "terminal.h"

enum { LABELS = 31072, PICTURES = 96, PICTURE_SIZE = 512, RUNS = 2, SEED = 1 };

static int save_labels(const char *folder, const struct labels *labels, struct err *e)
{
    char path[FILE_PATH_MAX];
    struct csv_out *o = csv_out_new();
    csv_out_text(o, "Id");
    csv_out_text(o, "Target");
    csv_out_end_row(o);
    for (int i = 0; i < LABELS; i++) {
        char text[256] = "", id[40];
        int used = 0;
        for (int c = labels_next(&labels[i], 0); c >= 0; c = labels_next(&labels[i], c + 1))
            used += snprintf(text + used, sizeof text - (size_t)used, used ? " %d" : "%d", c);
        snprintf(id, sizeof id, "%08x-bbad-11e8-b2b9-ac1f6b6435d0",
                 (unsigned)i * 2654435761U); /* an odd factor: all differ */
        csv_out_text(o, id);
        csv_out_text(o, text);
        csv_out_end_row(o);
    }
    int failed = file_join(path, folder, "train.csv", e) || csv_out_save(o, path, e);
    csv_out_free(o);
    return failed ? -1 : 0;
}

static int make_labels(struct bench_set *s, struct err *e)
{
    char folder[FILE_PATH_MAX];
    if (file_join(folder, s->folder, "labels", e) || file_make_folders(folder, e) ||
        file_join(s->labels, folder, "hpa.conf", e))
        return -1;
    char *text = xasprintf("[data]\ntrain_csv = %s/train.csv\ntrain_dir = %s/train\n"
                           "test_dir = %s/test\nsample_submission = %s/sample_submission.csv\n"
                           "[work]\ndir = %s/hpa-work\n",
                           folder, folder, folder, folder, folder);
    struct labels *labels = xcalloc(LABELS, sizeof *labels);
    int failed = synth_labels(SEED, LABELS, labels, e) || save_labels(folder, labels, e) ||
                 file_save_all(s->labels, text, strlen(text), e);
    free(labels);
    free(text);
    return failed ? -1 : 0;
}

static int make_pictures(struct bench_set *s, const struct call *call, struct err *e)
{
    char folder[FILE_PATH_MAX];
    struct synth_plan plan = {.train = PICTURES, .test = 1, .size = PICTURE_SIZE, .seed = SEED};
    if (file_join(folder, s->folder, "pictures", e) ||
        file_join(s->pictures, folder, "hpa.conf", e))
        return -1;
    struct workers *team = workers_new((int)conf_int(call->conf, CONF_RUN_THREADS), 0, e);
    if (!team)
        return -1;
    int failed = synth_write(folder, &plan, team, NULL, NULL, &interrupt_control()->cancel, e);
    workers_free(team);
    return failed;
}

static int train(struct bench_set *s, int run, struct err *e)
{
    char name[16];
    snprintf(name, sizeof name, "run-%d", run + 1);
    char *argv[] = {(char[]){"hpa"},      (char[]){"-q"},       (char[]){"-c"}, s->pictures,
                    (char[]){"train"},    (char[]){"--name"},   name,           (char[]){"--model"},
                    (char[]){"resnet18"}, (char[]){"--size"},   (char[]){"32"}, (char[]){"--batch"},
                    (char[]){"8"},        (char[]){"--epochs"}, (char[]){"1"},  NULL};
    struct terminal *t = xmalloc(sizeof *t);
    int failed = terminal_open(t, argv, 80, 24, e) || terminal_wait(t, e);
    free(t);
    return failed ? err_prefix(e, "the run to be shown") : 0;
}

int bench_set_make(struct bench_set *s, const struct call *call, struct err *e)
{
    const char *base = getenv("TMPDIR");
    *s = (struct bench_set){.folder = ""};
    if (file_join(s->folder, base && *base ? base : "/tmp", "hpa-bench.XXXXXX", e))
        return -1;
    if (!mkdtemp(s->folder)) {
        err_set_errno(e, ERR_CREATE, errno, "%s", s->folder);
        s->folder[0] = '\0';
        return -1;
    }
    int failed = make_labels(s, e) || make_pictures(s, call, e);
    for (int i = 0; !failed && i < RUNS; i++)
        failed = train(s, i, e);
    return failed ? -1 : 0;
}

void bench_set_remove(struct bench_set *s)
{
    if (s->folder[0])
        file_remove_tree(s->folder, NULL);
    s->folder[0] = '\0';
}
