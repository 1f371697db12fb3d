/* hpa errors: what a run gets wrong, marks on samples, and where the network looks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "errand.h"
#include "job/job_errors.h"
#include "job/job_gradcam.h"
#include "print.h"

enum { COLOR_PAIRS_MAX = 64, WORST = 20, PAIRS = 12 };

static void put_labels(struct json *j, const char *key, const struct labels *set)
{
    struct json *list = json_new_array();
    for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1))
        json_put_int(list, NULL, c);
    json_put(j, key, list);
}

static struct json *sample_json(const struct errors_sample *s, bool score)
{
    struct json *j = json_new_object();
    json_put_text(j, "id", s->id);
    json_put_real(j, "loss", s->loss);
    put_labels(j, "truth", &s->truth);
    put_labels(j, "predicted", &s->predicted);
    if (score)
        json_put_real(j, "score", s->score);
    json_put_text(j, "marks", s->marks);
    return j;
}

static struct json *pairs_json(const struct errors *x)
{
    struct confusion_pair pairs[COLOR_PAIRS_MAX];
    struct json *list = json_new_array();
    int n = confusion_top(&x->confusion, pairs, COLOR_PAIRS_MAX);
    for (int i = 0; i < n; i++) {
        struct json *j = json_new_object();
        json_put_int(j, "missed", pairs[i].missed);
        json_put_int(j, "added", pairs[i].added);
        json_put_int(j, "count", pairs[i].count);
        json_put(list, NULL, j);
    }
    return list;
}

static struct json *classes_json(const struct errors *x)
{
    struct json *list = json_new_array();
    for (int c = 0; c < x->k; c++) {
        struct json *j = json_new_object();
        json_put_int(j, "index", c);
        json_put_text(j, "name", x->names[c]);
        json_put_int(j, "support", x->report.classes[c].support);
        json_put_int(j, "missed", x->confusion.missed[c]);
        json_put_int(j, "missed_alone", x->confusion.alone[c]);
        json_put_int(j, "added", x->confusion.added[c]);
        json_put_real(j, "f1", x->report.classes[c].f1);
        json_put(list, NULL, j);
    }
    return list;
}

static void show_json(const struct errors *x, int64_t worst, bool score)
{
    struct json *j = json_new_object(), *samples = json_new_array();
    json_put_text(j, "run", x->run);
    json_put_int(j, "epoch", x->epoch);
    json_put_text(j, "thresholds", x->set);
    json_put_real(j, "mean_loss", x->mean_loss);
    json_put_real(j, "macro_f1", x->report.macro_f1);
    for (int i = 0; i < x->n && i < worst; i++)
        json_put(samples, NULL, sample_json(&x->samples[i], score));
    json_put(j, "worst", samples);
    json_put(j, "confusions", pairs_json(x));
    json_put(j, "classes", classes_json(x));
    print_json(j);
}

static void print_labels(struct print_table *t, const struct labels *set)
{
    char text[LABELS_MAX * 4] = "";
    size_t at = 0;
    for (int c = labels_next(set, 0); c >= 0; c = labels_next(set, c + 1))
        at += (size_t)snprintf(text + at, sizeof text - at, at ? " %d" : "%d", c);
    print_text(t, at ? text : "-");
}

static void show_worst(const struct errors *x, int64_t worst, bool score)
{
    struct print_table *t = print_table_new(score ? "id|loss|score|truth|predicted|marks"
                                                  : "id|loss|truth|predicted|marks");
    for (int i = 0; i < x->n && i < worst; i++) {
        const struct errors_sample *s = &x->samples[i];
        print_text(t, s->id);
        print_real(t, 5, s->loss);
        if (score)
            print_real(t, 4, s->score);
        print_labels(t, &s->truth);
        print_labels(t, &s->predicted);
        print_text(t, s->marks);
    }
    print_table_end(t);
}

static void show_confusions(const struct errors *x)
{
    struct confusion_pair pairs[PAIRS];
    int n = confusion_top(&x->confusion, pairs, PAIRS);
    struct print_table *t = print_table_new("missed|predicted instead|samples");
    for (int i = 0; i < n; i++) {
        print_text(t, x->names[pairs[i].missed]);
        print_text(t, x->names[pairs[i].added]);
        print_int(t, pairs[i].count);
    }
    print_table_end(t);
}

static void show_classes(const struct errors *x)
{
    struct print_table *t =
        print_table_new("class|name|support|missed|of these alone|wrongly added|F1");
    for (int c = 0; c < x->k; c++) {
        print_int(t, c);
        print_text(t, x->names[c]);
        print_int(t, x->report.classes[c].support);
        print_int(t, x->confusion.missed[c]);
        print_int(t, x->confusion.alone[c]);
        print_int(t, x->confusion.added[c]);
        print_real(t, 4, x->report.classes[c].f1);
    }
    print_table_end(t);
}

static void show_text(const struct errors *x, int64_t worst, bool score)
{
    char run[PRINT_SAFE], set[PRINT_SAFE];
    show_worst(x, worst, score);
    printf("\n");
    show_confusions(x);
    printf("\n");
    show_classes(x);
    printf("run %s  epoch %d  cuts %s  mean loss %.5f  macro F1 %.4f\n", print_safe(x->run, run),
           x->epoch, print_safe(x->set, set), x->mean_loss, x->report.macro_f1);
}

static int look(const struct call *call, struct job *j, struct err *e)
{
    const struct options *o = call->options;
    int64_t worst = WORST, class = -1;
    if (options_int(o, "worst", 0, 1000000, &worst, e) ||
        options_int(o, "class", 0, LABELS_MAX - 1, &class, e))
        return -1;
    struct errors_request request = {
        .run = o->args[0], .set = options_text(o, "thresholds"), .class_index = (int)class};
    struct errors *x = xcalloc(1, sizeof *x);
    int failed = job_errors(j, &request, x, e);
    if (!failed && call->json)
        show_json(x, worst, class >= 0);
    else if (!failed)
        show_text(x, worst, class >= 0);
    job_errors_fini(x);
    free(x);
    return failed;
}

enum { MARK_CELLS = 5 };
static const char *const mark_heads[MARK_CELLS] = {"id", "kind", "note", "run", "made"};

static void mark_cells(const struct mark_row *row, char made[32], const char *cells[MARK_CELLS])
{
    const char *all[MARK_CELLS] = {row->sample, row->kind, row->note, row->run, made};
    clock_iso(row->made_ms, made, 32);
    memcpy(cells, all, sizeof all);
}

static void marks_json(const struct mark_row *rows, int n)
{
    struct json *list = json_new_array();
    for (int i = 0; i < n; i++) {
        char made[32];
        const char *cells[MARK_CELLS];
        struct json *j = json_new_object();
        mark_cells(&rows[i], made, cells);
        for (int c = 0; c < MARK_CELLS; c++)
            json_put_text(j, mark_heads[c], cells[c]);
        json_put(list, NULL, j);
    }
    print_json(list);
}

static void marks_text(const struct mark_row *rows, int n)
{
    struct print_table *t = print_table_new("id|kind|note|run|made");
    for (int i = 0; i < n; i++) {
        char made[32];
        const char *cells[MARK_CELLS];
        mark_cells(&rows[i], made, cells);
        for (int c = 0; c < MARK_CELLS; c++)
            print_text(t, cells[c]);
    }
    print_table_end(t);
}

/* RUN marks; RUN export FILE */
static int marks(const struct call *call, struct job *j, const char *file, struct err *e)
{
    struct mark_row *rows;
    int n;
    if ((file && output_check(file, call->output, e)) || job_errors_marks(j, &rows, &n, e))
        return -1;
    int failed = file ? job_errors_export(file, call->output, rows, n, e) : 0;
    if (!file && call->json)
        marks_json(rows, n);
    else if (!file)
        marks_text(rows, n);
    free(rows);
    return failed;
}

