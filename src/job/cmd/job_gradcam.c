/* Grad-CAM of a run's samples. The checkpoint says which data and which channel statistics; a
 * sample's pixels are those that it was trained on, whether the cache is still there or not. */
#include "job/job_gradcam.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "core/run_files.h"
#include "data/augment.h"
#include "data/image.h"
#include "job/dataset.h"
#include "nn/gradcam.h"
#include "run/saved_run.h"

struct gradcam_run {
    struct work work; /* with the run's configuration */
    struct saved_run trained;
    struct dataset data;
    char path[FILE_PATH_MAX]; /* of the checkpoint */
    struct stat file;         /* what it was */
    int size;
    float *table;    /* [channels,256] */
    uint8_t *pixels; /* [channels,size,size] of the newest sample */
    float *x;        /* [size,size,channels] */
};

struct heatmap job_gradcam_heat(const struct gradcam_sample *s, int class)
{
    return (struct heatmap){s->h, s->w, s->k, s->maps + class};
}

static int open_weights(struct gradcam_run *r, const struct work *w, const char *run, struct err *e)
{
    char name[RUN_NAME_MAX];
    struct saved_run *t = &r->trained;
    if (saved_run_find(w, run, name, e) || work_run_path(w, name, RUN_FILES_BEST, r->path, e))
        return -1;
    stat(r->path, &r->file); /* before it is read: a newer one is noticed afterwards */
    if (saved_run_open(t, w, name, RUN_FILES_BEST, e))
        return -1;
    r->work = *w;
    r->work.conf = t->conf;
    r->size = (int)conf_int(t->conf, CONF_TRAIN_SIZE);
    return 0;
}

static int open_data(struct gradcam_run *r, struct err *e)
{
    struct job_control control = {0};
    struct job *j = xmalloc(sizeof *j);
    job_init(j, &r->work, &control, (struct job_observer){0});
    int failed = dataset_open(&r->data, j, e) || saved_run_fits(&r->trained, r->data.index, e);
    free(j);
    if (!failed)
        dataset_look_pixels(&r->data, &r->work, r->size);
    return failed ? -1 : 0;
}

static int make_room(struct gradcam_run *r, struct err *e)
{
    const struct saved_run *t = &r->trained;
    size_t channels = (size_t)t->channels, values = (size_t)r->size * (size_t)r->size * channels;
    r->table = mem_array(channels * 256, sizeof *r->table, "values", e);
    r->pixels = r->table ? mem_array(values, sizeof *r->pixels, "pixels of a sample", e) : NULL;
    r->x = r->pixels ? mem_aligned(values * sizeof *r->x, "image", e) : NULL;
    if (!r->x)
        return -1;
    augment_table(t->mean, t->std, t->channels, r->table);
    return 0;
}

struct gradcam_run *job_gradcam_open(const struct work *w, const char *run, struct err *e)
{
    struct gradcam_run *r = xcalloc(1, sizeof *r);
    if (!open_weights(r, w, run, e) && !open_data(r, e) &&
        !saved_run_check_memory(&r->trained, &r->work, 1, e) &&
        !saved_run_load_one(&r->trained, &r->work, RUN_FILES_BEST, e) && !make_room(r, e))
        return r;
    job_gradcam_close(r);
    return NULL;
}

void job_gradcam_close(struct gradcam_run *r)
{
    if (!r)
        return;
    dataset_close(&r->data);
    saved_run_close(&r->trained);
    mem_free_aligned(r->x);
    free(r->pixels);
    free(r->table);
    free(r);
}

bool job_gradcam_current(const struct gradcam_run *r)
{
    struct stat now;
    return !stat(r->path, &now) && now.st_ino == r->file.st_ino && now.st_size == r->file.st_size &&
           now.st_mtim.tv_sec == r->file.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == r->file.st_mtim.tv_nsec;
}

size_t job_gradcam_memory(const struct gradcam_run *r)
{
    return net_memory(r->trained.net);
}

static int read_pixels(struct gradcam_run *r, int row, struct err *e)
{
    const struct dataset *d = &r->data;
    if (d->cache && !cache_read(d->cache, row, r->pixels, NULL))
        return 0;
    return cache_from_files(d->index, row, r->size, r->pixels, e)
               ? err_prefix(e, "no image of sample %s", d->index->ids[row])
               : 0;
}

