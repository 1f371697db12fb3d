/* Checkpoints: everything a training needs to go on bit for bit, in one safetensors file.
 *
 * Weights and buffers under their torchvision names (so the file also loads elsewhere), averaged
 * weights as "ema.<name>", optimiser state as "optim.<state>.<name>", counters and texts as
 * metadata, digests over data and header, so that a flipped bit is found wherever it falls. Saved
 * durably; the previous file stays until the new one is complete. One owner. */
#ifndef NN_CHECKPOINT_H
#define NN_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/output.h"
#include "nn/optim.h"
#include "nn/params.h"

struct safetensors;

#define CHECKPOINT_AVERAGED "ema." /* in front of the name of an averaged weight */

struct checkpoint {
    int64_t epoch;         /* completed epochs */
    int64_t step;          /* completed steps of the run */
    int64_t step_in_epoch; /* completed steps of the epoch at work; 0 at an epoch's end */
    uint64_t seed;
    double epoch_loss_sum, epoch_norm_sum; /* over the steps of the epoch at work, exact (%a) */
    bool averaged;                         /* it holds averaged weights; set by reading */
    char *config;                          /* JSON, owned */
    char *history;                         /* JSON array of epochs, owned */
    char *extra; /* JSON object for the job's own needs, owned; "{}" when none */
};
void checkpoint_fini(struct checkpoint *c);

/* `o` may be NULL (weights only, e.g. the best epoch). ERR_NUMERIC names a tensor that is not
 * finite: nothing is written. */
int checkpoint_save(const char *path, const struct checkpoint *c, const struct params *p,
                    struct optim *o, struct err *e);
/* Counters and texts only; the header's digest is checked, the data is not read. On any error `*c`
 * is empty. */
bool checkpoint_is_of_other_version(const char *path); /* whole, and written by another version */
int checkpoint_peek(const char *path, struct checkpoint *c, struct err *e);
/* Is the file a checkpoint of this program with averaged weights? Nothing is read. */
bool checkpoint_is_averaged(const struct safetensors *f);
/* All of it into `p` (averaged weights too where it has room for them) and `o` (NULL: weights
 * only). Names and shapes must match exactly, every value must be finite (ERR_DATA names the
 * tensor); on ERR_DATA `p` and `o` are as they were. */
int checkpoint_load(const char *path, struct checkpoint *c, struct params *p, struct optim *o,
                    struct err *e);

/* Averaged weights into the place of the weights, and the buffers, to use and not to train. */
int checkpoint_load_averaged(const char *path, struct checkpoint *c, struct params *p,
                             struct err *e);

/* Batches whose statistics the batch norms took in, which torch keeps as num_batches_tracked. */
struct checkpoint_batches {
    int64_t all;    /* of a layer that always learned */
    int64_t frozen; /* of the rows that are frozen in `p` now */
};

/* Weights and buffers alone, with torchvision's names and num_batches_tracked, for other programs.
 */
int checkpoint_export(const char *path, enum output_mode mode, const struct params *p,
                      struct checkpoint_batches batches, struct err *e);

#endif
