/* A data set drawn by code: label sets, one drawing per sample, PNG files and tables.
 *
 * synth_write runs on the job's thread and draws on the workers; sample i is a function of (seed,
 * i) alone, so their number changes nothing. Each worker draws in memory of its own; only the PNG
 * encoder allocates. Images are written plainly (thousands of them, and they can be drawn again),
 * tables durably, train.csv last. While it runs, the folder holds a file named synth.unfinished;
 * an interrupted folder is recognised by it and may be written again. */
#include "data/synth.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/room.h"
#include "base/text.h"
#include "data/csv_out.h"
#include "data/image.h"
#include "data/png_file.h"

#include "synth_picture.h"

enum { SIZE_MIN = 32, SIZE_MAX_PIXELS = 2048, SAMPLES_MAX = 1000000, ID_SIZE = 24 };
/* A worker's memory for a pixel: of the scene 16, of the canvas 8, the planes, and the file. */
enum { BYTES_A_PIXEL = 16 + 8 + SYNTH_STAINS + 1 };

static const float TEST_RED = 0.73f; /* the real test images are 27% darker in red */

static const char *const stain_names[SYNTH_STAINS] = {"red", "green", "blue", "yellow"};
static const char id_prefix[] = "synth-";
static const char unfinished_name[] = "synth.unfinished";

struct drawing_room { /* one worker's memory */
    struct synth_picture picture;
    uint8_t *planes; /* [4, size, size] */
};

struct writing {
    const struct synth_plan *plan;
    char folder[FILE_PATH_MAX];
    struct labels *labels;      /* [train + test] */
    struct drawing_room *rooms; /* [workers] */
    int room_count;
    int first;          /* sample of the chunk's block 0 */
    struct err *errors; /* [blocks of a chunk]; code ERR_NONE: written */
    const atomic_bool *cancel;
};

static int check_size(int size, struct err *e)
{
    if (size >= SIZE_MIN && size <= SIZE_MAX_PIXELS)
        return 0;
    return err_set(e, ERR_USAGE, "synthetic images of %d pixels: the size must be %d to %d", size,
                   SIZE_MIN, SIZE_MAX_PIXELS);
}

int synth_draw(uint64_t seed, uint32_t sample, const struct labels *labels, int size,
               uint8_t *planes, struct err *e)
{
    struct synth_picture picture;
    int c = labels_next(labels, SYNTH_CLASSES);
    if (c >= 0)
        return err_set(e, ERR_USAGE, "label %d has no pattern; labels are 0 to %d", c,
                       SYNTH_CLASSES - 1);
    if (check_size(size, e) != 0 || synth_picture_init(&picture, size, e) != 0)
        return -1;
    synth_picture_draw(&picture, seed, sample, labels, 1, planes);
    synth_picture_fini(&picture);
    return 0;
}

static void sample_id(char id[ID_SIZE], int sample)
{
    snprintf(id, ID_SIZE, "%s%06d", id_prefix, sample);
}

static int write_plain(const char *path, const uint8_t *bytes, size_t n, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    while (n > 0) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            err_set_errno(e, ERR_IO, errno, "%s", path);
            close(fd);
            return -1;
        }
        bytes += put;
        n -= (size_t)put;
    }
    if (close(fd) != 0)
        return err_set_errno(e, ERR_IO, errno, "%s", path);
    return 0;
}

static int write_plane(const struct writing *w, int sample, int stain, uint8_t *pixels,
                       struct err *e)
{
    char id[ID_SIZE], name[64], path[FILE_PATH_MAX];
    uint8_t *bytes = NULL;
    size_t n;
    struct image im = {w->plan->size, w->plan->size, pixels};
    sample_id(id, sample);
    snprintf(name, sizeof name, "%s/%s_%s.png", sample < w->plan->train ? "train" : "test", id,
             stain_names[stain]);
    if (file_join(path, w->folder, name, e) != 0 || png_file_encode(&im, path, &bytes, &n, e) != 0)
        return -1;
    int failed = write_plain(path, bytes, n, e);
    free(bytes);
    return failed;
}

static void write_sample(void *context, int block, int worker)
{
    struct writing *w = context;
    struct drawing_room *room = &w->rooms[worker];
    int sample = w->first + block;
    size_t n = (size_t)w->plan->size * (size_t)w->plan->size;
    if (w->cancel && atomic_load(w->cancel))
        return;
    synth_picture_draw(&room->picture, w->plan->seed, (uint32_t)sample, &w->labels[sample],
                       sample < w->plan->train ? 1 : TEST_RED, room->planes);
    for (int stain = 0; stain < SYNTH_STAINS; stain++)
        if (write_plane(w, sample, stain, room->planes + (size_t)stain * n, &w->errors[block]) != 0)
            return;
}

