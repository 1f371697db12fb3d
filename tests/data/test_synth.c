/* Synthetic data: the label statistics against the real set's, patterns against the geometry they
 * must follow, files against each other for several team sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "data/image.h"
#include "data/synth.h"

#include "synth_picture.h"

enum { CLASSES = 28, SIDE = 256 };

/* Samples per class and per number of labels among the 31,072 of the real training set. */
static const int real_count[CLASSES] = {12885, 1254, 3621, 1561, 1858, 2513, 1008, 2822, 53,  45,
                                        28,    1093, 688,  537,  1066, 21,   530,  210,  902, 1482,
                                        172,   3777, 802,  2965, 322,  8228, 328,  11};
static const int real_sizes[6] = {0, 15126, 12485, 3160, 299, 2};

static struct labels set_of(int a, int b)
{
    struct labels set = {{0, 0}};
    labels_add(&set, a);
    if (b >= 0)
        labels_add(&set, b);
    return set;
}

static struct labels *draw_sets(uint64_t seed, int n)
{
    struct labels *sets = calloc((size_t)n, sizeof *sets);
    assert_non_null(sets);
    assert_int_equal(synth_labels(seed, n, sets, NULL), 0);
    return sets;
}

static void count_classes(const struct labels *sets, int n, int count[CLASSES])
{
    memset(count, 0, CLASSES * sizeof *count);
    for (int i = 0; i < n; i++)
        for (int c = labels_next(&sets[i], 0); c >= 0; c = labels_next(&sets[i], c + 1)) {
            assert_true(c < CLASSES);
            count[c]++;
        }
}

static void labels_have_the_real_marginals(void **state)
{
    (void)state;
    enum { N = 31072 };
    struct labels *sets = draw_sets(3, N);
    int count[CLASSES], sizes[6] = {0};
    count_classes(sets, N, count);
    for (int c = 0; c < CLASSES; c++) {
        int wanted = real_count[c] > N / 100 ? real_count[c] : N / 100;
        assert_in_range(count[c], wanted * 85 / 100, wanted * 110 / 100);
    }
    for (int i = 0; i < N; i++) {
        assert_in_range(labels_count(&sets[i]), 1, 5);
        sizes[labels_count(&sets[i])]++;
    }
    for (int k = 1; k < 6; k++)
        assert_in_range(sizes[k] + 10, real_sizes[k], real_sizes[k] + 20);
    free(sets);
}

static void every_class_fits_into_five_folds(void **state)
{
    (void)state;
    for (int n = 300; n <= 1200; n += 150) {
        struct labels *sets = draw_sets((uint64_t)n, n);
        int count[CLASSES];
        count_classes(sets, n, count);
        for (int c = 0; c < CLASSES; c++)
            assert_true(count[c] >= 5 && count[c] >= n / 100);
        free(sets);
    }
}

/* In the real set 10, 15 and 17 never stand alone, 9 meets only 6 and 10, 8 never meets 23. */
static void company_is_as_in_the_real_set(void **state)
{
    (void)state;
    enum { N = 4000 };
    struct labels *sets = draw_sets(5, N);
    int lysosomes = 0, with_endosomes = 0;
    for (int i = 0; i < N; i++) {
        const struct labels *s = &sets[i];
        if (labels_count(s) == 1)
            assert_false(labels_has(s, 10) || labels_has(s, 15) || labels_has(s, 17));
        if (labels_has(s, 9) && labels_count(s) == 2)
            assert_true(labels_has(s, 6) || labels_has(s, 10));
        assert_false(labels_has(s, 8) && labels_has(s, 23));
        lysosomes += labels_has(s, 10);
        with_endosomes += labels_has(s, 10) && labels_has(s, 9);
    }
    assert_true(lysosomes >= 40 && with_endosomes > lysosomes / 2);
    free(sets);
}

static void labels_of_tiny_sets_are_not_empty(void **state)
{
    (void)state;
    for (int n = 1; n < 40; n++) {
        struct labels *sets = draw_sets(9, n);
        for (int i = 0; i < n; i++)
            assert_true(labels_count(&sets[i]) >= 1);
        free(sets);
    }
}

static void labels_depend_on_the_seed_alone(void **state)
{
    (void)state;
    enum { N = 500 };
    struct labels *a = draw_sets(1, N), *b = draw_sets(1, N), *c = draw_sets(2, N);
    assert_memory_equal(a, b, N * sizeof *a);
    assert_memory_not_equal(a, c, N * sizeof *a);
    free(a);
    free(b);
    free(c);
}