static struct json *map_json(const struct gradcam_sample *s, int class)
{
    struct json *rows = json_new_array();
    for (int y = 0; y < s->h; y++) {
        struct json *row = json_new_array();
        for (int x = 0; x < s->w; x++)
            json_put_real(row, NULL, s->maps[(y * s->w + x) * s->k + class]);
        json_put(rows, NULL, row);
    }
    return rows;
}

static double probability(const struct gradcam_result *r)
{
    return 1 / (1 + exp(-r->sample->logits[r->class_index]));
}

static void gradcam_json(const struct gradcam_result *r)
{
    const struct gradcam_sample *s = r->sample;
    struct json *j = json_new_object();
    json_put_text(j, "run", s->run);
    json_put_int(j, "epoch", s->epoch);
    json_put_text(j, "id", s->id);
    json_put_int(j, "class", r->class_index);
    json_put_text(j, "name", r->name);
    json_put_real(j, "logit", s->logits[r->class_index]);
    json_put_real(j, "probability", probability(r));
    json_put_int(j, "size", s->size);
    json_put_int(j, "height", s->h);
    json_put_int(j, "width", s->w);
    json_put(j, "map", map_json(s, r->class_index));
    print_json(j);
}

/* The map in percent of its most. */
static void gradcam_text(const struct gradcam_result *r)
{
    const struct gradcam_sample *s = r->sample;
    const float *map = s->maps + r->class_index;
    double most = 0;
    char run[PRINT_SAFE], id[PRINT_SAFE], name[PRINT_SAFE];
    for (int i = 0; i < s->h * s->w; i++)
        most = fmax(most, map[i * s->k]);
    for (int i = 0; i < s->h * s->w; i++)
        printf("%4.0f%s", most > 0 ? 100 * map[i * s->k] / most : 0, (i + 1) % s->w ? "" : "\n");
    printf("run %s  epoch %d  sample %s  class %d %s  p %.4f  %s\n", print_safe(s->run, run),
           s->epoch, print_safe(s->id, id), r->class_index, print_safe(r->name, name),
           probability(r),
           most > 0 ? "percent of the map's most" : "nothing in the image speaks for it");
}

