/* Export of a trained run: its weights under torchvision's names. */
#include "job/job_export.h"

#include "base/file.h"
#include "base/log.h"
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