/* A drawn sample together with its geometry. */
struct shot {
    struct synth_picture picture;
    uint8_t planes[SYNTH_STAINS][SIDE * SIDE];
};

static struct shot *shot_new(void)
{
    struct shot *s = malloc(sizeof *s);
    assert_non_null(s);
    assert_int_equal(synth_picture_init(&s->picture, SIDE, NULL), 0);
    return s;
}

static void shot_free(struct shot *s)
{
    synth_picture_fini(&s->picture);
    free(s);
}

static void take(struct shot *s, uint32_t sample, int a, int b)
{
    struct labels set = set_of(a, b);
    synth_picture_draw(&s->picture, 11, sample, &set, 1, s->planes[0]);
}

typedef int where_fn(const struct synth_scene *s, size_t pixel);

/* Mean brightness of a plane where `where` holds, over some samples of one class. */
static double mean_where(struct shot *s, int class, enum synth_stain stain, where_fn *where)
{
    double sum = 0, n = 1e-9;
    for (uint32_t sample = 0; sample < 6; sample++) {
        take(s, sample, class, -1);
        for (size_t p = 0; p < SIDE * SIDE; p++)
            if (where(&s->picture.scene, p)) {
                sum += s->planes[stain][p];
                n++;
            }
    }
    return sum / n;
}

static const struct synth_cell *cell_at(const struct synth_scene *s, size_t pixel)
{
    return s->owner[pixel] < 0 ? NULL : &s->cells[s->owner[pixel]];
}

static int in_nucleus(const struct synth_scene *s, size_t pixel)
{
    return s->owner[pixel] >= 0 && s->nuclear[pixel] < 0.8f;
}

static int on_envelope(const struct synth_scene *s, size_t pixel)
{
    const struct synth_cell *c = cell_at(s, pixel);
    return c && c->phase == SYNTH_INTERPHASE && fabsf(s->nuclear[pixel] - 1) < 0.05f;
}

static int in_cytoplasm(const struct synth_scene *s, size_t pixel)
{
    const struct synth_cell *c = cell_at(s, pixel);
    return c && s->nuclear[pixel] > 1.2f && s->edge[pixel] > 0.3f * c->r;
}

static int at_border(const struct synth_scene *s, size_t pixel)
{
    const struct synth_cell *c = cell_at(s, pixel);
    return c && s->nuclear[pixel] > 1.2f && s->edge[pixel] < 0.1f * c->r;
}

static int at_shared_border(const struct synth_scene *s, size_t pixel)
{
    return at_border(s, pixel) && s->touch[pixel] >= 0 && s->depth[pixel] < 0.9f;
}

static int at_free_border(const struct synth_scene *s, size_t pixel)
{
    return at_border(s, pixel) && s->touch[pixel] < 0;
}

static int in_nucleolus(const struct synth_scene *s, size_t pixel)
{
    const struct synth_cell *c = cell_at(s, pixel);
    return c && synth_cell_nucleolus(c, (float)(pixel % SIDE), (float)(pixel / SIDE)) > 0.9f;
}

static int beside_nucleolus(const struct synth_scene *s, size_t pixel)
{
    const struct synth_cell *c = cell_at(s, pixel);
    return c && in_nucleus(s, pixel) &&
           synth_cell_nucleolus(c, (float)(pixel % SIDE), (float)(pixel / SIDE)) == 0;
}

static int outside(const struct synth_scene *s, size_t pixel)
{
    return s->owner[pixel] < 0;
}

static void assert_brighter(int class, where_fn *here, where_fn *there, double times)
{
    struct shot *s = shot_new();
    double bright = mean_where(s, class, SYNTH_GREEN, here);
    double dark = mean_where(s, class, SYNTH_GREEN, there);
    if (bright < times * dark)
        fail_msg("class %d: %.1f against %.1f, wanted %.1f times", class, bright, dark, times);
    shot_free(s);
}

