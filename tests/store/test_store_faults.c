/* The store under faults: the n-th allocation of SQLite fails, or the n-th system call on its
 * files, at BEGIN, inside a row and at COMMIT alike. The writer must get every row in, none twice,
 * and a handle must work again afterwards. SOAK=1 takes every n, else some are left out. */
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "sample.h"
#include "statement.h"
#include "store/writer.h"
#include "store_copy.h"
#include "test.h"

enum { ROWS = 20, ENOUGH = 20000 };

enum call { CALL_READ, CALL_WRITE, CALL_SYNC, CALL_LOCK, CALL_TRUNCATE, CALL_ALLOCATE, CALLS };

/* Which call fails, and how; `left` is counted down by every thread that uses SQLite. `burst` calls
 * fail one after another, so that a ROLLBACK after the first failure fails, too. */
static struct fault {
    enum call call;
    int code, burst;
} fault;
static atomic_int left; /* <= 0: no fault is armed, or it has happened */
static atomic_bool happened;

static bool fails(enum call call)
{
    if (call != fault.call || atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) > fault.burst)
        return false;
    atomic_store(&happened, true);
    return true;
}

static void arm(const struct fault *f, int n)
{
    fault = *f;
    atomic_store(&happened, false);
    atomic_store(&left, n + f->burst - 1);
}

static bool disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&happened);
}

/* Allocations. */

static void *allocate(int n)
{
    return fails(CALL_ALLOCATE) ? NULL : malloc((size_t)n);
}

static void *reallocate(void *p, int n)
{
    return fails(CALL_ALLOCATE) ? NULL : realloc(p, (size_t)n);
}

static int size_of(void *p)
{
    return (int)malloc_usable_size(p);
}

static int round_up(int n)
{
    return (n + 7) & ~7;
}

static int begin_memory(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}

static void end_memory(void *unused)
{
    (void)unused;
}

/* Files: ours in front of those of the system's VFS. */

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct, in the same block */
};

static sqlite3_vfs *real_vfs, faulty_vfs;
static sqlite3_io_methods methods;

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct file *)(void *)f)->real;
}

static int do_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int do_read(sqlite3_file *f, void *data, int n, sqlite3_int64 at)
{
    return fails(CALL_READ) ? fault.code : real_of(f)->pMethods->xRead(real_of(f), data, n, at);
}

static int do_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
    return fails(CALL_WRITE) ? fault.code : real_of(f)->pMethods->xWrite(real_of(f), data, n, at);
}

static int do_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return fails(CALL_TRUNCATE) ? fault.code : real_of(f)->pMethods->xTruncate(real_of(f), n);
}

/* Nothing here loses power: the wait for the disk is left out. */
static int do_sync(sqlite3_file *f, int flags)
{
    (void)f;
    (void)flags;
    return fails(CALL_SYNC) ? fault.code : SQLITE_OK;
}

static int do_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int do_lock(sqlite3_file *f, int how)
{
    return fails(CALL_LOCK) ? fault.code : real_of(f)->pMethods->xLock(real_of(f), how);
}

static int do_unlock(sqlite3_file *f, int how)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int do_check(sqlite3_file *f, int *held)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), held);
}

static int do_control(sqlite3_file *f, int what, void *argument)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), what, argument);
}

static int do_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int do_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int do_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    struct file *mine = (struct file *)(void *)f;
    (void)vfs;
    mine->real = (sqlite3_file *)(mine + 1);
    int code = real_vfs->xOpen(real_vfs, name, mine->real, flags, out);
    f->pMethods = mine->real->pMethods ? &methods : NULL;
    return code;
}

/* Before SQLite is used at all. */
static void install(void)
{
    static const sqlite3_mem_methods memory = {allocate, free,         reallocate, size_of,
                                               round_up, begin_memory, end_memory, NULL};
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
    real_vfs = sqlite3_vfs_find(NULL);
    methods = (sqlite3_io_methods){.iVersion = 1,
                                   .xClose = do_close,
                                   .xRead = do_read,
                                   .xWrite = do_write,
                                   .xTruncate = do_truncate,
                                   .xSync = do_sync,
                                   .xFileSize = do_size,
                                   .xLock = do_lock,
                                   .xUnlock = do_unlock,
                                   .xCheckReservedLock = do_check,
                                   .xFileControl = do_control,
                                   .xSectorSize = do_sector,
                                   .xDeviceCharacteristics = do_device};
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    faulty_vfs.xOpen = do_open;
    assert_int_equal(sqlite3_vfs_register(&faulty_vfs, 1), SQLITE_OK);
}

/* What is done under each fault. */

static struct err e;

static int put_step(struct store *s, void *data, struct err *error)
{
    return run_put_step(s, "u1", data, error);
}

static void fresh(void)
{
    unlink(scratch_path("f.db"));
    struct store *s = sample_open("f.db", STORE_WRITE);
    sample_insert(s, "u1", "a");
    store_close(s);
}

static int64_t number(const char *sql)
{
    int64_t value = -1;
    struct store *s = sample_open("f.db", STORE_READ);
    if (statement_number(s, sql, &value, &e))
        fail_msg("%s", e.text);
    store_close(s);
    return value;
}

