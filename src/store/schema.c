/* Tables and their migrations. A migration that was released never changes again: a new one is
 * appended. Each runs in one transaction that also raises the version, so a killed program leaves
 * either the old or the new schema. The copy made before is a serialised image written through the
 * durable save: opening the file itself beside SQLite would drop SQLite's locks when closed. */
#include "schema.h"

#include <stdio.h>

#include "base/file.h"
#include "base/log.h"

int schema_check(struct store *s, int version, int *have, struct err *e)
{
    int64_t application = 0, found = 0, tables = 0;
    if (statement_do(s, "BEGIN", e))
        return -1;
    int failed = statement_number(s, "PRAGMA application_id", &application, e) ||
                 statement_number(s, "PRAGMA user_version", &found, e) ||
                 statement_number(s, "SELECT count(*) FROM sqlite_schema", &tables, e);
    statement_do(s, failed ? "ROLLBACK" : "COMMIT", NULL);
    if (failed)
        return -1;
    *have = (int)found;
    if (application == 0 && found == 0 && tables == 0)
        return 0;
    if (application != SCHEMA_APPLICATION)
        return err_set(e, ERR_DATA,
                       "%s: is a database of another program (choose another work.dir)", s->path);
    if (found < 1 || found > version)
        return err_set(e, ERR_DATA,
                       "%s: was written by a newer version of this program (schema %d, this one "
                       "knows %d): update the program, or choose another work.dir",
                       s->path, *have, version);
    return 0;
}

static int back_up(struct store *s, int have, struct err *e)
{
    char path[FILE_PATH_MAX];
    const char *file = sqlite3_db_filename(s->db, "main");
    if (!file || !*file)
        return 0; /* in memory: the file itself stays as it is */
    if (snprintf(path, sizeof path, "%s.v%d.bak", s->path, have) >= (int)sizeof path)
        return err_set(e, ERR_CREATE, "%.60s...: the path is too long", s->path);
    sqlite3_int64 n = 0;
    unsigned char *image = sqlite3_serialize(s->db, "main", &n, 0);
    if (!image)
        return err_set(e, ERR_NOMEM, "%s: a copy of it does not fit into memory", s->path);
    int failed = file_save_all(path, image, (size_t)n, e);
    sqlite3_free(image);
    if (!failed)
        log_info("store: kept a copy of schema %d as %s", have, path);
    return failed;
}

static int step(struct store *s, const char *migration, int have, struct err *e)
{
    char pragmas[96];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             (int)SCHEMA_APPLICATION, have + 1);
    return statement_do(s, migration, e) || statement_do(s, pragmas, e) ? -1 : 0;
}

/* One step, or none when another process made it meanwhile. */
static int migrate_once(struct store *s, const char *const *migrations, int version, bool copied,
                        struct err *e)
{
    int64_t have = 0;
    if (store_begin(s, e))
        return -1;
    int failed = statement_number(s, "PRAGMA user_version", &have, e);
    if (!failed && have < version)
        failed = (have > 0 && !copied && back_up(s, (int)have, e)) ||
                 step(s, migrations[have], (int)have, e);
    return store_end(s, !failed, e) || failed ? -1 : 0;
}

int schema_migrate(struct store *s, const char *const *migrations, int version, struct err *e)
{
    bool copied = false;
    for (int have = 0; have < version; copied = true)
        if (migrate_once(s, migrations, version, copied, e) || schema_check(s, version, &have, e))
            return -1;
    return 0;
}

