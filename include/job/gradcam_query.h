/* Maps of Grad-CAM for the screen: asked sample by sample, computed by a thread of its own at low
 * priority. The newest question wins, and cuts short the one before. A run stays open while it is
 * the one that is asked about: its weights, and little more (one image, no gradients). */
#ifndef JOB_GRADCAM_QUERY_H
#define JOB_GRADCAM_QUERY_H

#include "base/wake.h"
#include "job/job_gradcam.h"
#include "job/work.h"

struct gradcam_answer {
    struct err error; /* code ERR_NONE: the rest is valid */
    char uuid[40], id[INDEX_ID_MAX + 1];
    uint64_t question;
    struct gradcam_sample *sample; /* who takes the answer owns it */
};
void gradcam_query_free_answer(struct gradcam_answer *a);

struct gradcam_query;

struct gradcam_query *gradcam_query_new(const struct work *work, struct wake *wake, struct err *e);
void gradcam_query_free(struct gradcam_query *d); /* NULL is nothing */

/* Never blocks. `question` comes back with the answer. */
void gradcam_query_ask(struct gradcam_query *d, const char *uuid, const char *id,
                       uint64_t question);
/* Close the run: no more is asked about it. */
void gradcam_query_rest(struct gradcam_query *d);
/* NULL: nothing has arrived. */
struct gradcam_answer *gradcam_query_take(struct gradcam_query *d);

#endif
