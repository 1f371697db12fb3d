/* Checkpoints: everything comes back bit for bit, or nothing is touched and the reason is said. */
#include <float.h>

#include "base/mem.h"
#include "files.h"
#include "near.h"
#include "nn/ema.h"
#include "nn/safetensors.h"
#include "small_net.h"

static const struct optim_plan adamw_plan = {OPTIM_ADAMW, 0, .9, .999, 1e-8, .05, false};
static const struct optim_plan sgd_plan = {OPTIM_SGD, .9, 0, 0, 0, .05, false};

static char config[] = "{\"train.name\": \"\\\"quoted\\\" \xc3\xa9 \\n\"}";
static char history[] = "[{\"epoch\": 1}]";
static char extra[] = "{}";

static struct checkpoint some_counters(void)
{
    return (struct checkpoint){.epoch = 3,
                               .step = INT64_C(1) << 53 | 1,
                               .step_in_epoch = 17,
                               .seed = UINT64_MAX - 4,
                               .epoch_loss_sum = 0.1 + 0.2,
                               .epoch_norm_sum = 5e-324,
                               .config = config,
                               .history = history,
                               .extra = extra};
}

/* A network and an optimiser after two steps. */
static struct optim *trained(struct small_net *s, const struct optim_plan *plan, float start)
{
    small_net_init(s, start);
    struct optim *o = optim_new(plan, &s->p, NULL);
    optim_step(o, &s->p, &(struct optim_pace){.lr = .01}, NULL);
    optim_step(o, &s->p, &(struct optim_pace){.lr = .02}, NULL);
    s->values[0] = -0.0f;
    return o;
}

static void save(const char *path, struct small_net *s, struct optim *o)
{
    struct checkpoint c = some_counters();
    struct err e = {0};
    if (checkpoint_save(path, &c, &s->p, o, &e))
        fail_msg("%s", e.text);
}

static void check_counters(const struct checkpoint *c)
{
    struct checkpoint wanted = some_counters();
    assert_true(c->epoch == wanted.epoch && c->step == wanted.step);
    assert_true(c->step_in_epoch == wanted.step_in_epoch && c->seed == wanted.seed);
    assert_memory_equal(&c->epoch_loss_sum, &wanted.epoch_loss_sum, sizeof(double));
    assert_memory_equal(&c->epoch_norm_sum, &wanted.epoch_norm_sum, sizeof(double));
    assert_string_equal(c->config, config);
    assert_string_equal(c->history, history);
    assert_string_equal(c->extra, extra);
}

static void round_trip(const struct folder *d, const struct optim_plan *plan)
{
    struct small_net a, b;
    struct optim *o = trained(&a, plan, 1), *q;
    struct checkpoint c;
    struct err e = {0};
    save(d->file, &a, o);
    small_net_init(&b, 0);
    q = optim_new(plan, &b.p, NULL);
    if (checkpoint_load(d->file, &c, &b.p, q, &e))
        fail_msg("%s", e.text);
    check_counters(&c);
    assert_memory_equal(a.values, b.values, sizeof a.values);
    assert_memory_equal(a.buffers, b.buffers, sizeof a.buffers);
    for (int i = 0; i < optim_state_count(o); i++)
        assert_memory_equal(optim_state(o, i), optim_state(q, i), sizeof a.values);
    assert_int_equal(optim_steps(q), 2);
    checkpoint_fini(&c);
    optim_free(o);
    optim_free(q);
}

static void test_round_trip(void **state)
{
    round_trip(*state, &adamw_plan);
    round_trip(*state, &sgd_plan);
}

static void test_saves_are_equal(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct optim *o = trained(&a, &adamw_plan, 1);
    size_t size, again;
    save(d->file, &a, o);
    unsigned char *first = file_get(d->file, &size);
    save(d->file, &a, o);
    unsigned char *second = file_get(d->file, &again);
    assert_int_equal(size, again);
    assert_memory_equal(first, second, size);
    free(first);
    free(second);
    optim_free(o);
}

static void test_peek(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint c;
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    assert_int_equal(checkpoint_peek(d->file, &c, NULL), 0);
    check_counters(&c);
    checkpoint_fini(&c);
    assert_null(c.config);
    assert_int_equal(checkpoint_peek("/nowhere", &c, NULL), -1);
    assert_null(c.config);
}