static struct gradcam_sample *sample_new(const struct gradcam_run *r, const char *id, struct err *e)
{
    int h, w, k = r->trained.classes;
    gradcam_size(r->trained.net, &h, &w);
    size_t values = (size_t)h * (size_t)w * (size_t)k;
    struct gradcam_sample *s =
        mem_array(1, sizeof *s + values * sizeof *s->maps, "maps of a sample", e);
    if (!s)
        return NULL;
    snprintf(s->run, sizeof s->run, "%s", r->trained.name);
    snprintf(s->id, sizeof s->id, "%s", id);
    s->epoch = (int)r->trained.point.epoch;
    s->size = r->size;
    s->k = k;
    s->h = h;
    s->w = w;
    return s;
}

struct gradcam_sample *job_gradcam_look(struct gradcam_run *r, const char *id,
                                        const atomic_bool *cancel, struct err *e)
{
    int row = index_find(r->data.index, id);
    if (row < 0) {
        err_set(e, ERR_NOINPUT, "the data of run %s has no sample '%.130s'", r->trained.name, id);
        return NULL;
    }
    if (read_pixels(r, row, e))
        return NULL;
    augment_copy(r->pixels, r->trained.channels, r->size, 0, r->table, r->x);
    struct gradcam_sample *s = sample_new(r, id, e);
    if (s && !gradcam_maps(r->trained.net, r->x, s->maps, s->logits, cancel, e))
        return s;
    free(s);
    return NULL;
}

/* The sample that was looked at last, whole, with the map over it. */
static int save_picture(const struct gradcam_run *r, const struct heatmap *heat,
                        enum output_mode mode, const char *path, struct err *e)
{
    const struct index *x = r->data.index;
    const struct composite_view whole = {COMPOSITE_ALL, 1, 1, 0.5, 0.5};
    struct composite_planes p = {x->channels, r->size, r->size, {0}, {0}};
    size_t pixels = (size_t)r->size * (size_t)r->size;
    for (int c = 0; c < x->channels; c++) {
        p.pixels[c] = r->pixels + (size_t)c * pixels;
        p.names[c] = x->channel_names[c];
    }
    uint8_t *rgb = mem_array(pixels, 3, "picture", e);
    float *levels = rgb ? mem_array(pixels, sizeof *levels, "picture", e) : NULL;
    int failed = -1;
    if (levels) {
        composite_draw(&p, &whole, r->size, r->size, rgb);
        heatmap_levels(heat, &p, &whole, r->size, r->size, levels);
        heatmap_paint(levels, r->size, r->size, true, rgb);
        failed = image_save_rgb(rgb, r->size, r->size, mode, path, e);
    }
    free(levels);
    free(rgb);
    return failed;
}

static int likeliest(const struct gradcam_sample *s)
{
    int best = 0;
    for (int c = 1; c < s->k; c++)
        best = s->logits[c] > s->logits[best] ? c : best;
    return best;
}

static int answer(struct gradcam_run *r, const struct job *j, const struct gradcam_request *request,
                  struct gradcam_result *out, struct err *e)
{
    const struct index *x = r->data.index;
    if (request->class_index >= x->k)
        return err_set(e, ERR_USAGE, "class %d is not in 0..%d", request->class_index, x->k - 1);
    out->sample = job_gradcam_look(r, request->id, &j->control->cancel, e);
    if (!out->sample)
        return -1;
    out->class_index = request->class_index < 0 ? likeliest(out->sample) : request->class_index;
    snprintf(out->name, sizeof out->name, "%s", x->class_names[out->class_index]);
    struct heatmap heat = job_gradcam_heat(out->sample, out->class_index);
    return request->out ? save_picture(r, &heat, request->mode, request->out, e) : 0;
}

int job_gradcam(struct job *j, const struct gradcam_request *request, struct gradcam_result *out,
                struct err *e)
{
    *out = (struct gradcam_result){0};
    if (request->out && output_check(request->out, request->mode, e))
        return -1;
    struct gradcam_run *r = job_gradcam_open(j->work, request->run, e);
    if (!r)
        return -1;
    int failed = answer(r, j, request, out, e);
    job_gradcam_close(r);
    if (!failed)
        return 0;
    free(out->sample);
    out->sample = NULL;
    return -1;
}
