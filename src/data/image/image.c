/* One gray plane: its storage, its way from and to a PNG, and the resize. Resizing works on each
 * axis by a table of integer weights with one common denominator (the overlap of pixel areas when
 * shrinking, the distance to two neighbours when growing), so sums are exact and rounding happens
 * once, at the end. Feeds cache, pictures and synth; pure, any thread. */
#include "data/image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "data/png_file.h"

int image_alloc(struct image *im, int width, int height, const char *what, struct err *e)
{
    *im = (struct image){0};
    if (width < 1 || height < 1 || width > PNG_FILE_SIDE_MAX || height > PNG_FILE_SIDE_MAX ||
        (int64_t)width * height > PNG_FILE_PIXELS_MAX)
        return err_set(e, ERR_DATA, "%s: %d x %d pixels are outside 1 to %d a side, %d in all",
                       what, width, height, PNG_FILE_SIDE_MAX, PNG_FILE_PIXELS_MAX);
    im->pixels = mem_array((size_t)width, (size_t)height, what, e);
    if (!im->pixels)
        return -1;
    im->width = width;
    im->height = height;
    return 0;
}

void image_fini(struct image *im)
{
    free(im->pixels);
    *im = (struct image){0};
}

/* Where one output position of an axis takes its value from. */
struct taps {
    int first, count;  /* source pixels first..first+count-1 */
    uint32_t *weights; /* [count] */
};

struct axis {
    struct taps *taps;    /* [to] */
    uint32_t *weights;    /* of all taps, in order */
    uint32_t denominator; /* sum of the weights of every output position */
};

static void axis_fini(struct axis *a)
{
    free(a->taps);
    free(a->weights);
}

/* In units of 1/to of a source pixel: output i covers [i from, (i+1) from), source p covers
 * [p to, (p+1) to). The overlaps of one output add up to `from`. */
static void area_taps(struct axis *a, int from, int to)
{
    uint32_t *weight = a->weights;
    a->denominator = (uint32_t)from;
    for (int i = 0; i < to; i++) {
        int64_t begin = (int64_t)i * from, end = begin + from;
        struct taps *t = &a->taps[i];
        t->first = (int)(begin / to);
        t->count = (int)((end + to - 1) / to) - t->first;
        t->weights = weight;
        for (int p = t->first; p < t->first + t->count; p++) {
            int64_t low = (int64_t)p * to, high = low + to;
            *weight++ = (uint32_t)((high < end ? high : end) - (low > begin ? low : begin));
        }
    }
}

/* The centre of output i lies at (2i+1) from / (2 to) - 1/2 in source pixels; beyond the outermost
 * centres the edge goes on. */
static void bilinear_taps(struct axis *a, int from, int to)
{
    a->denominator = 2 * (uint32_t)to;
    for (int i = 0; i < to; i++) {
        int64_t centre = (2 * (int64_t)i + 1) * from - to; /* in units of 1 / (2 to) */
        int64_t last = 2 * (int64_t)(from - 1) * to;
        centre = centre < 0 ? 0 : centre > last ? last : centre;
        struct taps *t = &a->taps[i];
        t->first = (int)(centre / (2 * to));
        t->weights = a->weights + 2 * (size_t)i;
        t->weights[1] = (uint32_t)(centre % (2 * to));
        t->weights[0] = a->denominator - t->weights[1];
        t->count = t->weights[1] ? 2 : 1;
    }
}

static int axis_init(struct axis *a, int from, int to, struct err *e)
{
    size_t count = from >= to ? (size_t)from + 2 * (size_t)to : 2 * (size_t)to;
    a->taps = mem_array((size_t)to, sizeof *a->taps, "resize", e);
    a->weights = mem_array(count, sizeof *a->weights, "resize", e);
    if (!a->taps || !a->weights)
        return -1;
    if (from >= to)
        area_taps(a, from, to);
    else
        bilinear_taps(a, from, to);
    return 0;
}

/* out[i] = denominator times the value of output column i. */
static void across(const struct axis *a, const uint8_t *row, int size, uint32_t *out)
{
    for (int i = 0; i < size; i++) {
        const struct taps *t = &a->taps[i];
        uint32_t sum = 0;
        for (int k = 0; k < t->count; k++)
            sum += t->weights[k] * row[t->first + k];
        out[i] = sum;
    }
}

