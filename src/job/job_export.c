/* Export of a trained run: its weights under torchvision's names, its history as TensorBoard's
 * events. */
#include "job/job_export.h"

#include <stdio.h>

#include "base/log.h"
#include "history.h"
#include "tfevents.h"
#include "trained.h"

int job_export_safetensors(struct job *j, const char *run, const char *checkpoint, const char *path,
                           struct err *e)
{
    struct trained t;
    char name[RUN_NAME_MAX], file[TRAINED_FILE_MAX];
    if (trained_file(checkpoint, file, e) || file_check_place(path, e) ||
        trained_find(j->work, run, name, e) || trained_open(&t, j->work, name, file, e))
        return -1;
    int failed =
        trained_load(&t, j->work, file, false, e) || checkpoint_export(path, net_params(t.net), e);
    if (!failed)
        log_info("%s: weights of run %s, epoch %lld", path, name, (long long)t.point.epoch);
    trained_close(&t);
    return failed ? -1 : 0;
}

/* The same name whenever it is exported; TensorBoard knows a file by ".tfevents.". */
static int events_path(const struct trained *t, const char *folder, char path[FILE_PATH_MAX],
                       struct err *e)
{
    char file[64], own[FILE_PATH_MAX];
    snprintf(file, sizeof file, "events.out.tfevents.%010lld.hpa",
             (long long)(t->started_ms / 1000));
    return file_join(own, folder, t->name, e) || file_make_folders(own, e) ||
                   file_join(path, own, file, e)
               ? -1
               : 0;
}

int job_export_tfevents(struct job *j, const char *run, const char *folder,
                        char path[FILE_PATH_MAX], struct err *e)
{
    struct trained t;
    struct history h = {0};
    char name[RUN_NAME_MAX];
    if (trained_find(j->work, run, name, e) || trained_open(&t, j->work, name, TRAINED_LAST, e))
        return -1;
    int failed = history_parse(&h, t.point.history, TRAINED_LAST, e) ||
                 events_path(&t, folder, path, e) || tfevents_save(path, &h, t.started_ms, e);
    if (!failed)
        log_info("%s: %zu epochs of run %s", path, h.n, name);
    history_fini(&h);
    trained_close(&t);
    return failed ? -1 : 0;
}
