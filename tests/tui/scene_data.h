/* A made-up table for tests of the Data tab: 31,072 samples with the class sizes of scene.h, five
 * folds, brightness by formula, pictures that are a pattern of cells. Same numbers everywhere. */
#ifndef TESTS_TUI_SCENE_DATA_H
#define TESTS_TUI_SCENE_DATA_H

#include "frame/frame.h"
#include "golden.h"
#include "scene.h"
#include "test.h"

enum { SCENE_SAMPLES = 31072 };

/* `n` findings of five kinds, the samples 203, 238, ... of a table (in a small one 3, 8, ...). */
static inline struct findings *scene_findings(const struct samples *s, int n)
{
    static const struct scan_finding_row kinds[] = {
        {"", "blue", "error", "missing", "cannot open the file: No such file or directory"},
        {"", "red", "warning", "black", "all 262144 pixels are zero"},
        {"", "", "warning", "near-duplicate", "looks like 10a3e9c2-bbc3-11e8-b2bc-ac1f6b000007"},
        {"", "yellow", "error", "size", "256x256 beside 512x512"},
        {"", "green", "error", "unreadable", "damaged at byte 1204: the CRC of IDAT is wrong"}};
    struct scan_row scan = {.samples = s->n, .files = 4 * s->n, .made_ms = 1796000000000};
    struct scan_finding_row *rows = xcalloc((size_t)n + 1, sizeof *rows);
    for (int i = 0; i < n; i++) {
        int row = s->n > 1000 ? 203 + 35 * i : 3 + 5 * i;
        rows[i] = kinds[i % 5];
        snprintf(rows[i].sample, sizeof rows[i].sample, "%s", s->ids[row % s->n]);
        scan.errors += rows[i].severity[0] == 'e';
        scan.warnings += rows[i].severity[0] == 'w';
    }
    struct findings *f = findings_new(&scan, rows, n);
    free(rows);
    return f;
}

/* Of these the table says what the list does. */
static inline void scene_scan(struct samples *s)
{
    char text[256];
    s->whole = true;
    s->scan = scene_findings(s, 20);
    for (int i = 0; i < 20 && s->n > 1000; i++) {
        const struct scan_finding_row *f = &s->scan->rows[i];
        snprintf(text, sizeof text, "%s %s: %s", f->channel, f->kind, f->detail);
        s->findings[203 + 35 * i] = arena_strdup(s->arena, text, NULL);
    }
}

static inline struct samples *scene_samples(int n)
{
    struct rng r = rng_stream(7, RNG_TEST, 11, 0);
    struct samples *s = xcalloc(1, sizeof *s);
    *s = (struct samples){.n = n, .k = SCENE_K, .folds = 5, .channels = 4, .arena = arena_new()};
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    for (int c = 0; c < 4; c++)
        snprintf(s->channel_names[c], sizeof s->channel_names[c], "%s", stains[c]);
    s->ids = xcalloc((size_t)n, sizeof *s->ids);
    s->labels = xcalloc((size_t)n, sizeof *s->labels);
    s->fold = xcalloc((size_t)n, sizeof *s->fold);
    for (int i = 0; i < n; i++) {
        char id[40];
        unsigned a = (unsigned)(rng_unit(&r) * 4294967295.0);
        snprintf(id, sizeof id, "%08x-bbc3-11e8-b2bc-ac1f6b%06x", a, (unsigned)i);
        s->ids[i] = arena_strdup(s->arena, id, NULL);
        s->fold[i] = i * 7 % 5;
        for (int c = 0; c < SCENE_K; c++)
            if (rng_unit(&r) < scene_classes[c].count / 31072.0)
                labels_add(&s->labels[i], c);
        if (labels_count(&s->labels[i]) == 0)
            labels_add(&s->labels[i], 25);
    }
    s->findings = xcalloc((size_t)n, sizeof *s->findings);
    for (int i = 0; i < n; i++)
        s->findings[i] = i % 5 == 3 ? "red blank: all pixels are 0" : "";
    for (int c = 0; c < SCENE_K; c++)
        s->names[c] = scene_classes[c].name;
    scene_scan(s);
    return s;
}

