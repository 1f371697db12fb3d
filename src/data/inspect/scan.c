/* The scan: every plane is read and decoded once by the workers, then what was seen is put in
 * order. Samples are handed out in pieces, so that progress is told and a cancel is heard between
 * them. */
#include "data/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "data/image.h"
#include "data/png_file.h"
#include "duplicate.h"
#include "image/source.h"

enum { PIECE = 64, PNG_DEPTH_AT = 24 };

static const struct kind {
    const char *name;
    bool error;
} kinds[SCAN_KINDS];

struct plane_seen {
    bool there, readable, deep, black;
    enum scan_kind trouble; /* when it is not readable */
    int width, height;
    char *reason; /* when it is not readable, owned */
};

struct scanning {
    const struct index *x;
    struct plane_seen *planes;     /* [n,channels] */
    struct duplicate_print *print; /* [n,channels] */
    int first;                     /* row of the piece at work */
    atomic_bool starved;           /* a plane did not fit into memory; set by any worker */
    struct scan *out;
    size_t room;
};

const char *scan_kind_name(enum scan_kind kind)
{
    return kinds[kind].name;
}

bool scan_kind_is_error(enum scan_kind kind)
{
    return kinds[kind].error;
}

static bool is_black(const struct image *im)
{
    size_t n = (size_t)im->width * (size_t)im->height;
    return n == 0 || (im->pixels[0] == 0 && !memcmp(im->pixels, im->pixels + 1, n - 1));
}

/* Lack of memory says nothing about the image. */
static void fail_plane(struct scanning *s, struct plane_seen *to, const struct err *e)
{
    const char *name = strrchr(e->text, '/'); /* the folder is the same for all */
    if (e->code == ERR_NOMEM)
        atomic_store(&s->starved, true);
    else
        to->reason = xstrdup(name ? name + 1 : e->text);
}

static void look_at_bytes(struct scanning *s, const char *bytes, size_t n, const char *path,
                          const char *stain, struct plane_seen *to, struct duplicate_print *print)
{
    static const unsigned char jpeg[3] = {0xFF, 0xD8, 0xFF};
    struct image im;
    struct err e = {0};
    to->trouble = n == 0                             ? SCAN_EMPTY
                  : n > 3 && !memcmp(bytes, jpeg, 3) ? SCAN_JPEG
                                                     : SCAN_UNREADABLE;
    if (png_file_decode((const uint8_t *)bytes, n, path, stain, &im, &e)) {
        fail_plane(s, to, &e);
        return;
    }
    to->readable = true;
    to->deep = n > PNG_DEPTH_AT && bytes[PNG_DEPTH_AT] == 16;
    to->black = is_black(&im);
    to->width = im.width;
    to->height = im.height;
    if (!to->black && duplicate_print_of(&im, print, &e))
        fail_plane(s, to, &e);
    image_fini(&im);
}

static void look_at_plane(struct scanning *s, int row, int channel)
{
    size_t at = (size_t)row * (size_t)s->x->channels + (size_t)channel;
    struct plane_seen *to = &s->planes[at];
    char path[FILE_PATH_MAX], *bytes;
    struct err e = {0};
    struct stat st;
    size_t n;
    bool passing;
    to->trouble = SCAN_MISSING;
    if (index_plane_path(s->x, row, channel, path, &e)) {
        fail_plane(s, to, &e);
        return;
    }
    to->there = !stat(path, &st);
    if (file_read_patiently(path, PNG_FILE_BYTES_MAX, &bytes, &n, &passing, &e)) {
        to->trouble = to->there ? SCAN_UNREADABLE : SCAN_MISSING;
        fail_plane(s, to, &e);
        return;
    }
    look_at_bytes(s, bytes, n, path, s->x->channel_names[channel], to, &s->print[at]);
    free(bytes);
}

static void look_at_sample(void *context, int block, int worker)
{
    struct scanning *s = context;
    (void)worker;
    for (int c = 0; c < s->x->channels; c++)
        look_at_plane(s, s->first + block, c);
}

__attribute__((format(printf, 5, 6))) static int find(struct scanning *s, int row, int channel,
                                                      enum scan_kind kind, const char *format, ...)
{
    struct scan *out = s->out;
    va_list args;
    if (mem_grow(&out->findings, &s->room, (size_t)out->n + 1, sizeof *out->findings, "findings",
                 NULL))
        return -1;
    struct scan_finding *f = &out->findings[out->n++];
    *f = (struct scan_finding){row, channel, kind, ""};
    va_start(args, format);
    vsnprintf(f->detail, sizeof f->detail, format, args);
    va_end(args);
    out->errors += scan_kind_is_error(kind);
    out->warnings += !scan_kind_is_error(kind);
    return 0;
}

static int report_plane(struct scanning *s, int row, int channel, const struct plane_seen *first)
{
    const struct plane_seen *p = &s->planes[(size_t)row * (size_t)s->x->channels + (size_t)channel];
    if (!p->readable)
        return find(s, row, channel, p->trouble, "%s", p->reason);
    bool other = first && (p->width != first->width || p->height != first->height);
    if (other && find(s, row, channel, SCAN_SIZE, "%dx%d beside %dx%d", p->width, p->height,
                      first->width, first->height))
        return -1;
    if (p->deep && find(s, row, channel, SCAN_DEEP, "16 bits, read as value / 257"))
        return -1;
    return p->black
               ? find(s, row, channel, SCAN_BLACK, "all %d pixels are zero", p->width * p->height)
               : 0;
}

