/* What the screen is measured on when no data set is given: two drawn sets in a folder of their own
 * below TMPDIR, removed afterwards. */
#ifndef CLI_BENCH_SET_H
#define CLI_BENCH_SET_H

#include "base/file.h"
#include "command.h"

struct bench_set {
    char folder[FILE_PATH_MAX];   /* "": there is none */
    char labels[FILE_PATH_MAX];   /* configuration of a table alone, as many ids as HPA 2018 has */
    char pictures[FILE_PATH_MAX]; /* configuration of few samples with images, and short runs */
};

/* ERR_CANCELLED after an interrupt. Remove it also when this failed. */
int bench_set_make(struct bench_set *s, const struct call *call, struct err *e);
void bench_set_remove(struct bench_set *s);

#endif