static void proteins_sit_where_their_class_says(void **state)
{
    (void)state;
    assert_brighter(0, in_nucleus, in_cytoplasm, 4);
    assert_brighter(1, on_envelope, in_nucleus, 3);
    assert_brighter(1, on_envelope, in_cytoplasm, 3);
    assert_brighter(2, in_nucleolus, beside_nucleolus, 2);
    assert_brighter(3, in_nucleolus, beside_nucleolus, 2);
    assert_brighter(4, beside_nucleolus, in_nucleolus, 1.5);
    assert_brighter(5, in_nucleus, in_cytoplasm, 1.5);
    assert_brighter(6, in_cytoplasm, in_nucleus, 1.5);
    assert_brighter(12, in_cytoplasm, outside, 3);
    assert_brighter(13, at_border, in_nucleus, 2);
    assert_brighter(21, at_border, in_cytoplasm, 2);
    assert_brighter(22, at_shared_border, at_free_border, 3);
    assert_brighter(23, in_cytoplasm, in_nucleus, 3);
    assert_brighter(25, in_cytoplasm, in_nucleus, 3);
}

static void reference_stains_sit_where_they_should(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    double blue = mean_where(s, 0, SYNTH_BLUE, in_nucleus);
    assert_true(blue > 10 * mean_where(s, 0, SYNTH_BLUE, in_cytoplasm));
    assert_true(mean_where(s, 0, SYNTH_BLUE, beside_nucleolus) >
                1.4 * mean_where(s, 0, SYNTH_BLUE, in_nucleolus));
    assert_true(mean_where(s, 0, SYNTH_YELLOW, in_cytoplasm) >
                1.5 * mean_where(s, 0, SYNTH_YELLOW, in_nucleus));
    assert_true(mean_where(s, 0, SYNTH_RED, in_cytoplasm) >
                1.5 * mean_where(s, 0, SYNTH_RED, in_nucleus));
    assert_true(mean_where(s, 0, SYNTH_RED, outside) < 12);
    shot_free(s);
}

/* The brightest green pixel within `reach` pixels around (x, y), or of the image (reach < 0). */
static void brightest(const struct shot *s, float x, float y, float reach, float at[2])
{
    int best = -1;
    for (int p = 0; p < SIDE * SIDE; p++) {
        float dx = (float)(p % SIDE) - x, dy = (float)(p / SIDE) - y;
        if (dx * dx + dy * dy > reach * reach || s->planes[SYNTH_GREEN][p] <= best)
            continue;
        best = s->planes[SYNTH_GREEN][p];
        at[0] = (float)(p % SIDE);
        at[1] = (float)(p / SIDE);
    }
}

static float distance(const float a[2], const float b[2])
{
    return hypotf(a[0] - b[0], a[1] - b[1]);
}

/* Of the first cell, which stands in the middle of the image. */
static void centres_lie_at_their_point(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    const struct synth_cell *c = &s->picture.scene.cells[0];
    int at_mtoc = 0, at_centrosome = 0, at_golgi = 0;
    for (uint32_t sample = 0; sample < 12; sample++) {
        float at[2] = {0, 0};
        take(s, sample, 18, -1);
        brightest(s, c->mtoc[0], c->mtoc[1], c->r, at);
        at_mtoc += distance(at, c->mtoc) < 0.2f * c->r;
        take(s, sample, 19, -1);
        brightest(s, c->mtoc[0], c->mtoc[1], c->r, at);
        at_centrosome += distance(at, c->mtoc) < 0.25f * c->r;
        take(s, sample, 7, -1);
        brightest(s, c->x, c->y, 1.8f * c->r, at);
        at_golgi += distance(at, c->mtoc) < 1.1f * c->r;
    }
    assert_true(at_mtoc >= 11);
    assert_true(at_centrosome >= 11);
    assert_true(at_golgi >= 9); /* a neighbour's ribbon may be the brighter one */
    shot_free(s);
}

static double correlation(const uint8_t *a, const uint8_t *b)
{
    double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0, n = SIDE * SIDE;
    for (int p = 0; p < SIDE * SIDE; p++) {
        sa += a[p];
        sb += b[p];
        aa += (double)a[p] * a[p];
        bb += (double)b[p] * b[p];
        ab += (double)a[p] * b[p];
    }
    return (ab - sa * sb / n) / sqrt((aa - sa * sa / n) * (bb - sb * sb / n));
}

static void proteins_of_a_stained_structure_follow_the_stain(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    for (uint32_t sample = 0; sample < 5; sample++) {
        take(s, sample, 14, -1);
        double red = correlation(s->planes[SYNTH_GREEN], s->planes[SYNTH_RED]);
        assert_true(red > 0.8);
        assert_true(red > correlation(s->planes[SYNTH_GREEN], s->planes[SYNTH_YELLOW]) + 0.1);
        take(s, sample, 6, -1);
        double yellow = correlation(s->planes[SYNTH_GREEN], s->planes[SYNTH_YELLOW]);
        assert_true(yellow > 0.8);
        assert_true(yellow > correlation(s->planes[SYNTH_GREEN], s->planes[SYNTH_RED]) + 0.1);
    }
    shot_free(s);
}

