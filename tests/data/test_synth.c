/* Synthetic data sets: files against each other for several team sizes, and what is refused. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "data/image.h"
#include "data/synth.h"
#include "test.h"

static struct labels set_of(int a, int b)
{
    struct labels set = {{0, 0}};
    labels_add(&set, a);
    if (b >= 0)
        labels_add(&set, b);
    return set;
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
    assert_non_null(strstr(text, "\ntrain_csv = train.csv\n"));
    assert_non_null(strstr(text, "\ndir = hpa-work\n"));
    assert_null(strstr(text, folder)); /* a copy works in its own folder */
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

static void pictures_and_links_are_never_overwritten(void **state)
{
    const char *folder = *state;
    static const char *const links[] = {"train.csv", "test_truth.csv", "hpa.conf"};
    struct err e;
    size_t n;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(symlink("nowhere", join(folder, links[i])), 0);
        assert_int_equal(synth_write(folder, &small, NULL, NULL, NULL, NULL, &e), -1);
        assert_int_equal(e.code, ERR_CREATE);
        assert_non_null(strstr(e.text, links[i]));
        assert_int_equal(unlink(join(folder, links[i])), 0);
    }
    assert_int_equal(mkdir(join(folder, "test"), 0700), 0);
    assert_int_equal(file_save_all(join(folder, "test/synth-000009_red.png"), "mine", 4, NULL), 0);
    assert_int_equal(synth_write(folder, &small, NULL, NULL, NULL, NULL, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_non_null(strstr(e.text, "test/synth-000009_red.png"));
    char *text = slurp(folder, "test/synth-000009_red.png", &n);
    assert_string_equal(text, "mine");
    free(text);
    assert_false(file_exists(join(folder, "train")));
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
        cmocka_unit_test(every_size_shows_cells),
        cmocka_unit_test(drawing_is_pure),
        cmocka_unit_test(wrong_sizes_and_labels_are_refused),
        IN_FOLDER(any_team_writes_the_same_files),
        IN_FOLDER(files_hold_what_was_drawn),
        IN_FOLDER(a_data_set_is_never_overwritten),
        IN_FOLDER(pictures_and_links_are_never_overwritten),
        IN_FOLDER(a_stopped_folder_is_unfinished_and_can_be_completed),
        IN_FOLDER(a_file_in_the_way_is_reported),
        IN_FOLDER(impossible_plans_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
