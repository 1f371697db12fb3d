/* Training, from the request to the last row in the store. Errors inside a run are recorded with
 * the run; a stop leaves a checkpoint to go on from. */
#include "job/job_train.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "session.h"

/* Epochs until the end or a stop. An epoch that a kill cut off between its last step and its
 * validation has all its steps in the checkpoint and goes straight to the validation. */
static int train_epochs(struct session *s, bool *stopped, struct err *e)
{
    enum session_end end;
    while (s->step < s->total_steps || s->step_in_epoch > 0) {
        if (session_run_epoch(s, &end, e))
            return -1;
        *stopped = end == SESSION_STOPPED;
        if (*stopped)
            return 0;
        if (session_end_epoch(s, e))
            return -1;
        if (atomic_load(&s->job->control->stop) != JOB_STOP_NONE && s->step < s->total_steps) {
            *stopped = true;
            return 0;
        }
    }
    return 0;
}

static int finish(struct session *s, int failed, bool stopped, struct err *e)
{
    struct job *j = s->job;
    if (failed && e->code == ERR_CANCELLED && !session_save_last(s, e)) {
        failed = 0; /* stopped inside a validation: the epoch's steps are in the checkpoint */
        stopped = true;
    }
    j->now.stopped = stopped;
    session_tell_status(s, failed ? "failed" : stopped ? "stopped" : "done", failed ? e->text : "");
    if (!failed)
        log_info("run %s: %s after epoch %lld, step %lld", s->row.name,
                 stopped ? "stopped" : "done", (long long)s->epoch, (long long)s->step);
    return failed;
}

int job_train(struct job *j, const struct train_request *request, struct err *e)
{
    struct session s;
    bool stopped = false;
    err_clear(e);
    if (request->resume ? session_resume(&s, j, request->resume, e)
                        : session_start(&s, j, request, e))
        return -1;
    int failed = finish(&s, train_epochs(&s, &stopped, e), stopped, e);
    session_close(&s);
    if (!failed)
        job_phase(j, PHASE_DONE, 0);
    return failed;
}

static void child(const char *folder, const char *run, int log)
{
    char setting[FILE_PATH_MAX + 16];
    snprintf(setting, sizeof setting, "work.dir=%s", folder);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setsid();
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl("/proc/self/exe", "hpa", "-s", setting, "train", "--resume", run, (char *)NULL);
    _exit(127);
}

int job_train_detach(const struct work *work, const char *run, struct err *e)
{
    char path[FILE_PATH_MAX];
    if (work_run_path(work, run, "detached.log", path, e))
        return -1;
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0)
        return err_set_errno(e, ERR_CREATE, errno, "%s", path);
    pid_t pid = fork();
    if (pid == 0)
        child(work->folder, run, log);
    int failed = pid < 0 ? err_set_errno(e, ERR_FAIL, errno, "cannot start hpa train") : 0;
    close(log);
    if (!failed)
        log_info("run %s goes on without a screen, process %d, log in %s", run, (int)pid, path);
    return failed;
}