static void test_sums_are_exact(void **state)
{
    const struct folder *d = *state;
    const double sums[] = {0,           -0.0,   1,       -1.5,    DBL_MAX,  DBL_MIN,
                           DBL_MIN / 4, 5e-324, 1 / 3.0, -1e-310, INFINITY, -INFINITY};
    struct small_net a;
    small_net_init(&a, 1);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        struct checkpoint c = some_counters(), back;
        c.epoch_loss_sum = sums[i];
        assert_int_equal(checkpoint_save(d->file, &c, &a.p, NULL, NULL), 0);
        struct safetensors *f = safetensors_open(d->file, NULL);
        double as_printed = strtod(safetensors_metadata(f, "hpa.epoch_loss_sum"), NULL);
        assert_memory_equal(&as_printed, &sums[i], sizeof as_printed);
        safetensors_close(f);
        assert_int_equal(checkpoint_peek(d->file, &back, NULL), 0);
        assert_memory_equal(&back.epoch_loss_sum, &sums[i], sizeof(double));
        checkpoint_fini(&back);
    }
}

/* In torch's order, as other programs read it; by hand from the layouts of nn/params.h. */
static void test_layout_in_the_file(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    float conv[24], linear[6];
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    struct safetensors *f = safetensors_open(d->file, NULL);
    const struct tensor_info *t = safetensors_find(f, "conv1.weight");
    assert_int_equal(t->rank, 4);
    assert_int_equal(t->shape[1], 3);
    assert_int_equal(safetensors_read_f32(f, t, conv, 24, NULL), 0);
    for (int k = 0; k < 2; k++)
        for (int c = 0; c < 3; c++)
            for (int rs = 0; rs < 4; rs++)
                assert_true(conv[(k * 3 + c) * 4 + rs] == a.values[(rs * 3 + c) * 2 + k]);
    t = safetensors_find(f, "fc.weight");
    assert_int_equal(safetensors_read_f32(f, t, linear, 6, NULL), 0);
    for (int k = 0; k < 3; k++)
        for (int c = 0; c < 2; c++)
            assert_true(linear[k * 2 + c] == a.values[28 + c * 3 + k]);
    safetensors_close(f);
}

