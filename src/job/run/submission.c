/* Competitions whose submissions hpa cannot write are known by their columns, so that this is said
 * before hours of prediction. */
#include "submission.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "data/csv_file.h"

static const char *const cells_2021[] = {"ImageWidth", "ImageHeight", "PredictionString"};

static bool is_cells(const struct csv_file *f)
{
    bool same = csv_file_columns(f) == 4;
    for (int i = 0; same && i < 3; i++)
        same = !strcmp(csv_file_name(f, i + 1), cells_2021[i]);
    return same;
}

static void list_columns(const struct csv_file *f, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < csv_file_columns(f) && at + 1 < size; i++) {
        char safe[100];
        text_safe(csv_file_name(f, i), safe, sizeof safe);
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "," : "", safe);
    }
}

static int check_order(const struct csv_file *f, const char *id, struct err *e)
{
    char first[100], second[100];
    text_safe(csv_file_name(f, 0), first, sizeof first);
    text_safe(csv_file_name(f, 1), second, sizeof second);
    if (!strcmp(csv_file_name(f, 0), id))
        return 0;
    if (!strcmp(csv_file_name(f, 1), id))
        return err_set(e, ERR_DATA,
                       "%s: has the columns %s,%s in the wrong order: a submission has %s "
                       "(data.id_column) first, then the predictions",
                       csv_file_path(f), first, second, id);
    if (csv_file_looks_like_data(f) || !*second)
        return err_set(e, ERR_DATA,
                       "%s: line 1 looks like data (%s,%s): a header is needed, %s "
                       "(data.id_column) and the name of the predictions",
                       csv_file_path(f), first, second, id);
    return err_set(
        e, ERR_DATA,
        "%s: the first column is named \"%s\", not \"%s\" (data.id_column): rename it, or "
        "set data.id_column",
        csv_file_path(f), first, id);
}

static int check_columns(const struct csv_file *f, const char *id, struct err *e)
{
    char columns[300];
    list_columns(f, columns, sizeof columns);
    if (is_cells(f))
        return err_set(
            e, ERR_DATA,
            "%s: %s is the form of the single-cell competition of 2021, a mask for every "
            "cell: hpa predicts whole images and cannot write it. A sample submission "
            "with two columns (%s,Label) gets the labels of each image",
            csv_file_path(f), columns, id);
    if (csv_file_columns(f) != 2)
        return err_set(e, ERR_DATA,
                       "%s: has the columns %s; a submission has two, separated by a comma: %s "
                       "(data.id_column) and the predictions",
                       csv_file_path(f), columns, id);
    return check_order(f, id, e);
}

int submission_check(const struct conf *c, struct err *e)
{
    struct csv_file *f = csv_file_open(conf_text(c, CONF_DATA_SAMPLE_SUBMISSION), e);
    int failed = !f || check_columns(f, conf_text(c, CONF_DATA_ID_COLUMN), e);
    csv_file_close(f);
    return failed ? -1 : 0;
}

int submission_put_header(struct csv_out *out, const struct conf *c, struct err *e)
{
    struct csv_file *f = csv_file_open(conf_text(c, CONF_DATA_SAMPLE_SUBMISSION), e);
    if (!f)
        return -1;
    int failed = check_columns(f, conf_text(c, CONF_DATA_ID_COLUMN), e);
    for (int i = 0; i < 2 && !failed; i++)
        csv_out_text(out, csv_file_name(f, i));
    csv_out_end_row(out);
    csv_file_close(f);
    return failed;
}

static bool has_images(const struct index *x, int row)
{
    char path[4096];
    for (int c = 0; c < x->channels; c++)
        if (index_plane_path(x, row, c, path, NULL) || !file_exists(path))
            return false;
    return true;
}

static int check_images(const struct index *x, struct err *e)
{
    char path[4096] = "";
    int absent = 0, first = -1;
    for (int i = 0; i < x->n; i++)
        if (!has_images(x, i)) {
            first = first < 0 ? i : first;
            absent++;
        }
    if (!absent)
        return 0;
    index_plane_path(x, first, 0, path, NULL);
    if (absent == x->n)
        return err_set(e, ERR_NOINPUT,
                       "none of the %d ids of data.sample_submission has its images in "
                       "data.test_dir: %s is looked for first",
                       x->n, path);
    log_warn("%d of %d ids of data.sample_submission lack images in data.test_dir, the first is "
             "%s: their rows get labels from pixels that were packed earlier, or none",
             absent, x->n, x->ids[first]);
    return 0;
}

/* The id in the name of an image of the first channel; false for other files. */
static bool id_of(const struct index *x, const char *name, char id[INDEX_ID_MAX + 1])
{
    char pattern[512], with[4096];
    const char *mark = strstr(x->pattern, "{id}"), *channel = strstr(x->pattern, "{channel}");
    if (!mark || !channel || channel < mark || strchr(x->pattern, '/'))
        return false;
    snprintf(pattern, sizeof pattern, "%.*s%s%s", (int)(channel - mark - 4), mark + 4,
             x->channel_names[0], channel + 9);
    size_t head = (size_t)(mark - x->pattern), n = strlen(name), tail = strlen(pattern);
    if (n <= head + tail || strncmp(name, x->pattern, head) || strcmp(name + n - tail, pattern))
        return false;
    snprintf(with, sizeof with, "%.*s", (int)(n - head - tail), name + head);
    snprintf(id, INDEX_ID_MAX + 1, "%.*s", INDEX_ID_MAX, with);
    return true;
}

static void tell_images_without_ids(const struct index *x)
{
    char id[INDEX_ID_MAX + 1], first[INDEX_ID_MAX + 1] = "", safe[2 * INDEX_ID_MAX];
    int more = 0;
    DIR *d = opendir(x->folder);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        if (!id_of(x, entry->d_name, id) || index_find(x, id) >= 0)
            continue;
        if (more++ == 0 || strcmp(id, first) < 0)
            memcpy(first, id, sizeof first);
    }
    if (d)
        closedir(d);
    text_safe(first, safe, sizeof safe);
    if (more)
        log_warn("%d %s in data.test_dir that data.sample_submission does not name, the first is "
                 "%s: not predicted",
                 more, more == 1 ? "sample is" : "samples are", safe);
}

int submission_check_ids(const struct index *x, struct err *e)
{
    if (check_images(x, e))
        return -1;
    tell_images_without_ids(x);
    return 0;
}
