/* Where in the image of a sample a run sees a class: maps of Grad-CAM (nn/gradcam.h), and the
 * picture with one of them over it. */
#ifndef JOB_JOB_GRADCAM_H
#define JOB_JOB_GRADCAM_H

#include <stdatomic.h>

#include "base/output.h"
#include "data/heatmap.h"
#include "job/job.h"
#include "store/run_rows.h"

/* The maps of all classes for one sample; one block for free(). */
struct gradcam_sample {
    char run[RUN_NAME_MAX], id[INDEX_ID_MAX + 1];
    int epoch; /* of the weights */
    int size;  /* side of the image as the network saw it, in pixels */
    int k, h, w;
    float logits[LABELS_MAX];
    float maps[]; /* [h,w,k] */
};
/* The map of a class, borrowed. */
struct heatmap job_gradcam_heat(const struct gradcam_sample *s, int class);

/* A run opened for looking: its best weights (averaged ones where there are any) for one image at a
 * time, and the data it was trained on. Reads only. One thread at a time; computes with the team of
 * the work folder, without one by itself. */
struct gradcam_run;

/* `run`: by name, uuid or "last". ERR_NOINPUT when it has no such checkpoint. */
struct gradcam_run *job_gradcam_open(const struct work *w, const char *run, struct err *e);
void job_gradcam_close(struct gradcam_run *r); /* NULL is nothing */
/* False once the checkpoint was replaced by a better one: open it anew. */
bool job_gradcam_current(const struct gradcam_run *r);
size_t job_gradcam_memory(const struct gradcam_run *r); /* bytes of the network */
/* Any sample of the training table; its pixels from the cache, else from its files. NULL:
 * ERR_NOINPUT, ERR_DATA, ERR_CANCELLED when `cancel` (may be NULL) said so. */
struct gradcam_sample *job_gradcam_look(struct gradcam_run *r, const char *id,
                                        const atomic_bool *cancel, struct err *e);

struct gradcam_request {
    const char *run, *id;
    int class_index; /* -1: the likeliest */
    const char
        *out; /* write the picture as a PNG, as large as the network's image; NULL: nowhere */
    enum output_mode mode;
};

struct gradcam_result {
    struct gradcam_sample *sample; /* free() */
    int class_index;
    char name[64]; /* of the class */
};

/* ERR_USAGE for a class that there is not, ERR_CREATE. */
int job_gradcam(struct job *j, const struct gradcam_request *request, struct gradcam_result *out,
                struct err *e);

#endif