static int write_images(struct writing *w, struct workers *workers, synth_progress *progress,
                        void *context, struct err *e)
{
    int total = w->plan->train + w->plan->test, chunk = 4 * w->room_count;
    for (w->first = 0; w->first < total; w->first += chunk) {
        int blocks = total - w->first < chunk ? total - w->first : chunk;
        memset(w->errors, 0, (size_t)blocks * sizeof *w->errors);
        workers_run(workers, blocks, write_sample, w);
        if (w->cancel && atomic_load(w->cancel))
            return err_set(e, ERR_CANCELLED, "stopped; %s is unfinished and may be written again",
                           w->folder);
        for (int i = 0; i < blocks; i++)
            if (w->errors[i].code != ERR_NONE)
                return err_set(e, w->errors[i].code, "%s", w->errors[i].text);
        if (progress)
            progress(context, w->first + blocks, total);
    }
    return 0;
}

/* `labels` NULL: the placeholder "0" of a sample submission. */
static int write_table(const struct writing *w, const char *name, const char *column, int first,
                       int n, const struct labels *labels, struct err *e)
{
    char path[FILE_PATH_MAX], id[ID_SIZE];
    struct csv_out *o = csv_out_new();
    csv_out_text(o, "Id");
    csv_out_text(o, column);
    csv_out_end_row(o);
    for (int i = first; i < first + n; i++) {
        char text[4 * SYNTH_CLASSES] = "0";
        int used = 0;
        for (int c = labels ? labels_next(&labels[i], 0) : -1; c >= 0;
             c = labels_next(&labels[i], c + 1))
            used += snprintf(text + used, sizeof text - (size_t)used, used ? " %d" : "%d", c);
        sample_id(id, i);
        csv_out_text(o, id);
        csv_out_text(o, text);
        csv_out_end_row(o);
    }
    int failed =
        file_join(path, w->folder, name, e) || csv_out_write(o, path, OUTPUT_REPLACE, e) ? -1 : 0;
    csv_out_free(o);
    return failed;
}

/* Can the configuration file hold this name as it is? Its reader has short lines, and " ;" starts
 * a comment. */
static bool fits_configuration(const char *name)
{
    enum { LONGEST = 150 };
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f || *p == ';' || *p == '"')
            return false;
    return *name && strlen(name) <= LONGEST && text_utf8_valid(name, strlen(name));
}

/* What the folder is called from where it was made, for a copy of its configuration there. */
static char *project_line(const char *folder, const char *whole)
{
    const char *last = strrchr(whole, '/');
    bool plain = *folder != '/' && *folder != '.' && !strstr(folder, "..");
    char *name = xstrdup(plain ? folder : last ? last + 1 : whole);
    for (size_t n = strlen(name); n > 0 && name[n - 1] == '/'; n--)
        name[n - 1] = '\0';
    char *line = fits_configuration(name) ? xasprintf("project = %s\n", name) : xstrdup("");
    free(name);
    return line;
}

/* Relative paths: the folder may be copied or moved as it is. */
static int write_configuration(const struct writing *w, struct err *e)
{
    char path[FILE_PATH_MAX];
    char *whole = realpath(w->folder, NULL);
    if (!whole)
        return err_set_errno(e, ERR_IO, errno, "%s", w->folder);
    char *project = project_line(w->folder, whole);
    char *text = xasprintf(
        "# A data set drawn by hpa synth: %d training and %d test samples of %d pixels, seed "
        "%llu.\n# Paths hold in the folder of this file; when it is copied beside that folder, in "
        "data.project.\n[data]\n%strain_csv = train.csv\ntrain_dir = train\ntest_dir = test\n"
        "sample_submission = sample_submission.csv\n\n[work]\ndir = hpa-work\n",
        w->plan->train, w->plan->test, w->plan->size, (unsigned long long)w->plan->seed, project);
    int failed =
        file_join(path, w->folder, "hpa.conf", e) || file_save_all(path, text, strlen(text), e);
    free(text);
    free(project);
    free(whole);
    return failed ? -1 : 0;
}

/* train.csv last: a folder that has it is complete. */
static int write_tables(const struct writing *w, struct err *e)
{
    const struct synth_plan *p = w->plan;
    if (write_table(w, "test_truth.csv", "Target", p->train, p->test, w->labels, e) != 0 ||
        write_table(w, "sample_submission.csv", "Predicted", p->train, p->test, NULL, e) != 0 ||
        write_configuration(w, e) != 0)
        return -1;
    return write_table(w, "train.csv", "Target", 0, p->train, w->labels, e);
}

/* A link that leads to nothing is there, too. */
static bool folder_has(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct stat st;
    return file_join(path, folder, name, NULL) == 0 && lstat(path, &st) == 0;
}

