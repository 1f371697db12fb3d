/* How bright the stains are: pixels of each value, over a sample of the training images, over those
 * of one class, and over test images. Through the cache when it is there, else from the files, of
 * which fewer are read. */
#ifndef JOB_LEVELS_H
#define JOB_LEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/index.h"
#include "job/work.h"

enum levels_set { LEVELS_ALL, LEVELS_CLASS, LEVELS_TEST, LEVELS_SETS };

struct levels {
    struct err error; /* code ERR_NONE: the rest is valid */
    int channels;
    char names[INDEX_CHANNELS_MAX][32];
    int class;          /* of LEVELS_CLASS */
    bool cached, whole; /* whole: nothing more will come */
    struct {
        int images, wanted;
        uint64_t counts[INDEX_CHANNELS_MAX][256];
    } sets[LEVELS_SETS];
};

struct levels_reader;

struct levels_reader *levels_reader_new(struct work *work);
void levels_reader_free(struct levels_reader *r);

/* Reads on for at most `seconds`, then returns what is there so far; free() it. Another class
 * starts only that part anew. One thread. */
struct levels *levels_read(struct levels_reader *r, int class, double seconds);

#endif
