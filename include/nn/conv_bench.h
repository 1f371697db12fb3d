/* The convolutions of a network one by one, for timing: which there are, and each pass of each on
 * random data, by the same code and the same choice of algorithm as in a training.
 *
 * One owner: the job's thread; compute is spread over the workers. */
#ifndef NN_CONV_BENCH_H
#define NN_CONV_BENCH_H

#include <stdbool.h>

#include "nn/net.h"

struct conv_bench_layer {
    char stage[16]; /* "conv1", "layer3" */
    int count;      /* layers of this shape */
    int h, w, c;    /* of one input image */
    int out_h, out_w, out_c;
    int kernel, stride, pad;
    bool first;              /* reads the images: nobody asks for its data gradient */
    const char *convolution; /* the plan's, as kern is */
    const struct kern *kern;
};

enum conv_bench_pass { CONV_BENCH_FORWARD, CONV_BENCH_DATA, CONV_BENCH_WEIGHT, CONV_BENCH_PASSES };

/* The distinct convolutions of a network, in forward order: their number, at most `max`; -1 on
 * error. */
int conv_bench_layers(const struct net_plan *plan, struct conv_bench_layer *layers, int max,
                      struct err *e);

struct conv_bench;

/* A layer with random weights, input and output gradient for `batch` images. */
struct conv_bench *conv_bench_new(const struct conv_bench_layer *layer, int batch,
                                  struct workers *workers, struct err *e);
void conv_bench_free(struct conv_bench *b);

/* Run one pass; the seconds it took. The data gradient of a first layer takes none. */
double conv_bench_run(struct conv_bench *b, enum conv_bench_pass pass);

const char *conv_bench_pass_name(enum conv_bench_pass pass);
const char *conv_bench_algorithm(const struct conv_bench *b); /* of all three passes */

/* Work of one pass, any of the three, over the batch in GFLOP: by the direct count (2 per
 * multiply-add), and in multiplications really done, counted twice as well so that both compare
 * with the FMA peak. */
double conv_bench_direct_gflop(const struct conv_bench *b);
double conv_bench_real_gflop(const struct conv_bench *b);

#endif
