/* One request to a trainer: a row in the store, looked at until it has an answer. A request that
 * nobody took in time is answered by its asker, so that no later trainer finds it. */
#include "job/job_control.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "core/alive.h"
#include "core/process_id.h"
#include "run/run_state.h"
#include "store/request_rows.h"

enum { LOOK_NS = 100000000 };
static const double RATE_MAX = 100; /* as train.lr */

bool job_control_is_live(const char *database, const struct run_row *run)
{
    return alive_run(database, run);
}

int job_control_parse_rate(const char *text, struct control_ask *ask, struct err *e)
{
    bool times = *text == 'x' || *text == '*';
    if (!text_real(text + times, &ask->value) || !(ask->value > 0) || ask->value > RATE_MAX)
        return err_set(
            e, ERR_USAGE,
            "learning rate '%.40s': a number above 0 (a new peak), or x and a factor, as "
            "x.5",
            text);
    ask->kind = times ? CONTROL_LR_TIMES : CONTROL_LR;
    return 0;
}

bool job_control_is_unseen(const char *database, const struct run_row *run, char *out, size_t size)
{
    char known[256];
    if (alive_state(database, run) != ALIVE_SILENT)
        return false;
    alive_unseen(run, known, sizeof known);
    snprintf(out, size, "%s. If it is gone, hpa train --resume %s continues from its checkpoint",
             known, run->name);
    return true;
}

static int refuse(const struct run_row *run, enum control_kind kind, struct err *e)
{
    bool named_live = run_status_is_live(run->status);
    const char *status = run_status_name(named_live ? RUN_INTERRUPTED : run->status);
    if (run->status == RUN_DONE)
        return err_set(e, ERR_FAIL, "run %s is done: nobody trains it", run->name);
    if (kind == CONTROL_RESUME)
        return err_set(e, ERR_FAIL,
                       "run %s is %s, not paused: hpa train --resume %s goes on with it", run->name,
                       status, run->name);
    return err_set(e, ERR_FAIL, "run %s is %s: nobody trains it (hpa train --resume %s would)",
                   run->name, status, run->name);
}

/* Advice to resume it would not help where there is nothing to resume. */
static bool is_odd(struct store *s, const char *database, const char *name, enum run_state *state)
{
    struct work place = {.conf = conf_new()};
    const char *slash = strrchr(database, '/');
    snprintf(place.database, sizeof place.database, "%s", database);
    snprintf(place.folder, sizeof place.folder, "%.*s", slash ? (int)(slash - database) : 1,
             slash ? database : ".");
    int failed = run_state_look(&place, s, name, state, NULL);
    if (!failed)
        *state = run_state_read(&place, name, *state);
    conf_free(place.conf);
    return !failed && run_state_is_odd(*state);
}

static int find(struct store *s, const char *database, const struct control_ask *ask,
                struct run_row *run, struct err *e)
{
    if (run_find(s, ask->run, run, e))
        return -1;
    run_row_fini(run); /* the configuration alone */
    char unseen[512];
    enum run_state state;
    if (job_control_is_live(database, run))
        return 0;
    if (job_control_is_unseen(database, run, unseen, sizeof unseen))
        return err_set(e, ERR_FAIL, "run %s: %s", run->name, unseen);
    if (run->status != RUN_DONE && is_odd(s, database, run->name, &state))
        return run_state_fail(state, run->name, e);
    return refuse(run, ask->kind, e);
}

static int post(struct store *s, const struct control_ask *ask, const struct run_row *run,
                struct request_row *r, struct err *e)
{
    struct run_row here = {0};
    process_id_stamp(&here);
    *r = (struct request_row){.value = ask->value, .asked_ms = clock_unix_ms(), .pid = here.pid};
    memcpy(r->host, here.host, sizeof r->host);
    snprintf(r->kind, sizeof r->kind, "%s", control_kind_name(ask->kind));
    return request_rows_ask(s, run->uuid, r, e);
}

/* A locked store is looked at again: the request is in it already. */
static void await(struct store *s, struct request_row *r, double seconds)
{
    struct timespec begin, now;
    double passed = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!r->answered_ms && passed < seconds) {
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
        request_rows_get(s, r->id, r, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
        passed = (double)(now.tv_sec - begin.tv_sec) + 1e-9 * (double)(now.tv_nsec - begin.tv_nsec);
    }
}

/* Only if it was not taken at the last moment. */
static int take_back(struct store *s, struct request_row *r, struct err *e)
{
    if (store_begin(s, e))
        return -1;
    int failed = request_rows_get(s, r->id, r, e);
    if (!failed && !r->taken_ms && !r->answered_ms)
        failed = request_rows_answer(s, r->id, "taken back: nobody answered", clock_unix_ms(), e);
    return store_end(s, !failed, e) || failed ? -1 : 0;
}

static int ask_store(struct store *s, const char *database, const struct control_ask *ask,
                     struct control_told *told, struct err *e)
{
    struct request_row r;
    if (find(s, database, ask, &told->run, e) || post(s, ask, &told->run, &r, e))
        return -1;
    await(s, &r, ask->seconds);
    if (!r.answered_ms && !r.taken_ms && take_back(s, &r, e))
        return -1;
    told->taken = r.taken_ms != 0;
    if (!told->taken && !r.answered_ms)
        return err_set(
            e, ERR_LOCKED,
            "run %s: process %d on %s did not answer within %.0f s; the request is taken "
            "back",
            told->run.name, told->run.pid, told->run.host, ask->seconds);
    snprintf(told->answer, sizeof told->answer, "%s", r.answered_ms ? r.answer : "");
    return 0;
}

int job_control_ask(const char *database, const struct control_ask *ask, struct control_told *told,
                    struct err *e)
{
    memset(told, 0, sizeof *told);
    if (!file_exists(database))
        return err_set(e, ERR_NOINPUT, "no run '%.60s': there is no store %s", ask->run, database);
    struct store *s = store_open(database, STORE_WRITE, e);
    if (!s)
        return -1;
    int failed = ask_store(s, database, ask, told, e);
    store_close(s);
    return failed;
}