static void division_is_staged_for_its_labels(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    const struct synth_scene *scene = &s->picture.scene;
    for (uint32_t sample = 0; sample < 5; sample++) {
        float at[2] = {0, 0};
        take(s, sample, 16, -1);
        const float *bridge = scene->cells[0].bridge;
        assert_int_equal(scene->cells[0].phase, SYNTH_DAUGHTER);
        assert_int_equal(scene->cells[1].phase, SYNTH_DAUGHTER);
        brightest(s, SIDE / 2, SIDE / 2, SIDE, at);
        assert_true(distance(at, bridge) < scene->unit);
        take(s, sample, 17, -1);
        const struct synth_cell *c = &scene->cells[0];
        float centre[2] = {c->x, c->y};
        assert_int_equal(c->phase, SYNTH_MITOSIS);
        brightest(s, SIDE / 2, SIDE / 2, SIDE, at);
        assert_true(distance(at, centre) < 1.3f * c->r);
        take(s, sample, 16, 17);
        int mitoses = 0, daughters = 0;
        for (int i = 0; i < scene->count; i++) {
            mitoses += scene->cells[i].phase == SYNTH_MITOSIS;
            daughters += scene->cells[i].phase == SYNTH_DAUGHTER;
        }
        assert_true(mitoses >= 1 && daughters == 2);
    }
    shot_free(s);
}

/* Every pair of classes differs in the green plane of the same cells by more than its noise. */
static void no_two_classes_look_alike(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    uint8_t *green = malloc((size_t)CLASSES * SIDE * SIDE);
    assert_non_null(green);
    for (int c = 0; c < CLASSES; c++) {
        take(s, 21, c, -1);
        memcpy(green + (size_t)c * SIDE * SIDE, s->planes[SYNTH_GREEN], SIDE * SIDE);
    }
    for (int a = 0; a < CLASSES; a++)
        for (int b = 0; b < a; b++) {
            int differ = 0;
            for (int p = 0; p < SIDE * SIDE; p++)
                differ += abs(green[a * SIDE * SIDE + p] - green[b * SIDE * SIDE + p]) > 40;
            if (differ < 40)
                fail_msg("classes %d and %d differ in %d pixels only", a, b, differ);
        }
    free(green);
    shot_free(s);
}

static void a_dimmed_red_stain_is_darker(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    double sum[2][2] = {{0, 0}, {0, 0}};
    for (int dim = 0; dim < 2; dim++)
        for (uint32_t sample = 0; sample < 4; sample++) {
            struct labels set = set_of(0, -1);
            synth_picture_draw(&s->picture, 1, sample, &set, dim ? 0.73f : 1, s->planes[0]);
            for (int p = 0; p < SIDE * SIDE; p++) {
                sum[dim][0] += s->planes[SYNTH_RED][p];
                sum[dim][1] += s->planes[SYNTH_YELLOW][p];
            }
        }
    assert_true(sum[1][0] < 0.8 * sum[0][0] && sum[1][0] > 0.68 * sum[0][0]);
    assert_true(sum[1][1] == sum[0][1]);
    shot_free(s);
}

static void every_size_shows_cells(void **state)
{
    (void)state;
    static const int sizes[] = {32, 33, 64, 127, 512};
    struct labels set = set_of(0, 25);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = (size_t)sizes[i] * (size_t)sizes[i];
        uint8_t *planes = calloc(4, n);
        assert_non_null(planes);
        for (uint32_t sample = 0; sample < 4; sample++) {
            assert_int_equal(synth_draw(1, sample, &set, sizes[i], planes, NULL), 0);
            size_t blue = 0;
            for (size_t p = 0; p < n; p++)
                blue += planes[2 * n + p] > 70;
            assert_true(blue > n / 40 && blue < n / 2);
        }
        free(planes);
    }
}

static void drawing_is_pure(void **state)
{
    (void)state;
    struct labels set = set_of(4, 21);
    static uint8_t a[4 * 64 * 64], b[4 * 64 * 64];
    assert_int_equal(synth_draw(7, 5, &set, 64, a, NULL), 0);
    assert_int_equal(synth_draw(7, 6, &set, 64, b, NULL), 0);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(synth_draw(8, 5, &set, 64, b, NULL), 0);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(synth_draw(7, 5, &set, 64, b, NULL), 0);
    assert_memory_equal(a, b, sizeof a);
}