static void expect_rows(int64_t n)
{
    assert_int_equal(number("SELECT count(*) FROM steps"), n);
    assert_int_equal(number("SELECT count(*) FROM pragma_integrity_check"
                            " WHERE integrity_check = 'ok'"),
                     1);
}

/* True: the fault has happened. */
static bool write_under(const struct fault *f, int n)
{
    fresh();
    struct writer *w = writer_new(scratch_path("f.db"), &e);
    assert_non_null(w);
    arm(f, n);
    for (int64_t i = 1; i <= ROWS; i++) {
        struct step_row row = {i, 1, .1, 2};
        writer_submit(w, "step", put_step, &row, sizeof row, NULL);
    }
    bool written = writer_flush(w, 60), met = disarm();
    if (!written)
        fail_msg("call %d, code %d, n %d: never written", f->call, f->code, n);
    if (writer_free(w, 5, &e))
        fail_msg("call %d, code %d, n %d: %s", f->call, f->code, n, e.text);
    expect_rows(ROWS);
    return met;
}

/* An open that fails says so; another one works. */
static bool open_under(const struct fault *f, int n)
{
    unlink(scratch_path("f.db"));
    err_clear(&e);
    arm(f, n);
    struct store *s = store_open(scratch_path("f.db"), STORE_WRITE, &e);
    bool met = disarm();
    assert_true(s || e.code != ERR_NONE);
    store_close(s);
    store_close(sample_open("f.db", STORE_WRITE));
    return met;
}

/* A handle that has met a fault works again at once, whatever the fault left open. A row of which
 * the handle said that it failed may be there all the same: the disk did not say whether it was
 * synced. */
static bool use_under(const struct fault *f, int n)
{
    fresh();
    struct store *s = sample_open("f.db", STORE_WRITE);
    struct step_row one = {1, 1, .1, 2}, two = {2, 1, .1, 2};
    arm(f, n);
    int failed = store_begin(s, &e);
    if (!failed) {
        failed = run_put_step(s, "u1", &one, &e);
        failed = store_end(s, !failed, &e) || failed;
    }
    bool met = disarm();
    assert_int_equal(store_begin(s, &e), 0);
    assert_int_equal(run_put_step(s, "u1", &two, &e), 0);
    assert_int_equal(store_end(s, 1, &e), 0);
    store_close(s);
    expect_rows(failed && number("SELECT count(*) FROM steps") == 1 ? 1 : 2);
    return met;
}

/* A copy in memory that fails says why. */
static bool copy_under(const struct fault *f, int n)
{
    fresh();
    struct store *s = sample_open("f.db", STORE_READ);
    err_clear(&e);
    arm(f, n);
    int failed = store_copy_into_memory(s, &e);
    bool met = disarm();
    assert_true(!failed || e.code != ERR_NONE);
    store_close(s);
    return met;
}

static void try_all(bool (*under)(const struct fault *f, int n), const struct fault *f, int stride)
{
    const char *soak = getenv("SOAK");
    int n = 1;
    if (soak && atoi(soak) > 0)
        stride = 1;
    while (n < ENOUGH && under(f, n))
        n += stride;
    assert_in_range(n, 2, ENOUGH - 1);
}

static const struct fault faults[] = {
    {CALL_READ, SQLITE_IOERR_READ, 1},   {CALL_READ, SQLITE_IOERR_READ, 4},
    {CALL_WRITE, SQLITE_IOERR_WRITE, 1}, {CALL_WRITE, SQLITE_IOERR_WRITE, 4},
    {CALL_WRITE, SQLITE_FULL, 1},        {CALL_WRITE, SQLITE_FULL, 4},
    {CALL_SYNC, SQLITE_IOERR_FSYNC, 1},  {CALL_LOCK, SQLITE_BUSY, 1},
    {CALL_LOCK, SQLITE_IOERR_LOCK, 2},   {CALL_TRUNCATE, SQLITE_IOERR_TRUNCATE, 2},
};
static const struct fault no_memory[] = {{CALL_ALLOCATE, SQLITE_NOMEM, 1},
                                         {CALL_ALLOCATE, SQLITE_NOMEM, 2}};

static void files_under_the_writer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        try_all(write_under, &faults[i], 5);
}

static void files_under_one_handle(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        try_all(use_under, &faults[i], 1);
}

static void files_under_an_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        try_all(open_under, &faults[i], 5);
}

static void memory_under_the_writer(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        try_all(write_under, &no_memory[i], 101);
}

static void memory_under_one_handle(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        try_all(use_under, &no_memory[i], 1);
}

static void memory_under_an_open(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        try_all(open_under, &no_memory[i], 211);
}

static void memory_under_a_copy(void **state)
{
    (void)state;
    try_all(copy_under, &no_memory[0], 1);
}

int main(void)
{
    install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_under_the_writer),  cmocka_unit_test(files_under_one_handle),
        cmocka_unit_test(files_under_an_open),     cmocka_unit_test(memory_under_the_writer),
        cmocka_unit_test(memory_under_one_handle), cmocka_unit_test(memory_under_an_open),
        cmocka_unit_test(memory_under_a_copy),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