struct resizer {
    const struct image *from;
    int size;
    struct axis x, y;
    uint32_t *rows[2]; /* [size], resized source rows; row r lies in rows[r & 1] */
    int held[2];       /* which source row that is, -1 none */
    uint64_t *sums;    /* [size] */
};

static const uint32_t *source_row(struct resizer *z, int r)
{
    if (z->held[r & 1] != r) {
        across(&z->x, z->from->pixels + (size_t)r * (size_t)z->from->width, z->size,
               z->rows[r & 1]);
        z->held[r & 1] = r;
    }
    return z->rows[r & 1];
}

/* sum / whole, a half rounded to the even neighbour: rounding halves up would brighten every image
 * that is halved by an eighth of a gray level. */
static uint8_t rounded(uint64_t sum, uint64_t whole)
{
    uint64_t level = sum / whole, twice = 2 * (sum % whole);
    return (uint8_t)(level + (twice > whole || (twice == whole && level % 2 == 1)));
}

static void resize_row(struct resizer *z, const struct taps *t, uint8_t *out)
{
    uint64_t whole = (uint64_t)z->x.denominator * z->y.denominator;
    memset(z->sums, 0, (size_t)z->size * sizeof *z->sums);
    for (int k = 0; k < t->count; k++) {
        const uint32_t *row = source_row(z, t->first + k);
        uint64_t weight = t->weights[k];
        for (int i = 0; i < z->size; i++)
            z->sums[i] += weight * row[i];
    }
    for (int i = 0; i < z->size; i++)
        out[i] = rounded(z->sums[i], whole);
}

static int resizer_init(struct resizer *z, struct err *e)
{
    if (axis_init(&z->x, z->from->width, z->size, e) ||
        axis_init(&z->y, z->from->height, z->size, e))
        return -1;
    for (int i = 0; i < 2; i++) {
        z->held[i] = -1;
        z->rows[i] = mem_array((size_t)z->size, sizeof *z->rows[i], "resize", e);
        if (!z->rows[i])
            return -1;
    }
    z->sums = mem_array((size_t)z->size, sizeof *z->sums, "resize", e);
    return z->sums ? 0 : -1;
}

static void resizer_fini(struct resizer *z)
{
    axis_fini(&z->x);
    axis_fini(&z->y);
    free(z->rows[0]);
    free(z->rows[1]);
    free(z->sums);
}

int image_resize(const struct image *from, int size, uint8_t *out, struct err *e)
{
    if (from->width == size && from->height == size) {
        memcpy(out, from->pixels, (size_t)size * (size_t)size);
        return 0;
    }
    struct resizer z = {.from = from, .size = size};
    int failed = resizer_init(&z, e);
    for (int i = 0; i < size && !failed; i++)
        resize_row(&z, &z.y.taps[i], out + (size_t)i * (size_t)size);
    resizer_fini(&z);
    return failed;
}

/* Takes the bytes over. */
static int save(const char *path, enum output_mode mode, uint8_t *bytes, size_t n, struct err *e)
{
    int failed = output_save(path, mode, bytes, n, e);
    free(bytes);
    return failed;
}

int image_save_png(const struct image *im, const char *path, struct err *e)
{
    uint8_t *bytes;
    size_t n;
    return png_file_encode(im, path, &bytes, &n, e) ? -1 : save(path, OUTPUT_PRIVATE, bytes, n, e);
}

int image_save_rgb(const uint8_t *rgb, int width, int height, enum output_mode mode,
                   const char *path, struct err *e)
{
    uint8_t *bytes;
    size_t n;
    return png_file_encode_rgb(rgb, width, height, path, &bytes, &n, e)
               ? -1
               : save(path, mode, bytes, n, e);
}

int image_load_png(const char *path, const char *stain, struct image *out, struct err *e)
{
    char *bytes;
    size_t n;
    bool passing;
    *out = (struct image){0};
    if (file_read_patiently(path, PNG_FILE_BYTES_MAX, &bytes, &n, &passing, e))
        return -1;
    int failed = png_file_decode((const uint8_t *)bytes, n, path, stain, out, e);
    free(bytes);
    return failed;
}
