/* Which checkpoints of a run stay: the newest, the one before it (previous.safetensors, from which
 * a run goes on when the newest cannot be read), the best, and those of epochs that run.keep names
 * (epoch-N.safetensors). All but the best are second names of files that were saved, so keeping one
 * costs no writing. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/retention_rule.h"
#include "base/text.h"
#include "core/run_files.h"
#include "run/saved_run.h"
#include "trainer.h"

void checkpoint_retention_previous(struct trainer *s)
{
    char last[FILE_PATH_MAX], previous[FILE_PATH_MAX];
    struct err e = {0};
    if (work_run_path(&s->work, s->row.name, RUN_FILES_LAST, last, NULL) ||
        work_run_path(&s->work, s->row.name, RUN_FILES_PREVIOUS, previous, NULL) ||
        !file_exists(last))
        return;
    if (file_also_as(last, previous, &e))
        log_warn("the checkpoint before the newest is not kept: %s", e.text);
}

/* The epoch of a file that this program kept, or 0. */
static int64_t epoch_of(const char *name)
{
    char file[SAVED_RUN_FILE_MAX], digits[SAVED_RUN_FILE_MAX];
    int64_t epoch;
    if (sscanf(name, "epoch-%20[0-9]", digits) != 1 || !text_int(digits, &epoch))
        return 0;
    saved_run_epoch_file(epoch, file);
    return strcmp(name, file) ? 0 : epoch;
}

static void prune(const struct trainer *s, const struct retention_rule *rule)
{
    char folder[FILE_PATH_MAX];
    DIR *d = work_run_path(&s->work, s->row.name, NULL, folder, NULL) ? NULL : opendir(folder);
    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));) {
        int64_t epoch = epoch_of(entry->d_name);
        if (epoch > 0 && !retention_rule_holds(rule, epoch, s->epoch) &&
            unlinkat(dirfd(d), entry->d_name, 0))
            log_warn("%s: could not be removed from %s", entry->d_name, folder);
    }
    closedir(d);
}

void checkpoint_retention_epoch(struct trainer *s)
{
    char last[FILE_PATH_MAX], path[FILE_PATH_MAX], file[SAVED_RUN_FILE_MAX];
    struct retention_rule rule;
    struct err e = {0};
    retention_rule_parse(conf_text(s->conf, CONF_RUN_KEEP), &rule);
    saved_run_epoch_file(s->epoch, file);
    if (retention_rule_holds(&rule, s->epoch, s->epoch) &&
        (work_run_path(&s->work, s->row.name, RUN_FILES_LAST, last, &e) ||
         work_run_path(&s->work, s->row.name, file, path, &e) || file_also_as(last, path, &e)))
        log_warn("the checkpoint of epoch %lld is not kept: %s", (long long)s->epoch, e.text);
    prune(s, &rule);
}

/* What could not be read is put aside, never lost; the one before takes its place. */
int checkpoint_retention_fall_back(struct trainer *s, const struct err *why, struct err *e)
{
    char last[FILE_PATH_MAX], previous[FILE_PATH_MAX], aside[FILE_PATH_MAX];
    if (work_run_path(&s->work, s->row.name, RUN_FILES_LAST, last, e) ||
        work_run_path(&s->work, s->row.name, RUN_FILES_PREVIOUS, previous, e) ||
        work_run_path(&s->work, s->row.name, "unreadable.safetensors", aside, e))
        return -1;
    log_warn("run %s goes on from the checkpoint before its newest, which is now %s: %s",
             s->row.name, aside, why->text);
    if (file_exists(last) && rename(last, aside))
        return err_set(e, ERR_IO, "%s: could not be put aside", last);
    return file_also_as(previous, last, e);
}