static int check_pictures(const char *folder, const char *part, struct err *e)
{
    char path[FILE_PATH_MAX];
    int failed = 0;
    DIR *d = file_join(path, folder, part, NULL) ? NULL : opendir(path);
    for (struct dirent *entry; d && !failed && (entry = readdir(d));)
        if (!strncmp(entry->d_name, id_prefix, sizeof id_prefix - 1))
            failed = err_set(e, ERR_CREATE, "%s already holds %s/%s; name another folder", folder,
                             part, entry->d_name);
    if (d)
        closedir(d);
    return failed;
}

/* Nothing of the user's is overwritten: not a data set, nor a file of another origin. */
static int check_folder(const char *folder, struct err *e)
{
    static const char *const outputs[] = {"sample_submission.csv", "test_truth.csv", "hpa.conf"};
    if (folder_has(folder, "train.csv"))
        return err_set(e, ERR_CREATE,
                       "%s already holds a data set (train.csv); name another folder", folder);
    if (folder_has(folder, unfinished_name))
        return 0;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (folder_has(folder, outputs[i]))
            return err_set(e, ERR_CREATE, "%s already holds a file %s; name another folder", folder,
                           outputs[i]);
    return check_pictures(folder, "train", e) || check_pictures(folder, "test", e) ? -1 : 0;
}

static int check_plan(const struct synth_plan *p, struct err *e)
{
    if (check_size(p->size, e) != 0)
        return -1;
    if (p->train < 1 || p->test < 0 || p->train > SAMPLES_MAX || p->test > SAMPLES_MAX)
        return err_set(e, ERR_USAGE,
                       "%d training and %d test samples: there must be 1 to %d and 0 to %d",
                       p->train, p->test, SAMPLES_MAX, SAMPLES_MAX);
    return 0;
}

static int make_folders(const struct writing *w, struct err *e)
{
    static const char note[] = "hpa synth is writing here or was interrupted; run it again.\n";
    char path[FILE_PATH_MAX];
    if (file_join(path, w->folder, "train", e) != 0 || file_make_folders_as(path, 0777, e) != 0 ||
        file_join(path, w->folder, "test", e) != 0 || file_make_folders_as(path, 0777, e) != 0 ||
        file_join(path, w->folder, unfinished_name, e) != 0)
        return -1;
    return file_save_all(path, note, sizeof note - 1, e);
}

static int open_rooms(struct writing *w, int workers, struct err *e)
{
    size_t side = (size_t)w->plan->size, n = (size_t)workers;
    int samples = w->plan->train + w->plan->test;
    if (room_for_threads("synth", workers < samples ? workers : samples,
                         BYTES_A_PIXEL * (uint64_t)(side * side), e))
        return -1;
    w->rooms = mem_array(n, sizeof *w->rooms, "synthetic images", e);
    w->errors = mem_array(4 * n, sizeof *w->errors, "synthetic images", e);
    if (!w->rooms || !w->errors)
        return -1;
    for (; w->room_count < workers; w->room_count++) {
        struct drawing_room *room = &w->rooms[w->room_count];
        if (synth_picture_init(&room->picture, w->plan->size, e) != 0)
            return -1;
        room->planes = mem_array(SYNTH_STAINS, side * side, "synthetic images", e);
        if (!room->planes) {
            synth_picture_fini(&room->picture);
            return -1;
        }
    }
    return 0;
}

static void close_rooms(struct writing *w)
{
    for (int i = 0; i < w->room_count; i++) {
        synth_picture_fini(&w->rooms[i].picture);
        free(w->rooms[i].planes);
    }
    free(w->rooms);
    free(w->errors);
}

/* Training and test labels are drawn apart: each has its own floor for rare classes. */
static int draw_labels(struct writing *w, struct err *e)
{
    const struct synth_plan *p = w->plan;
    w->labels = mem_array((size_t)p->train + (size_t)p->test, sizeof *w->labels, "label sets", e);
    if (!w->labels || synth_labels(p->seed, p->train, w->labels, e) != 0)
        return -1;
    return synth_labels(~p->seed, p->test, w->labels + p->train, e);
}

int synth_write(const char *folder, const struct synth_plan *plan, struct workers *workers,
                synth_progress *progress, void *context, atomic_bool *cancel, struct err *e)
{
    struct writing w = {.plan = plan, .cancel = cancel};
    char marker[FILE_PATH_MAX];
    int failed = -1;
    if (check_plan(plan, e) != 0 || check_folder(folder, e) != 0 ||
        file_join(marker, folder, unfinished_name, e) != 0)
        return -1;
    snprintf(w.folder, sizeof w.folder, "%s", folder);
    if (open_rooms(&w, workers_count(workers), e) != 0 || draw_labels(&w, e) != 0 ||
        make_folders(&w, e) != 0 || write_images(&w, workers, progress, context, e) != 0 ||
        write_tables(&w, e) != 0)
        goto done;
    failed = 0;
    unlink(marker);
done:
    close_rooms(&w);
    free(w.labels);
    return failed;
}
