/* A work folder on a small drawn data set, for tests of whole jobs. */
#ifndef TESTS_SMALL_WORK_H
#define TESTS_SMALL_WORK_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/synth.h"
#include "job/dataset.h"
#include "job/work.h"
#include "tempdir.h"
#include "test.h"

/* Channels of the network's first stage: what a job does does not depend on them, and a quarter of
 * them costs a sixteenth. */
enum { SMALL_WIDTH = 16 };

static char small_data[128]; /* the folder of the data set */

static inline int small_data_make(void **state)
{
    (void)state;
    struct err e = {0};
    struct synth_plan plan = {.train = 60, .test = 6, .size = 32, .seed = 1};
    tempdir_make();
    snprintf(small_data, sizeof small_data, "%s/data", tempdir);
    if (synth_write(small_data, &plan, NULL, NULL, NULL, NULL, &e))
        fail_msg("%s", e.text);
    return 0;
}

static inline int small_data_remove(void **state)
{
    (void)state;
    tempdir_remove();
    return 0;
}

static inline void small_set(struct conf *c, const char *pair)
{
    struct err e = {0};
    if (conf_set_pair(c, pair, "test", &e))
        fail_msg("%s", e.text);
}

/* ResNet-18 of SMALL_WIDTH at 32 px, batches of 8, two epochs of five steps, a third of the samples
 * to validate. */
static inline void small_work_open(struct work *w, const char *folder, int threads)
{
    char text[300];
    struct conf *c = conf_new();
    struct err e = {0};
    snprintf(text, sizeof text, "%s/hpa.conf", small_data);
    if (conf_load_file(c, text, &e))
        fail_msg("%s", e.text);
    snprintf(text, sizeof text, "work.dir=%s/%s", tempdir, folder);
    small_set(c, text);
    snprintf(text, sizeof text, "run.threads=%d", threads);
    small_set(c, text);
    snprintf(text, sizeof text, "train.width=%d", SMALL_WIDTH);
    small_set(c, text);
    static const char *const pairs[] = {"train.model=resnet18", "train.size=32", "train.batch=8",
                                        "train.epochs=2",       "split.folds=3", "predict.tta=2"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        small_set(c, pairs[i]);
    if (work_open(w, c, 0, &e))
        fail_msg("%s", e.text);
    conf_free(c);
}

/* The cache of the training set at `size`, built. */
static inline void small_cache_build(struct work *w, int size)
{
    struct dataset d;
    struct job_control control = {0};
    struct job *j = malloc(sizeof *j);
    job_init(j, w, &control, (struct job_observer){0});
    assert_int_equal(dataset_open(&d, j, NULL), 0);
    assert_int_equal(dataset_pixels(&d, j, size, NULL), 0);
    dataset_close(&d);
    free(j);
}

/* Header and table stay, the pixels go: as when a file is cut short under its reader. */
static inline void small_cache_cut(const struct work *w, int size)
{
    char path[4096];
    struct dataset d = {0};
    struct stat st;
    assert_int_equal(dataset_cache_path(&d, w, size, path, NULL), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - 60 * 4 * size * size), 0);
}

#endif