static inline struct intensity_histogram *scene_levels(int class)
{
    struct intensity_histogram *l = xcalloc(1, sizeof *l);
    *l = (struct intensity_histogram){.channels = 4, .class = class, .whole = true};
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    for (int c = 0; c < 4; c++)
        snprintf(l->names[c], sizeof l->names[c], "%s", stains[c]);
    for (int set = 0; set < INTENSITY_HISTOGRAM_SETS; set++) {
        l->sets[set].images = l->sets[set].wanted = 96 >> set;
        for (int c = 0; c < 4; c++)
            for (int v = 0; v < 256; v++)
                l->sets[set].counts[c][v] =
                    (uint64_t)(2e6 * exp(-v / (9.0 + 8 * c + 7 * set)) +
                               3e4 * exp(-pow((v - 90 - 20 * c) / 30.0, 2)));
    }
    return l;
}

static inline struct dataset_query_splits *scene_splits(void)
{
    static const char *const methods[] = {"random", "iterative", "iterative2", "swap"};
    struct dataset_query_splits *s = xcalloc(1, sizeof *s);
    *s = (struct dataset_query_splits){.whole = true, .folds = 5, .n = 4, .configured = "swap"};
    for (int i = 0; i < 4; i++) {
        snprintf(s->rows[i].method, sizeof s->rows[i].method, "%s", methods[i]);
        s->rows[i].seconds = 0.1 * (1 + i * i);
        s->rows[i].quality.ld = 0.0021 / (1 + i);
        s->rows[i].quality.lpd = 0.0003 / (1 + i);
        s->rows[i].quality.ed = 0.5 * i;
        s->rows[i].quality.classes_missing = i == 0;
        s->rows[i].quality.pairs_missing_percent = 34 - 9 * i;
    }
    return s;
}

/* A pattern that tells samples and sizes apart; every seventh sample has no picture. */
static inline void scene_shot(struct preview_loader_shot *shot, const struct preview_loader_view *v,
                              const char *id)
{
    unsigned seed = 0;
    snprintf(shot->id, sizeof shot->id, "%s", id);
    for (const char *c = id; *c; c++)
        seed = seed * 31 + (unsigned char)*c;
    if (seed % 7 == 0) {
        err_set(&shot->error, ERR_NOINPUT, "train/%s_red.png: No such file or directory", id);
        return;
    }
    struct picture *p = xcalloc(1, sizeof *p);
    *p = (struct picture){v->columns, v->rows, (enum theme_tier)(v->look >> 4 & 15), NULL};
    p->cells = xcalloc((size_t)(v->columns * v->rows), sizeof *p->cells);
    for (int y = 0; y < v->rows; y++)
        for (int x = 0; x < v->columns; x++)
            p->cells[y * v->columns + x] =
                (struct picture_cell){.code = (uint32_t)('A' + (x / 2 + y + (int)(seed % 26)) % 26),
                                      .fg = (uint8_t)(16 + x),
                                      .bg = 16};
    shot->drawn = p;
    shot->scale = 0.25;
    shot->full = true;
}

static inline void scene_release(void *drawn)
{
    picture_free(drawn);
}

/* Draws until no picture is missing, as the gallery would bring them; false: it never ends. */
static inline bool scene_draw(struct app_model *b, struct canvas *c)
{
    for (int turn = 0; turn < 60; turn++) {
        struct preview_loader_view view;
        const char *ids[PREVIEW_LOADER_MAX];
        frame_draw(b, c);
        int n = samples_model_wanted(&b->data, &view, ids);
        if (n == 0)
            return true;
        struct preview_loader_answer *a = xcalloc(1, sizeof *a);
        *a = (struct preview_loader_answer){.view = view, .n = n, .release = scene_release};
        for (int i = 0; i < n; i++)
            scene_shot(&a->shots[i], &view, ids[i]);
        preview_cache_take(&b->data.shots, a);
    }
    return false;
}

static inline void scene_data(struct app_model *b, int samples)
{
    scene_init(b);
    app_model_show_tab(b, TAB_DATA);
    samples_model_take_samples(&b->data, scene_samples(samples));
    samples_model_take_levels(&b->data, scene_levels(b->selected));
    samples_model_take_splits(&b->data, scene_splits());
}

/* As assert_golden, when the pictures have come. */
static inline void assert_scene_golden(struct app_model *b, const char *name, int columns, int rows)
{
    struct canvas c;
    canvas_init(&c, columns, rows);
    assert_true(scene_draw(b, &c));
    assert_golden_canvas(&c, name, glyphs_set(b->glyphs)->name);
    canvas_fini(&c);
}

#endif
