/* One commit of a store, for tests that kill it on the way or let its system calls fail. An epoch
 * is a row of `epochs` and three of `class_metrics`, written in one transaction by the writer.
 *
 *     store_once make PATH        a store with a run
 *     store_once write PATH N     hands epoch N to the writer; 0 when it was written within a
 * second store_once check PATH       prints "epochs N", or why the store is not consistent */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/run_rows.h"
#include "store/writer.h"

enum { CLASSES = 3 };

static int complain(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    return 1;
}

static int make(const char *path)
{
    struct err e = {0};
    struct run_row r = {.uuid = "u", .name = "one", .status = RUN_RUNNING};
    struct store *s = store_open(path, STORE_WRITE, &e);
    int failed = !s || run_insert(s, &r, &e);
    store_close(s);
    return failed ? complain(&e) : 0;
}

static int apply(struct store *s, void *data, struct err *e)
{
    struct epoch_row row = {.epoch = *(int *)data, .macro_f1 = .5, .steps = 1};
    struct class_row classes[CLASSES];
    memset(classes, 0, sizeof classes);
    for (int c = 0; c < CLASSES; c++)
        classes[c].class_index = c;
    return run_put_epoch(s, "u", &row, e) || run_put_classes(s, "u", row.epoch, classes, CLASSES, e)
               ? -1
               : 0;
}

static void say(const struct log_line *line, void *context)
{
    (void)context;
    fprintf(stderr, "%s\n", line->text);
}

static int write_epoch(const char *path, int epoch)
{
    struct err e = {0};
    log_set_sink(say, NULL);
    struct writer *w = writer_new(path, &e);
    if (!w)
        return complain(&e);
    writer_submit(w, "row", apply, &epoch, sizeof epoch, NULL);
    bool written = writer_flush(w, 1);
    writer_free(w, .5, NULL);
    return written ? 0 : 1;
}

/* Every epoch has all its classes, and they count from 1 without a gap. */
static int count(struct store *s, int *epochs, struct err *e)
{
    struct run_row r;
    struct epoch_row *rows;
    if (run_find(s, "u", &r, e))
        return -1;
    int failed = run_epochs(s, r.id, &rows, epochs, e);
    for (int i = 0; i < *epochs && !failed; i++) {
        struct class_row *classes;
        int n;
        if (run_classes(s, r.id, rows[i].epoch, &classes, &n, e))
            failed = -1;
        else if (n != CLASSES || rows[i].epoch != i + 1)
            failed =
                err_set(e, ERR_DATA, "row %d is epoch %d with %d classes", i, rows[i].epoch, n);
        free(classes);
    }
    free(rows);
    run_row_fini(&r);
    return failed;
}

static int check(const char *path)
{
    struct err e = {0};
    int epochs = 0;
    struct store *s = store_open(path, STORE_WRITE, &e);
    int failed = !s || count(s, &epochs, &e);
    store_close(s);
    if (failed)
        return complain(&e);
    printf("epochs %d\n", epochs);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "make"))
        return make(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "write"))
        return write_epoch(argv[2], atoi(argv[3]));
    if (argc == 3 && !strcmp(argv[1], "check"))
        return check(argv[2]);
    return 64;
}