static void wrong_sizes_and_labels_are_refused(void **state)
{
    (void)state;
    uint8_t byte;
    struct err e;
    struct labels good = set_of(0, -1), bad = set_of(28, -1);
    assert_int_equal(synth_draw(1, 0, &good, 31, &byte, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(synth_draw(1, 0, &good, 2049, &byte, &e), -1);
    assert_int_equal(synth_draw(1, 0, &bad, 64, &byte, &e), -1);
    assert_non_null(strstr(e.text, "label 28"));
}

/* A folder of its own for each test; removed with all it holds. */
static int make_folder(void **state)
{
    char *folder = strdup("/tmp/test_synth.XXXXXX");
    *state = folder;
    return folder && mkdtemp(folder) ? 0 : -1;
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char inside[FILE_PATH_MAX];
    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            file_join(inside, path, entry->d_name, NULL) == 0 && unlink(inside) != 0)
            remove_tree(inside);
    if (dir)
        closedir(dir);
    rmdir(path);
}

static int remove_folder(void **state)
{
    remove_tree(*state);
    free(*state);
    return 0;
}

static char *join(const char *folder, const char *name)
{
    static char path[FILE_PATH_MAX];
    assert_int_equal(file_join(path, folder, name, NULL), 0);
    return path;
}

static char *slurp(const char *folder, const char *name, size_t *n)
{
    char *text;
    assert_int_equal(file_read(join(folder, name), 1 << 24, &text, n, NULL), 0);
    return text;
}

static void assert_same_file(const char *a, const char *b, const char *name)
{
    size_t na, nb;
    char *x = slurp(a, name, &na), *y = slurp(b, name, &nb);
    assert_int_equal(na, nb);
    assert_memory_equal(x, y, na);
    free(x);
    free(y);
}

static const struct synth_plan small = {.train = 9, .test = 4, .size = 48, .seed = 6};

static void note_progress(void *context, int done, int total)
{
    int *last = context;
    assert_true(done > *last && done <= total && total == small.train + small.test);
    *last = done;
}

static void write_small(const char *folder, int count)
{
    struct err e = {0};
    int last = 0;
    struct workers *team = workers_new(count, 0, &e);
    assert_non_null(team);
    if (synth_write(folder, &small, team, note_progress, &last, NULL, &e) != 0)
        fail_msg("%s", e.text);
    assert_int_equal(last, small.train + small.test);
    workers_free(team);
}

static void any_team_writes_the_same_files(void **state)
{
    static const char *const tables[] = {"train.csv", "test_truth.csv", "sample_submission.csv"};
    static const char *const stains[] = {"red", "green", "blue", "yellow"};
    char folders[3][FILE_PATH_MAX], name[64];
    for (int k = 0; k < 3; k++) {
        snprintf(folders[k], sizeof folders[k], "%s/team%d", (const char *)*state, k + 1);
        write_small(folders[k], k + 1);
    }
    for (int k = 1; k < 3; k++) {
        for (int i = 0; i < 3; i++)
            assert_same_file(folders[0], folders[k], tables[i]);
        for (int i = 0; i < small.train + small.test; i++)
            for (int c = 0; c < 4; c++) {
                snprintf(name, sizeof name, "%s/synth-%06d_%s.png",
                         i < small.train ? "train" : "test", i, stains[c]);
                assert_same_file(folders[0], folders[k], name);
            }
    }
}

static void files_hold_what_was_drawn(void **state)
{
    const char *folder = *state;
    size_t n;
    write_small(folder, 1);
    char *text = slurp(folder, "train.csv", &n), *line = strtok(text, "\n");
    static uint8_t planes[4 * 48 * 48];
    assert_string_equal(line, "Id,Target");
    for (int i = 0; i < small.train; i++) {
        char name[64];
        struct labels set = {{0, 0}};
        struct image im = {0};
        line = strtok(NULL, "\n");
        snprintf(name, sizeof name, "synth-%06d,", i);
        assert_non_null(line);
        assert_memory_equal(line, name, strlen(name));
        for (char *at = line + strlen(name); *at;)
            labels_add(&set, (int)strtol(at, &at, 10));
        assert_int_equal(synth_draw(small.seed, (uint32_t)i, &set, 48, planes, NULL), 0);
        snprintf(name, sizeof name, "train/synth-%06d_yellow.png", i);
        assert_int_equal(image_load_png(join(folder, name), "yellow", &im, NULL), 0);
        assert_int_equal(im.width, 48);
        assert_memory_equal(im.pixels, planes + 3 * 48 * 48, 48 * 48);
        image_fini(&im);
    }
    assert_null(strtok(NULL, "\n"));
    free(text);
    text = slurp(folder, "sample_submission.csv", &n);
    assert_string_equal(text, "Id,Predicted\nsynth-000009,0\nsynth-000010,0\nsynth-000011,0\n"
                              "synth-000012,0\n");
    free(text);
    text = slurp(folder, "hpa.conf", &n);
    assert_non_null(strstr(text, "[data]\ntrain_csv = /"));
    assert_non_null(strstr(text, "/hpa-work\n"));
    free(text);
    assert_false(file_exists(join(folder, "synth.unfinished")));
}

static void a_data_set_is_never_overwritten(void **state)
{
    const char *folder = *state;
    struct err e;
    assert_int_equal(file_save_all(join(folder, "train.csv"), "Id,Target\n", 10, NULL), 0);
    assert_int_equal(synth_write(folder, &small, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "already holds a data set"));
    assert_false(file_exists(join(folder, "train")));
    unlink(join(folder, "train.csv"));
    assert_int_equal(file_save_all(join(folder, "hpa.conf"), "[data]\n", 7, NULL), 0);
    assert_int_equal(synth_write(folder, &small, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "hpa.conf"));
}

static void stop_midway(void *context, int done, int total)
{
    (void)done;
    (void)total;
    atomic_store((atomic_bool *)context, true);
}

static void a_stopped_folder_is_unfinished_and_can_be_completed(void **state)
{
    const char *folder = *state;
    atomic_bool cancel = false;
    struct err e;
    assert_int_equal(synth_write(folder, &small, NULL, stop_midway, &cancel, &cancel, &e), -1);
    assert_int_equal(e.code, ERR_CANCELLED);
    assert_false(file_exists(join(folder, "train.csv")));
    assert_true(file_exists(join(folder, "synth.unfinished")));
    write_small(folder, 2);
    assert_true(file_exists(join(folder, "train.csv")));
    assert_false(file_exists(join(folder, "synth.unfinished")));
}

static void a_file_in_the_way_is_reported(void **state)
{
    const char *folder = *state;
    struct err e;
    assert_int_equal(file_save_all(join(folder, "train"), "", 0, NULL), 0);
    assert_int_equal(synth_write(folder, &small, NULL, NULL, NULL, NULL, &e), -1);
    assert_true(e.code == ERR_CREATE || e.code == ERR_IO);
    assert_non_null(strstr(e.text, "train"));
}

static void impossible_plans_are_refused(void **state)
{
    const char *folder = *state;
    struct synth_plan none = {0, 0, 64, 1}, large = {1, 0, 4096, 1}, negative = {1, -1, 64, 1};
    struct err e;
    assert_int_equal(synth_write(folder, &none, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(synth_write(folder, &large, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    assert_int_equal(synth_write(folder, &negative, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_have_the_real_marginals),
        cmocka_unit_test(every_class_fits_into_five_folds),
        cmocka_unit_test(company_is_as_in_the_real_set),
        cmocka_unit_test(labels_of_tiny_sets_are_not_empty),
        cmocka_unit_test(labels_depend_on_the_seed_alone),
        cmocka_unit_test(proteins_sit_where_their_class_says),
        cmocka_unit_test(reference_stains_sit_where_they_should),
        cmocka_unit_test(centres_lie_at_their_point),
        cmocka_unit_test(proteins_of_a_stained_structure_follow_the_stain),
        cmocka_unit_test(division_is_staged_for_its_labels),
        cmocka_unit_test(no_two_classes_look_alike),
        cmocka_unit_test(a_dimmed_red_stain_is_darker),
        cmocka_unit_test(every_size_shows_cells),
        cmocka_unit_test(drawing_is_pure),
        cmocka_unit_test(wrong_sizes_and_labels_are_refused),
        IN_FOLDER(any_team_writes_the_same_files),
        IN_FOLDER(files_hold_what_was_drawn),
        IN_FOLDER(a_data_set_is_never_overwritten),
        IN_FOLDER(a_stopped_folder_is_unfinished_and_can_be_completed),
        IN_FOLDER(a_file_in_the_way_is_reported),
        IN_FOLDER(impossible_plans_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