static int report_twins(struct scanning *s, int row, const int *twin, const int *near,
                        const int *plane_twin)
{
    const struct index *x = s->x;
    if (twin[row] >= 0)
        return find(s, row, -1, SCAN_DUPLICATE, "the same pixels as %s", x->ids[twin[row]]);
    for (int c = 0; c < x->channels; c++) {
        int other = plane_twin[row * x->channels + c];
        if (other >= 0 && find(s, row, c, SCAN_DUPLICATE, "the same pixels as %s of %s",
                               x->channel_names[other % x->channels], x->ids[other / x->channels]))
            return -1;
    }
    return near[row] >= 0 ? find(s, row, -1, SCAN_NEAR, "looks like %s", x->ids[near[row]]) : 0;
}

static int report_planes(struct scanning *s, int row)
{
    const struct plane_seen *planes = s->planes + (size_t)row * (size_t)s->x->channels;
    const struct plane_seen *first = NULL;
    for (int c = 0; c < s->x->channels; c++) {
        s->out->files += planes[c].there;
        if (report_plane(s, row, c, first))
            return -1;
        first = first || !planes[c].readable ? first : &planes[c];
    }
    return 0;
}

static int too_many(struct err *e)
{
    return err_set(e, ERR_NOMEM, "the findings do not fit into memory");
}

static int report(struct scanning *s, struct workers *w, const atomic_bool *cancel, struct err *e)
{
    size_t n = (size_t)s->x->n, planes = n * (size_t)s->x->channels;
    int *twin = mem_array(2 * n + planes, sizeof *twin, "duplicates", e);
    int failed =
        !twin ||
        duplicate_samples(s->print, s->x->n, s->x->channels, w, cancel, twin, twin + n, e) ||
        duplicate_planes(s->print, s->x->n, s->x->channels, twin + 2 * n, e);
    s->out->n = s->out->files = s->out->errors = s->out->warnings =
        0; /* what was told on the way */
    for (int row = 0; row < s->x->n && !failed; row++)
        if (report_planes(s, row) || report_twins(s, row, twin, twin + n, twin + 2 * n))
            failed = too_many(e);
    free(twin);
    return failed ? -1 : 0;
}

/* For those who watch: the piece at work has been looked at. */
static int tell(struct scanning *s, int piece, scan_progress *progress, void *context,
                struct err *e)
{
    for (int i = 0; i < piece; i++)
        if (report_planes(s, s->first + i))
            return too_many(e);
    progress(context, s->first + piece, s->x->n, s->out);
    return 0;
}

static int look_at_all(struct scanning *s, struct workers *w, scan_progress *progress,
                       void *context, const atomic_bool *cancel, struct err *e)
{
    int n = s->x->n;
    for (s->first = 0; s->first < n; s->first += PIECE) {
        int left = n - s->first, piece = left < PIECE ? left : PIECE;
        if (cancel && atomic_load(cancel))
            return err_set(e, ERR_CANCELLED, "stopped on request");
        workers_run(w, piece, look_at_sample, s);
        if (atomic_load(&s->starved))
            return err_set(e, ERR_NOMEM,
                           "the images do not fit into memory: use fewer run.threads");
        if (progress && tell(s, piece, progress, context, e))
            return -1;
    }
    return 0;
}

int scan_samples(const struct index *x, struct workers *w, scan_progress *progress, void *context,
                 const atomic_bool *cancel, struct scan *out, struct err *e)
{
    size_t planes = (size_t)x->n * (size_t)x->channels;
    struct scanning s = {.x = x, .out = out};
    *out = (struct scan){.samples = x->n};
    if (source_room(x, NULL, x->n, workers_count(w), 0, "scan", e))
        return -1;
    s.planes = mem_array(planes, sizeof *s.planes, "planes", e);
    s.print = s.planes ? mem_array(planes, sizeof *s.print, "planes", e) : NULL;
    int failed =
        !s.print || look_at_all(&s, w, progress, context, cancel, e) || report(&s, w, cancel, e);
    for (size_t i = 0; s.planes && i < planes; i++)
        free(s.planes[i].reason);
    free(s.planes);
    free(s.print);
    if (failed)
        scan_fini(out);
    return failed ? -1 : 0;
}

void scan_fini(struct scan *s)
{
    free(s->findings);
    s->findings = NULL;
    s->n = 0;
}

static const struct kind kinds[SCAN_KINDS] = {
    [SCAN_MISSING] = {"missing", true},
    [SCAN_EMPTY] = {"empty", true},
    [SCAN_JPEG] = {"jpeg", true},
    [SCAN_UNREADABLE] = {"unreadable", true},
    [SCAN_SIZE] = {"size", true},
    [SCAN_DEEP] = {"16-bit", false},
    [SCAN_BLACK] = {"black", false},
    [SCAN_DUPLICATE] = {"duplicate", false},
    [SCAN_NEAR] = {"near-duplicate", false},
};
