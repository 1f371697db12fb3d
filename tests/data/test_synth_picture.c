/* Synthetic images: the stains and the protein patterns against the geometry they must follow. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "data/synth.h"
#include "test.h"

#include "synth/synth_picture.h"

enum { CLASSES = 28, SIDE = 256 };

static struct labels set_of(int a, int b)
{
    struct labels set = {{0, 0}};
    labels_add(&set, a);
    if (b >= 0)
        labels_add(&set, b);
    return set;
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

/* How much brighter the green plane is at most than another one, within reach of a point. */
static int most_gained(const struct shot *s, const uint8_t *before, const float at[2], float reach)
{
    int most = 0;
    for (int p = 0; p < SIDE * SIDE; p++) {
        float place[2] = {(float)(p % SIDE), (float)(p / SIDE)};
        int gained = s->planes[SYNTH_GREEN][p] - before[p];
        if (distance(place, at) <= reach && gained > most)
            most = gained;
    }
    return most;
}

/* Both centrosomes of a dividing cell are at the ends of its axis, .95 of its radius away. */
static void centrosomes_at_the_poles(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    uint8_t *spindle = malloc(SIDE * SIDE);
    assert_non_null(spindle);
    for (uint32_t sample = 0; sample < 5; sample++) {
        take(s, sample, 17, -1);
        memcpy(spindle, s->planes[SYNTH_GREEN], SIDE * SIDE);
        take(s, sample, 17, 19);
        const struct synth_cell *c = &s->picture.scene.cells[0];
        assert_int_equal(c->phase, SYNTH_MITOSIS);
        for (int side = -1; side < 2; side += 2) {
            float way = 0.95f * c->r * (float)side, turn = 6.2831853f * c->axis;
            float pole[2] = {c->x + way * cosf(turn), c->y + way * sinf(turn)};
            assert_true(most_gained(s, spindle, pole, 0.15f * c->r) > 40);
        }
    }
    free(spindle);
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

/* The bytes of one sample, as gcc and clang draw it at -O0, -O2 and -O3. When a pattern is changed
 * on purpose the new value belongs here; when it changes by itself, a build has lost
 * reproducibility.
 */
static void every_compiler_draws_the_same_bytes(void **state)
{
    (void)state;
    static uint8_t planes[4 * 64 * 64];
    uint64_t digest = 0;
    for (int c = 0; c < CLASSES; c++) {
        struct labels set = set_of(c, (c + 9) % CLASSES);
        assert_int_equal(synth_draw(2018, (uint32_t)c, &set, 64, planes, NULL), 0);
        digest = digest * 31 + hash_bytes(planes, sizeof planes);
    }
    assert_int_equal(digest, UINT64_C(0x66bbdb78d877bd9e));
}

static void nobody_owns_what_is_outside(void **state)
{
    (void)state;
    struct shot *s = shot_new();
    const struct synth_scene *scene = &s->picture.scene;
    float beyond = SIDE, within = SIDE - 0.5f;
    take(s, 0, 0, -1);
    assert_int_equal(synth_cell_owner(scene, within, within), scene->owner[SIDE * SIDE - 1]);
    assert_int_equal(synth_cell_owner(scene, 0, 0), scene->owner[0]);
    assert_int_equal(synth_cell_owner(scene, beyond, 0), -1);
    assert_int_equal(synth_cell_owner(scene, 0, beyond), -1);
    assert_int_equal(synth_cell_owner(scene, -0.5f, 0), -1);
    assert_int_equal(synth_cell_owner(scene, 0, -0.5f), -1);
    shot_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proteins_sit_where_their_class_says),
        cmocka_unit_test(reference_stains_sit_where_they_should),
        cmocka_unit_test(centres_lie_at_their_point),
        cmocka_unit_test(proteins_of_a_stained_structure_follow_the_stain),
        cmocka_unit_test(division_is_staged_for_its_labels),
        cmocka_unit_test(centrosomes_at_the_poles),
        cmocka_unit_test(no_two_classes_look_alike),
        cmocka_unit_test(every_compiler_draws_the_same_bytes),
        cmocka_unit_test(a_dimmed_red_stain_is_darker),
        cmocka_unit_test(nobody_owns_what_is_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
