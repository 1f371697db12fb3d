/* Numbers of runs. Both places are asked, since either may have been lost: the rows with the store,
 * or the folders with a disk. */
#include "sequence.h"

#include <dirent.h>

#include "base/file.h"
#include "run_metadata.h"

static int64_t in_store(const struct work *w)
{
    int64_t highest = 0;
    struct store *s = file_exists(w->database) ? store_open(w->database, STORE_READ, NULL) : NULL;
    if (s && run_last_sequence(s, &highest, NULL))
        highest = 0;
    store_close(s);
    return highest;
}

static int64_t in_folders(const struct work *w)
{
    char runs[FILE_PATH_MAX];
    int64_t highest = 0;
    DIR *d = file_join(runs, w->folder, "runs", NULL) ? NULL : opendir(runs);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        struct run_row run = {0};
        struct err unread;
        if (*entry->d_name != '.' && !run_metadata_load(w, entry->d_name, &run, &unread) &&
            run.sequence > highest)
            highest = run.sequence;
    }
    if (d)
        closedir(d);
    return highest;
}

int64_t sequence_next(const struct work *w)
{
    int64_t rows = in_store(w), folders = in_folders(w);
    return 1 + (rows > folders ? rows : folders);
}

int64_t sequence_stored(const struct work *w, const char *uuid)
{
    struct run_row row;
    int64_t sequence = 0;
    struct store *s = file_exists(w->database) ? store_open(w->database, STORE_READ, NULL) : NULL;
    if (s && !run_find(s, uuid, &row, NULL)) {
        sequence = row.sequence;
        run_row_fini(&row);
    }
    store_close(s);
    return sequence;
}
