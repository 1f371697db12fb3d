/* Trunk features: what the head of a network reads of each sample, computed once and kept, for as
 * long as all but the head is frozen and no augmentation changes the pictures.
 *
 * 4 F bytes a sample, F = 512 for the ResNets: 62 MiB for the 31,072 samples of HPA 2018. Dihedral
 * views would need eight times that, and a sample is seldom shown twice in the same view during a
 * few frozen epochs: they are not kept. The job's thread. */
#ifndef JOB_FEATURE_CACHE_H
#define JOB_FEATURE_CACHE_H

#include "data/loader.h"
#include "job/job.h"
#include "nn/net.h"

struct feature_cache; /* the features of some rows */

/* Room for the rows of a plan (without augmentation), whose order the batches keep: the same
 * samples and labels as a loader of this plan. */
struct feature_cache *feature_cache_new(const struct loader_plan *plan, int width, struct err *e);
size_t feature_cache_memory(const struct loader_plan *plan, int width); /* bytes of all features */
void feature_cache_free(struct feature_cache *f);

/* Compute them, at the network's size, in batches as full as the plan's own, so that training on
 * them gives the bits of a training without them. Progress is told as the phase's done. */
int feature_cache_make(struct feature_cache *f, struct job *j, struct net *net, struct err *e);
bool feature_cache_made(const struct feature_cache *f);

/* As the loader's: batches of `epoch` from `first_step` on, x [B,F]; NULL at the epoch's end. */
void feature_cache_start(struct feature_cache *f, int epoch, int first_step);
const struct batch *feature_cache_next(struct feature_cache *f);

#endif