/* RUN gradcam ID [FILE] */
static int gradcam(const struct call *call, struct job *j, const char *file, struct err *e)
{
    const struct options *o = call->options;
    int64_t class = -1;
    struct gradcam_result r;
    if (options_int(o, "class", 0, LABELS_MAX - 1, &class, e))
        return -1;
    struct gradcam_request request = {o->args[0], o->args[2], (int)class, file, call->output};
    if (job_gradcam(j, &request, &r, e))
        return -1;
    (call->json ? gradcam_json : gradcam_text)(&r);
    free(r.sample);
    return 0;
}

static int act(const struct call *call, struct job *j, struct err *e)
{
    const struct options *o = call->options;
    const char *const *args = o->args, *what = o->args_n > 1 ? args[1] : "";
    if (o->args_n == 1)
        return look(call, j, e);
    if (!strcmp(what, "mark") && (o->args_n == 4 || o->args_n == 5))
        return job_errors_mark(j, args[0], args[2], args[3], o->args_n == 5 ? args[4] : NULL, e);
    if (!strcmp(what, "unmark") && (o->args_n == 3 || o->args_n == 4))
        return job_errors_unmark(j, args[2], o->args_n == 4 ? args[3] : NULL, e);
    if (!strcmp(what, "marks") && o->args_n == 2)
        return marks(call, j, NULL, e);
    if (!strcmp(what, "export") && o->args_n == 3)
        return marks(call, j, args[2], e);
    if (!strcmp(what, "gradcam") && (o->args_n == 3 || o->args_n == 4))
        return gradcam(call, j, o->args_n == 4 ? args[3] : NULL, e);
    return err_set(e, ERR_USAGE,
                   "usage: hpa errors RUN, or RUN mark ID KIND [NOTE], RUN unmark ID [KIND], RUN "
                   "marks, RUN export FILE, RUN gradcam ID [FILE.png]");
}

/* The file that these arguments name, NULL: none. */
static const char *written(const struct options *o)
{
    if (o->args_n == 3 && !strcmp(o->args[1], "export"))
        return o->args[2];
    return o->args_n == 4 && !strcmp(o->args[1], "gradcam") ? o->args[3] : NULL;
}

static int check_options(const struct options *o, struct err *e)
{
    if (o->args_n == 1)
        return 0;
    return options_check_action(o, o->args[1], strcmp(o->args[1], "gradcam") ? "" : "class", e);
}

static int run(const struct call *call, struct err *e)
{
    if (check_options(call->options, e))
        return -1;
    if (command_writes(written(call->options), e))
        return -1;
    struct errand *d = errand_open(call, e);
    if (!d)
        return -1;
    int failed = act(call, &d->job, e);
    errand_close(d);
    return failed;
}

static const struct option options[] = {
    {"worst", 0, "N", NULL, "how many samples of largest loss are listed (20)"},
    {"class", 0, "N", NULL,
     "only samples that this class misses or wrongly takes; whose map gradcam makes (the likeliest)"},
    {"thresholds", 0, "SET", NULL, "stored set of the run (current, else tuned now)"},
    COMMAND_FORCE,
};

const struct command cmd_errors = {
    .name = "errors",
    .args =
        "RUN [mark ID KIND [NOTE] | unmark ID [KIND] | marks | export FILE | gradcam ID [FILE]]",
    .summary = "What a run gets wrong: worst samples, confusions, classes; marks; where it looks",
    .more =
        "Samples are ordered by the run's focal loss on its validation part. A mark is\n"
        "wrong-label, bad-image, ambiguous, duplicate, interesting or a mere note, each with a\n"
        "text; marks of all runs are listed together, and export writes them as a table.\n"
        "gradcam tells where in a sample's image the network sees a class (Grad-CAM at the last\n"
        "block): as numbers, and as a PNG of the picture with the map over it.",
    .args_min = 1,
    .args_max = 5,
    .options = options,
    .options_n = sizeof options / sizeof options[0],
    .ignores = "split train loss augment tune.empty_row predict",
    .run = run,
};