const char *const schema_migrations[] = {
    "CREATE TABLE splits ("
    " id INTEGER PRIMARY KEY,"
    " fingerprint TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " folds INTEGER NOT NULL,"
    " seed INTEGER NOT NULL,"
    " n INTEGER NOT NULL,"
    " UNIQUE (fingerprint, method, folds, seed)) STRICT;"

    "CREATE TABLE split_samples ("
    " split_id INTEGER NOT NULL REFERENCES splits ON DELETE CASCADE,"
    " sample TEXT NOT NULL,"
    " fold INTEGER NOT NULL,"
    " PRIMARY KEY (split_id, sample)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY,"
    " uuid TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL UNIQUE,"
    " status TEXT NOT NULL CHECK (status IN"
    "  ('running', 'paused', 'done', 'stopped', 'failed', 'interrupted')),"
    " started_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL,"
    " heartbeat_ms INTEGER NOT NULL,"
    " host TEXT NOT NULL,"
    " boot_id TEXT NOT NULL,"
    " pid INTEGER NOT NULL,"
    " seed INTEGER NOT NULL,"
    " version TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL,"
    " split_id INTEGER REFERENCES splits ON DELETE SET NULL,"
    " note TEXT NOT NULL,"
    " error TEXT NOT NULL,"
    " config TEXT NOT NULL,"
    " epochs INTEGER NOT NULL) STRICT;"

    "CREATE TABLE epochs ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " epoch INTEGER NOT NULL,"
    " train_loss REAL, val_loss REAL,"
    " macro_f1_half REAL, macro_f1 REAL, held_out_f1 REAL,"
    " lr REAL, grad_norm REAL,"
    " images_per_second REAL, data_wait_percent REAL, seconds REAL,"
    " steps INTEGER NOT NULL,"
    " PRIMARY KEY (run_id, epoch)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE steps ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " step INTEGER NOT NULL,"
    " loss REAL, lr REAL,"
    " PRIMARY KEY (run_id, step)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE class_metrics ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " epoch INTEGER NOT NULL,"
    " class INTEGER NOT NULL,"
    " support INTEGER NOT NULL, tp INTEGER NOT NULL, fp INTEGER NOT NULL, fn INTEGER NOT NULL,"
    " precision REAL, recall REAL, f1 REAL, ap REAL, auc REAL, cut REAL,"
    " PRIMARY KEY (run_id, epoch, class)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE artifacts ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " path TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " bytes INTEGER NOT NULL,"
    " hash INTEGER NOT NULL," /* XXH3, as a signed number */
    " PRIMARY KEY (run_id, path)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE threshold_sets ("
    " id INTEGER PRIMARY KEY,"
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " epoch INTEGER NOT NULL,"
    " macro_f1 REAL, held_out_f1 REAL, held_out_std REAL,"
    " saved_ms INTEGER NOT NULL,"
    " UNIQUE (run_id, name)) STRICT;"

    "CREATE TABLE thresholds ("
    " set_id INTEGER NOT NULL REFERENCES threshold_sets ON DELETE CASCADE,"
    " class INTEGER NOT NULL,"
    " cut REAL NOT NULL,"
    " locked INTEGER NOT NULL,"
    " PRIMARY KEY (set_id, class)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE threshold_edits ("
    " set_id INTEGER NOT NULL REFERENCES threshold_sets ON DELETE CASCADE,"
    " number INTEGER NOT NULL,"
    " class INTEGER NOT NULL,"
    " before REAL NOT NULL, after REAL NOT NULL,"
    " PRIMARY KEY (set_id, number)) STRICT, WITHOUT ROWID;",

    /* requests to the trainer of a run and what happens to a run, from any process */
    "CREATE TABLE run_control ("
    " id INTEGER PRIMARY KEY,"
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " kind TEXT NOT NULL,"
    " value REAL,"
    " asked_ms INTEGER NOT NULL,"
    " host TEXT NOT NULL, pid INTEGER NOT NULL," /* who asked */
    " taken_ms INTEGER NOT NULL,"
    " answered_ms INTEGER NOT NULL,"
    " answer TEXT NOT NULL) STRICT;"

    "CREATE TABLE run_events ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " at_ms INTEGER NOT NULL,"
    " step INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " value REAL,"
    " detail TEXT NOT NULL,"
    " PRIMARY KEY (run_id, at_ms, step, kind)) STRICT, WITHOUT ROWID;",

    /* trainings that wait for their turn; what users call runs by */
    "CREATE TABLE queue ("
    " id INTEGER PRIMARY KEY,"
    " uuid TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL UNIQUE,"
    " added_ms INTEGER NOT NULL,"
    " begun_ms INTEGER NOT NULL,"
    " epochs INTEGER NOT NULL,"
    " config TEXT NOT NULL) STRICT;"

    "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '';",

    /* what a user found out about samples */
    "CREATE TABLE marks ("
    " id INTEGER PRIMARY KEY,"
    " sample TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " run TEXT NOT NULL," /* whose errors showed it; its name, which may be gone */
    " made_ms INTEGER NOT NULL,"
    " UNIQUE (sample, kind)) STRICT;",

    /* what a look at all images found */
    "CREATE TABLE scans ("
    " id INTEGER PRIMARY KEY,"
    " fingerprint TEXT NOT NULL,"
    " part TEXT NOT NULL,"
    " samples INTEGER NOT NULL, files INTEGER NOT NULL,"
    " errors INTEGER NOT NULL, warnings INTEGER NOT NULL,"
    " made_ms INTEGER NOT NULL) STRICT;"

    "CREATE TABLE scan_findings ("
    " scan_id INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,"
    " number INTEGER NOT NULL," /* from 1 */
    " sample TEXT NOT NULL,"
    " channel TEXT NOT NULL," /* '': the whole sample */
    " severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),"
    " kind TEXT NOT NULL,"
    " detail TEXT NOT NULL,"
    " PRIMARY KEY (scan_id, number)) STRICT, WITHOUT ROWID;",

    "CREATE TABLE run_excluded ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " sample TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " PRIMARY KEY (run_id, sample)) STRICT, WITHOUT ROWID;"

    "ALTER TABLE epochs ADD COLUMN rss_mb REAL;",

    "ALTER TABLE steps ADD COLUMN grad_norm REAL;"

    "CREATE TABLE validations ("
    " run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
    " step INTEGER NOT NULL,"
    " val_loss REAL, macro_f1_half REAL, macro_f1 REAL,"
    " PRIMARY KEY (run_id, step)) STRICT, WITHOUT ROWID;",

    /* In which order things happened, whatever the clock said. A run that is recorded as started in
     * the future had a wrong clock: it takes its place after the run that was inserted before it.
     */
    "ALTER TABLE runs ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;"

    "WITH times AS (SELECT id, started_ms, 1000 * CAST(strftime('%s', 'now') AS INTEGER) AS now"
    "  FROM runs),"
    " begun AS (SELECT t.id, iif(t.started_ms <= t.now, t.started_ms,"
    "   (SELECT coalesce(max(p.started_ms), 0) FROM times p"
    "    WHERE p.id < t.id AND p.started_ms <= p.now)) AS at FROM times t),"
    " placed AS (SELECT id, row_number() OVER (ORDER BY at, id) AS place FROM begun)"
    " UPDATE runs SET sequence = (SELECT place FROM placed WHERE placed.id = runs.id);"

    "ALTER TABLE threshold_sets ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;"

    "WITH placed AS (SELECT id, row_number() OVER (PARTITION BY run_id ORDER BY saved_ms, id)"
    "  AS place FROM threshold_sets)"
    " UPDATE threshold_sets SET sequence ="
    "  (SELECT place FROM placed WHERE placed.id = threshold_sets.id);"

    "ALTER TABLE run_events ADD COLUMN number INTEGER NOT NULL DEFAULT 0;"

    "WITH placed AS (SELECT run_id, at_ms, step, kind,"
    "  row_number() OVER (PARTITION BY run_id ORDER BY at_ms, step, kind) AS place FROM run_events)"
    " UPDATE run_events SET number = (SELECT place FROM placed p WHERE p.run_id = run_events.run_id"
    "  AND p.at_ms = run_events.at_ms AND p.step = run_events.step"
    "  AND p.kind = run_events.kind);",

    /* what a split was made from; the one that trainings use */
    "ALTER TABLE splits ADD COLUMN val TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE splits ADD COLUMN groups_file TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE splits ADD COLUMN groups_hash TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE splits ADD COLUMN source TEXT NOT NULL DEFAULT '';"

    "CREATE TABLE current_split ("
    " id INTEGER PRIMARY KEY CHECK (id = 1)," /* there is only one */
    " split_id INTEGER NOT NULL REFERENCES splits,"
    " fold INTEGER NOT NULL,"
    " overruled TEXT NOT NULL,"
    " made_ms INTEGER NOT NULL) STRICT;",

    /* what computed a run: the same bits come only from the same */
    "ALTER TABLE runs ADD COLUMN cpu_tier TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE runs ADD COLUMN blas TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE runs ADD COLUMN blas_kernel TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE runs ADD COLUMN c_library TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE runs ADD COLUMN build TEXT NOT NULL DEFAULT '';",
};
const int schema_version = sizeof schema_migrations / sizeof schema_migrations[0];
