/* How bright the stains are: pixels of each value, over a sample of the training images, over those
 * of one class, and over test images. Through the cache when it is there, else from the files, of
 * which fewer are read. */
#ifndef JOB_INTENSITY_HISTOGRAM_H
#define JOB_INTENSITY_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/index.h"
#include "job/work.h"

enum intensity_histogram_set {
    INTENSITY_HISTOGRAM_ALL,
    INTENSITY_HISTOGRAM_CLASS,
    INTENSITY_HISTOGRAM_TEST,
    INTENSITY_HISTOGRAM_SETS
};

struct intensity_histogram {
    struct err error; /* code ERR_NONE: the rest is valid */
    int channels;
    char names[INDEX_CHANNELS_MAX][32];
    int class;          /* of INTENSITY_HISTOGRAM_CLASS */
    bool cached, whole; /* whole: nothing more will come */
    struct {
        int images, wanted;
        uint64_t counts[INDEX_CHANNELS_MAX][256];
    } sets[INTENSITY_HISTOGRAM_SETS];
};

struct intensity_histogram_reader;

struct intensity_histogram_reader *intensity_histogram_reader_new(struct work *work);
void intensity_histogram_reader_free(struct intensity_histogram_reader *r);

/* Reads on for at most `seconds`, then returns what is there so far; free() it. Another class
 * starts only that part anew. One thread. */
struct intensity_histogram *intensity_histogram_read(struct intensity_histogram_reader *r,
                                                     int class, double seconds);

#endif
