/* Export of a trained run: its weights under torchvision's names, its history as TensorBoard's
 * events. */
#include "job/job_export.h"

#include <stdio.h>

#include "base/log.h"
#include "core/history.h"
#include "core/run_files.h"
#include "core/train_config.h"
#include "run/saved_run.h"
#include "train/tfevents.h"

/* Steps of the first epochs that left a part of the network as it was. */
static int64_t frozen_steps(const struct checkpoint *point, int64_t frozen_epochs, struct err *e)
{
    struct history h = {0};
    int64_t steps = 0;
    if (frozen_epochs > point->epoch)
        return point->step;
    if (frozen_epochs > 0 && history_parse(&h, point->history, "the run's history", e))
        return -1;
    for (size_t i = 0; i < h.n && h.rows[i].epoch <= frozen_epochs; i++)
        steps = h.rows[i].steps;
    history_fini(&h);
    return steps;
}

/* How many batches each layer's running statistics have seen. With train.accumulate an epoch's last
 * step counts as a whole one. Marks the rows that the run began with frozen. */
static int count_batches(const struct saved_run *t, struct checkpoint_batches *out, struct err *e)
{
    struct train_config_phases phases = train_config_phases(t->conf);
    int64_t frozen = frozen_steps(&t->point, phases.frozen_epochs, e);
    int each = train_config_steps(t->conf).batches;
    if (frozen < 0)
        return -1;
    if (phases.frozen_epochs > 0)
        net_freeze(t->net, phases.frozen);
    *out = (struct checkpoint_batches){t->point.step * each, (t->point.step - frozen) * each};
    return 0;
}

int job_export_safetensors(struct job *j, const char *run, const char *checkpoint, const char *path,
                           enum output_mode mode, struct err *e)
{
    struct saved_run t;
    struct checkpoint_batches batches;
    char name[RUN_NAME_MAX], file[SAVED_RUN_FILE_MAX];
    if (saved_run_file(checkpoint, file, e) || output_check(path, mode, e) ||
        saved_run_find(j->work, run, name, e) || saved_run_open(&t, j->work, name, file, e))
        return -1;
    int failed = saved_run_load_one(&t, j->work, file, e) || count_batches(&t, &batches, e) ||
                 checkpoint_export(path, mode, net_params(t.net), batches, e);
    if (!failed)
        log_info("%s: weights of run %s, epoch %lld", path, name, (long long)t.point.epoch);
    saved_run_close(&t);
    return failed ? -1 : 0;
}

static int events_folder(const struct saved_run *t, const char *folder, char own[FILE_PATH_MAX],
                         struct err *e)
{
    return file_join(own, folder, t->name, e) || file_make_folders_as(own, 0777, e) ? -1 : 0;
}

int job_export_tfevents(struct job *j, const char *run, const char *folder,
                        char path[FILE_PATH_MAX], struct err *e)
{
    struct saved_run t;
    struct history h = {0};
    char name[RUN_NAME_MAX], own[FILE_PATH_MAX];
    if (saved_run_find(j->work, run, name, e) ||
        saved_run_open(&t, j->work, name, RUN_FILES_LAST, e))
        return -1;
    int failed = history_parse(&h, t.point.history, RUN_FILES_LAST, e) ||
                 events_folder(&t, folder, own, e) || tfevents_save(own, &h, t.started_ms, path, e);
    if (!failed)
        log_info("%s: %zu epochs of run %s", path, h.n, name);
    history_fini(&h);
    saved_run_close(&t);
    return failed ? -1 : 0;
}