/* Loading `path` must fail with `message`, and leave network and optimiser as they were. */
static void must_refuse(const char *path, const struct optim_plan *plan, const char *message)
{
    struct small_net a, untouched;
    struct checkpoint c;
    struct err e = {0};
    small_net_init(&a, 5);
    small_net_init(&untouched, 5);
    struct optim *o = plan ? optim_new(plan, &a.p, NULL) : NULL;
    assert_int_equal(checkpoint_load(path, &c, &a.p, o, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (message && !strstr(e.text, message))
        fail_msg("'%s' is not in: %s", message, e.text);
    assert_null(c.config);
    assert_memory_equal(a.values, untouched.values, sizeof a.values);
    assert_memory_equal(a.buffers, untouched.buffers, sizeof a.buffers);
    for (int i = 0; o && i < SMALL_VALUES; i++)
        assert_true(optim_state(o, 0)[i] == 0);
    assert_true(!o || optim_steps(o) == 0);
    optim_free(o);
}

static void test_flipped_bits_are_found_everywhere(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct optim *o = trained(&a, &adamw_plan, 1);
    size_t size;
    save(d->file, &a, o);
    unsigned char *bytes = file_get(d->file, &size);
    for (size_t i = 0; i < size; i++) {
        unsigned char flip = (unsigned char)(1 << (i * 5 + i / 8) % 8);
        bytes[i] ^= flip;
        file_put(d->file, bytes, size);
        bytes[i] ^= flip;
        must_refuse(d->file, &adamw_plan, NULL);
    }
    free(bytes);
    optim_free(o);
}

static void test_cut_files_are_found(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    size_t size;
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    unsigned char *bytes = file_get(d->file, &size);
    for (size_t n = 0; n < size; n += n < 64 || n > size - 64 ? 1 : 37) {
        file_put(d->file, bytes, n);
        must_refuse(d->file, NULL, NULL);
    }
    free(bytes);
}

/* A file with correct digests but for one entry of its metadata, whatever the values are. */
static void save_with(const char *path, const struct small_net *a, const char *key,
                      const char *value)
{
    static const char *const keys[] = {
        "hpa.version",        "hpa.epoch",          "hpa.step",         "hpa.step_in_epoch",
        "hpa.epoch_loss_sum", "hpa.epoch_norm_sum", "hpa.config",       "hpa.history",
        "hpa.extra",          "hpa.seed",           "hpa.optim_states", "hpa.optim_steps"};
    static const char *const values[] = {
        "1",  "0", "0", "0", "0x0.0000000000000p-1022", "0x1.0000000000000p+0", "{}", "[]",
        "{}", "0", "",  "0"};
    struct safetensors_out *o = safetensors_out_new();
    for (int i = 0; i < 12; i++) {
        const char *text = strcmp(keys[i], key) ? values[i] : value;
        if (text)
            safetensors_out_metadata(o, keys[i], text);
    }
    for (int i = 0; i < a->p.n; i++) {
        const struct param *row = &a->p.table[i];
        int64_t shape[4] = {row->shape[0], row->shape[1], row->shape[2], row->shape[3]};
        safetensors_out_f32(o, row->name, row->rank, shape,
                            (row->buffer ? a->buffers : a->values) + row->offset);
    }
    assert_int_equal(safetensors_out_save(o, path, NULL), 0);
    safetensors_out_free(o);
}

static void must_not_save(const struct folder *d, struct small_net *s, struct optim *o,
                          const char *message)
{
    struct checkpoint c = some_counters();
    struct err e = {0};
    assert_int_equal(checkpoint_save(d->file, &c, &s->p, o, &e), -1);
    assert_int_equal(e.code, ERR_NUMERIC);
    if (!strstr(e.text, message))
        fail_msg("'%s' is not in: %s", message, e.text);
}

/* Nothing that could not be loaded again replaces a good file. */
static void test_diverged_weights_are_not_saved(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct optim *o = trained(&a, &adamw_plan, 1);
    struct checkpoint c;
    save(d->file, &a, o);
    a.values[29] = NAN;
    must_not_save(d, &a, o, "'fc.weight' holds NaN");
    a.values[29] = 0;
    a.buffers[3] = INFINITY;
    must_not_save(d, &a, NULL, "'bn1.running_var' holds an infinity");
    a.buffers[3] = 0;
    optim_state(o, 1)[24] = -INFINITY;
    must_not_save(d, &a, o, "'optim.v.bn1.weight' holds an infinity");
    assert_int_equal(checkpoint_load(d->file, &c, &a.p, o, NULL), 0);
    checkpoint_fini(&c);
    optim_free(o);
}

/* Nor is what another program broke loaded. */
static void test_diverged_weights_are_refused(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    small_net_init(&a, 1);
    a.values[29] = NAN;
    save_with(d->file, &a, "", NULL);
    must_refuse(d->file, NULL, "'fc.weight' holds NaN at 1");
    a.values[29] = 0;
    a.buffers[3] = INFINITY;
    save_with(d->file, &a, "", NULL);
    must_refuse(d->file, NULL, "'bn1.running_var' holds an infinity at 1");
}

static void test_other_network(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    small_net_init(&a, 1);
    a.rows[5].shape[0] = 2;
    a.rows[5].count = 4;
    save(d->file, &a, NULL);
    must_refuse(d->file, NULL, "'fc.weight' has shape [2, 2]; this network needs [3, 2]");
    small_net_init(&a, 1);
    a.p.n = 5;
    save(d->file, &a, NULL);
    must_refuse(d->file, NULL, "has no tensor 'fc.weight'");
    small_net_init(&a, 1);
    strcpy(a.rows[4].name, "bn1.running_war");
    save(d->file, &a, NULL);
    must_refuse(d->file, NULL, "'bn1.running_war' belongs to no layer");
}

static void test_other_optimiser(void **state)
{
    const struct folder *d = *state;
    struct small_net a, b;
    struct checkpoint c;
    struct optim *o = trained(&a, &adamw_plan, 1);
    save(d->file, &a, o);
    must_refuse(d->file, &sgd_plan, "optimiser state 'm v', but 'momentum'");
    small_net_init(&b, 0);
    assert_int_equal(checkpoint_load(d->file, &c, &b.p, NULL, NULL), 0); /* weights only */
    assert_memory_equal(a.values, b.values, sizeof a.values);
    checkpoint_fini(&c);
    save(d->file, &a, NULL);
    must_refuse(d->file, &adamw_plan, "optimiser state '', but 'm v'");
    optim_free(o);
}

/* Averaged weights that differ everywhere from the weights; the caller frees them. */
static void give_average(struct small_net *s)
{
    assert_int_equal(ema_begin(&s->p, NULL), 0);
    for (int i = 0; i < SMALL_VALUES; i++)
        s->p.average[i] = 100 - (float)i;
}

static void test_averaged_weights(void **state)
{
    const struct folder *d = *state;
    struct small_net a, b;
    struct checkpoint c;
    small_net_init(&a, 1);
    give_average(&a);
    save(d->file, &a, NULL);
    assert_int_equal(checkpoint_peek(d->file, &c, NULL), 0);
    assert_true(c.averaged);
    checkpoint_fini(&c);
    /* both, to train on */
    small_net_init(&b, 0);
    assert_int_equal(ema_begin(&b.p, NULL), 0);
    assert_int_equal(checkpoint_load(d->file, &c, &b.p, NULL, NULL), 0);
    assert_memory_equal(b.values, a.values, sizeof a.values);
    assert_memory_equal(b.p.average, a.p.average, sizeof a.values);
    checkpoint_fini(&c);
    mem_free_aligned(b.p.average);
    /* one of them, to use */
    small_net_init(&b, 0);
    assert_int_equal(checkpoint_load(d->file, &c, &b.p, NULL, NULL), 0);
    assert_memory_equal(b.values, a.values, sizeof a.values);
    checkpoint_fini(&c);
    small_net_init(&b, 0);
    assert_int_equal(checkpoint_load_averaged(d->file, &c, &b.p, NULL), 0);
    assert_true(c.averaged);
    assert_memory_equal(b.values, a.p.average, sizeof a.values);
    assert_memory_equal(b.buffers, a.buffers, sizeof a.buffers);
    checkpoint_fini(&c);
    mem_free_aligned(a.p.average);
}

/* Diverged ones are not saved; who needs them and finds none is told. */
static void test_averaged_weights_are_missed(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint c;
    struct err e = {0};
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    assert_int_equal(checkpoint_peek(d->file, &c, NULL), 0);
    assert_false(c.averaged);
    checkpoint_fini(&c);
    assert_int_equal(checkpoint_load_averaged(d->file, &c, &a.p, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    assert_non_null(strstr(e.text, "has no tensor 'ema.conv1.weight'"));
    give_average(&a);
    assert_int_equal(checkpoint_load(d->file, &c, &a.p, NULL, &e), -1);
    assert_non_null(strstr(e.text, "has no tensor 'ema.conv1.weight'"));
    assert_true(a.p.average[0] == 100);
    a.p.average[24] = NAN;
    must_not_save(d, &a, NULL, "'ema.bn1.weight' holds NaN");
    mem_free_aligned(a.p.average);
}

static void test_not_a_checkpoint(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint c;
    struct err e = {0};
    small_net_init(&a, 1);
    assert_int_equal(
        checkpoint_export(d->file, OUTPUT_REPLACE, &a.p, (struct checkpoint_batches){0}, NULL), 0);
    must_refuse(d->file, NULL, "is no checkpoint");
    assert_int_equal(checkpoint_peek(d->file, &c, &e), -1);
    assert_non_null(strstr(e.text, "is no checkpoint"));
}

static void test_malformed_entries(void **state)
{
    const struct folder *d = *state;
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        {"hpa.version", "2", "version 2"},
        {"hpa.version", "\x1b[2J", "\\x1b"},
        {"hpa.version", NULL, "is no checkpoint"},
        {"hpa.epoch", "-1", "'hpa.epoch'"},
        {"hpa.epoch", NULL, "'hpa.epoch'"},
        {"hpa.step", "1.5", "'hpa.step'"},
        {"hpa.step_in_epoch", "", "'hpa.step_in_epoch'"},
        {"hpa.epoch_loss_sum", "0.5", "'hpa.epoch_loss_sum'"},
        {"hpa.epoch_loss_sum", "0x1.8p+0", "'hpa.epoch_loss_sum'"},
        {"hpa.epoch_norm_sum", "0x1.0000000000000p+99999999999999999999", "'hpa.epoch_norm_sum'"},
        {"hpa.epoch_norm_sum", " 0x1.0000000000000p+0", "'hpa.epoch_norm_sum'"},
        {"hpa.config", NULL, "'hpa.config'"},
        {"hpa.seed", "18446744073709551616", "'hpa.seed'"},
        {"hpa.seed", "-1", "'hpa.seed'"},
        {"hpa.optim_states", NULL, "'hpa.optim_states'"},
        {"hpa.optim_steps", "x", "'hpa.optim_steps'"},
    };
    struct small_net a, b;
    struct checkpoint c;
    small_net_init(&a, 1);
    save_with(d->file, &a, "", NULL);
    small_net_init(&b, 0);
    assert_int_equal(checkpoint_load(d->file, &c, &b.p, NULL, NULL), 0);
    checkpoint_fini(&c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        save_with(d->file, &a, cases[i].key, cases[i].value);
        must_refuse(d->file, NULL, cases[i].message);
    }
}

static void test_export(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint_batches tracked = {.all = 123, .frozen = 45};
    int64_t batches;
    float mean[2];
    small_net_init(&a, 1);
    assert_int_equal(checkpoint_export(d->file, OUTPUT_REPLACE, &a.p, tracked, NULL), 0);
    struct safetensors *f = safetensors_open(d->file, NULL);
    assert_int_equal(safetensors_count(f), 7);
    assert_string_equal(safetensors_metadata(f, "format"), "pt");
    const struct tensor_info *t = safetensors_find(f, "bn1.num_batches_tracked");
    assert_non_null(t);
    assert_int_equal(t->rank, 0);
    assert_int_equal(safetensors_read_i64(f, t, &batches, 1, NULL), 0);
    assert_int_equal(batches, 123);
    t = safetensors_find(f, "bn1.running_mean");
    assert_int_equal(safetensors_read_f32(f, t, mean, 2, NULL), 0);
    assert_memory_equal(mean, a.buffers, sizeof mean);
    safetensors_close(f);

    a.rows[4].frozen = true; /* bn1.running_var */
    assert_int_equal(checkpoint_export(d->file, OUTPUT_REPLACE, &a.p, tracked, NULL), 0);
    f = safetensors_open(d->file, NULL);
    t = safetensors_find(f, "bn1.num_batches_tracked");
    assert_int_equal(safetensors_read_i64(f, t, &batches, 1, NULL), 0);
    assert_int_equal(batches, 45);
    safetensors_close(f);
}

static void test_failed_save_keeps_the_old_file(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint c = some_counters();
    char path[160];
    struct err e = {0};
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    mem_fail_after(1);
    assert_int_equal(checkpoint_save(d->file, &c, &a.p, NULL, &e), -1);
    assert_int_equal(e.code, ERR_NOMEM);
    assert_int_equal(checkpoint_peek(d->file, &c, NULL), 0);
    checkpoint_fini(&c);
    snprintf(path, sizeof path, "%s/no/folder", d->path);
    c = some_counters();
    assert_int_equal(checkpoint_save(path, &c, &a.p, NULL, &e), -1);
    assert_int_equal(e.code, ERR_CREATE);
    assert_int_equal(folder_files(d, 0), 1);
}

static void test_out_of_memory(void **state)
{
    const struct folder *d = *state;
    struct small_net a;
    struct checkpoint c;
    small_net_init(&a, 1);
    save(d->file, &a, NULL);
    int failures = 0;
    for (int n = 1;; n++, failures++) {
        struct err e = {0};
        mem_fail_after(n);
        if (checkpoint_load(d->file, &c, &a.p, NULL, &e) == 0)
            break;
        assert_int_equal(e.code, ERR_NOMEM);
        assert_null(c.config);
    }
    mem_fail_after(0);
    assert_true(failures >= 4);
    checkpoint_fini(&c);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_round_trip),
        in_folder(test_saves_are_equal),
        in_folder(test_peek),
        in_folder(test_sums_are_exact),
        in_folder(test_layout_in_the_file),
        in_folder(test_flipped_bits_are_found_everywhere),
        in_folder(test_cut_files_are_found),
        in_folder(test_diverged_weights_are_not_saved),
        in_folder(test_diverged_weights_are_refused),
        in_folder(test_other_network),
        in_folder(test_other_optimiser),
        in_folder(test_averaged_weights),
        in_folder(test_averaged_weights_are_missed),
        in_folder(test_not_a_checkpoint),
        in_folder(test_malformed_entries),
        in_folder(test_export),
        in_folder(test_failed_save_keeps_the_old_file),
        in_folder(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
