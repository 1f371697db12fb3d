/* Steps of a training by its configuration: what they do to the weights, by arithmetic on the
 * weights of one step, and that no setting lets an interruption show. */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "job/job_eval.h"
#include "job/job_export.h"
#include "logged.h"
#include "small_run.h"
#include "store/validation_rows.h"

/* One plain step: p -= lr g, with lr 0.1. */
#define PLAIN_SGD                                                                                  \
    "train.optimizer=sgd", "train.momentum=0", "train.weight_decay=0", "train.lr=0.1",             \
        "train.schedule=constant", "train.warmup_epochs=0", "train.dropout=0"

static struct net *drawn_net(void)
{
    struct err e = {0};
    struct net_plan plan = {.model = "resnet18",
                            .width = SMALL_WIDTH,
                            .channels = 4,
                            .classes = 28,
                            .size = 32,
                            .batch = 1};
    struct net *net = net_new(&plan, NULL, &e);
    if (!net)
        fail_msg("%s", e.text);
    net_init(net, 1); /* as train.seed draws them */
    return net;
}

/* A network with the weights of a run's checkpoint. */
static struct net *net_of(const char *folder, const char *file, bool averaged)
{
    struct err e = {0};
    struct checkpoint c;
    char path[256];
    struct net *net = drawn_net();
    struct params *p = net_params(net);
    snprintf(path, sizeof path, "%s/%s/runs/one/%s", tempdir, folder, file);
    if (averaged ? checkpoint_load_averaged(path, &c, p, &e)
                 : checkpoint_load(path, &c, p, NULL, &e))
        fail_msg("%s", e.text);
    checkpoint_fini(&c);
    return net;
}

/* How far each depth of `net` has moved from the drawn weights: Euclidean. */
static void moves(struct net *net, double by_depth[NET_DEPTHS])
{
    struct net *drawn = drawn_net();
    const struct params *p = net_params(net), *q = net_params(drawn);
    memset(by_depth, 0, NET_DEPTHS * sizeof *by_depth);
    for (int i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        for (size_t j = t->offset; !t->buffer && j < t->offset + t->count; j++)
            by_depth[net_depth(t)] += pow((double)p->values[j] - q->values[j], 2);
    }
    for (int d = 0; d < NET_DEPTHS; d++)
        by_depth[d] = sqrt(by_depth[d]);
    net_free(drawn);
}

/* The weights after the first step of a run with these settings. */
static void first_step(const char *folder, const char *const *more, double by_depth[NET_DEPTHS])
{
    assert_int_equal(small_train(folder, 2, NULL, 1, more), 1);
    struct net *net = net_of(folder, "last.safetensors", false);
    moves(net, by_depth);
    net_free(net);
}

static double length(const double by_depth[NET_DEPTHS])
{
    return sqrt(by_depth[0] * by_depth[0] + by_depth[1] * by_depth[1] + by_depth[2] * by_depth[2]);
}

static void test_rates_by_depth(void **state)
{
    (void)state;
    static const char *const plain[] = {PLAIN_SGD, NULL}, *const three[] = {
                                                              PLAIN_SGD,
                                                              "train.backbone_lr_scale=0.1, 0.25,2",
                                                              NULL};
    double all[NET_DEPTHS], by[NET_DEPTHS];
    first_step("plain", plain, all);
    first_step("three", three, by);
    assert_true(fabs(by[0] / all[0] - .1) < 1e-4);
    assert_true(fabs(by[1] / all[1] - .25) < 1e-4);
    assert_true(fabs(by[2] / all[2] - 2) < 1e-4);
}

/* |step| = lr * norm, as recorded, and lr * clip where that is less; also in a frozen phase, where
 * all that learns does so at the full rate. */
static void test_clipping(void **state)
{
    (void)state;
    static const char *const plain[] = {PLAIN_SGD, "train.max_steps=1", NULL},
                             *const frozen[] = {PLAIN_SGD, "train.max_steps=1",
                                                "train.frozen_epochs=1",
                                                "train.backbone_lr_scale=0.1", NULL},
                             *const clipped[] = {PLAIN_SGD, "train.max_steps=1", "train.clip=0.01",
                                                 NULL};
    const char *const *more[] = {plain, frozen, clipped};
    static const char *const folders[] = {"unclipped", "unclipped-frozen", "clipped"};
    double norms[3];
    for (int i = 0; i < 3; i++) {
        double by[NET_DEPTHS];
        struct history h = {0};
        small_train(folders[i], 2, NULL, 0, more[i]);
        small_history(folders[i], &h);
        struct net *net = net_of(folders[i], "last.safetensors", false);
        moves(net, by);
        norms[i] = h.rows[0].grad_norm;
        double wanted = i == 2 ? .01 : norms[i];
        assert_true(fabs(length(by) / (.1 * wanted) - 1) < 1e-3);
        net_free(net);
        history_fini(&h);
    }
    assert_true(norms[0] > .02);
    assert_true(norms[2] == norms[0]); /* recorded as before clipping */
}

/* Two batches of 4 in a step are one of 8, where batch norm does not look at the batch. */
static void test_parts_of_a_step(void **state)
{
    (void)state;
    static const char *const whole[] = {PLAIN_SGD, "train.frozen_epochs=9", "train.frozen=all",
                                        "train.epochs=1", NULL},
                             *const parts[] = {PLAIN_SGD,
                                               "train.frozen_epochs=9",
                                               "train.frozen=all",
                                               "train.epochs=1",
                                               "train.batch=4",
                                               "train.accumulate=2",
                                               NULL},
                             *const rest[] = {PLAIN_SGD,
                                              "train.frozen_epochs=9",
                                              "train.frozen=all",
                                              "train.epochs=1",
                                              "train.batch=3",
                                              "train.accumulate=4",
                                              NULL};
    struct history h = {0}, g = {0};
    assert_int_equal(small_train("batch", 2, NULL, 0, whole), 5);
    assert_int_equal(small_train("batches", 2, NULL, 0, parts), 5);
    struct net *a = net_of("batch", "last.safetensors", false);
    struct net *b = net_of("batches", "last.safetensors", false);
    double by[NET_DEPTHS], difference = 0;
    moves(a, by);
    for (size_t i = 0; i < net_params(a)->count; i++)
        difference =
            fmax(difference, fabs((double)net_params(a)->values[i] - net_params(b)->values[i]));
    assert_true(by[NET_DEPTH_HEAD] > 1e-3 && difference < 1e-6);
    small_history("batch", &h);
    small_history("batches", &g);
    assert_true(fabs(h.rows[0].train_loss / g.rows[0].train_loss - 1) < 1e-5);
    assert_true(fabs(h.rows[0].grad_norm / g.rows[0].grad_norm - 1) < 1e-4);
    history_fini(&h);
    history_fini(&g);
    net_free(a);
    net_free(b);
    /* 13 batches of 3 an epoch: steps of 4, 4, 4 and 1 */
    assert_int_equal(small_train("rest", 2, NULL, 0, rest), 4);
}

/* average = drawn + (1 - 2/11) (weights - drawn) after step 1, and it does not touch the weights.
 */
static void test_averaged_weights(void **state)
{
    (void)state;
    static const char *const more[] = {PLAIN_SGD, "train.epochs=1", "train.ema=0.99", NULL},
                             *const plain[] = {PLAIN_SGD, "train.epochs=1", "train.ema=0", NULL};
    assert_int_equal(small_train("averaged", 2, NULL, 1, more), 1);
    struct net *raw = net_of("averaged", "last.safetensors", false), *drawn = drawn_net();
    struct net *mean = net_of("averaged", "last.safetensors", true);
    double moved = 0, off = 0;
    for (size_t i = 0; i < net_params(raw)->count; i++) {
        double start = net_params(drawn)->values[i], now = net_params(raw)->values[i];
        off = fmax(off, fabs(start + 9 / 11. * (now - start) - net_params(mean)->values[i]));
        moved = fmax(moved, fabs(now - start));
    }
    assert_true(moved > 1e-4 && off < 1e-6);
    net_free(raw);
    net_free(mean);
    net_free(drawn);
    assert_int_equal(small_train("averaged", 2, "one", 0, NULL), 5);
    assert_int_equal(small_train("not-averaged", 2, NULL, 0, plain), 5);
    raw = net_of("averaged", "last.safetensors", false);
    mean = net_of("not-averaged", "last.safetensors", false);
    assert_memory_equal(net_params(raw)->values, net_params(mean)->values,
                        net_params(raw)->count * sizeof(float));
    net_free(raw);
    net_free(mean);
}

static double eval_loss(struct job *j, const char *weights, int *epoch)
{
    struct err e = {0};
    struct eval_request request = {
        .run = "one", .part = "val", .checkpoint = "best", .weights = weights};
    struct eval_result *r = calloc(1, sizeof *r);
    if (job_eval(j, &request, r, &e))
        fail_msg("%s", e.text);
    double loss = r->loss;
    *epoch = r->epoch;
    assert_int_equal(r->raw, weights && !strcmp(weights, "raw"));
    free(r);
    return loss;
}

/* Validation, evaluation and export use them; raw ones on request. Runs after the test above. */
static void test_averaged_weights_are_used(void **state)
{
    (void)state;
    struct work w;
    struct err e = {0};
    struct history h = {0};
    struct job *j = calloc(1, sizeof *j);
    struct job_control control = {0};
    char path[256];
    int epoch;
    small_history("averaged", &h);
    small_work_open(&w, "averaged", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    double loss = eval_loss(j, NULL, &epoch);
    assert_true(fabs(loss / h.rows[epoch - 1].val_loss - 1) < 1e-4);
    assert_true(eval_loss(j, "ema", &epoch) == loss);
    assert_true(fabs(eval_loss(j, "raw", &epoch) / loss - 1) > 1e-3);
    snprintf(path, sizeof path, "%s/averaged.safetensors", tempdir);
    assert_int_equal(job_export_safetensors(j, "one", "best", path, OUTPUT_REPLACE, &e), 0);
    struct safetensors *f = safetensors_open(path, &e);
    struct net *mean = net_of("averaged", "best.safetensors", true);
    const struct param *fc = params_find(net_params(mean), "fc.bias");
    float bias[28];
    assert_null(safetensors_find(f, "ema.fc.bias"));
    assert_int_equal(safetensors_read_f32(f, safetensors_find(f, "fc.bias"), bias, 28, &e), 0);
    assert_memory_equal(bias, net_params(mean)->values + fc->offset, sizeof bias);
    struct eval_request wrong = {
        .run = "one", .part = "val", .checkpoint = "best", .weights = "mean"};
    struct eval_result *r = calloc(1, sizeof *r);
    assert_int_equal(job_eval(j, &wrong, r, &e), -1);
    assert_int_equal(e.code, ERR_USAGE);
    work_close(&w);
    small_work_open(&w, "not-averaged", 2);
    job_init(j, &w, &control, (struct job_observer){0});
    wrong.weights = "ema";
    assert_int_equal(job_eval(j, &wrong, r, &e), -1);
    assert_non_null(strstr(e.text, "trained without train.ema"));
    work_close(&w);
    safetensors_close(f);
    net_free(mean);
    history_fini(&h);
    free(r);
    free(j);
}

/* Everything at once, cut inside epochs, inside a step of two batches, and on other teams. */
static void test_resumed_wherever_it_was(void **state)
{
    (void)state;
    static const char *const more[] = {"train.batch=4",
                                       "train.accumulate=2",
                                       "train.ema=0.9",
                                       "train.clip=0.1",
                                       "train.backbone_lr_scale=0.1,0.3,1",
                                       "train.frozen_epochs=1",
                                       "train.schedule=onecycle",
                                       "train.validate_steps=2",
                                       "train.patience=5",
                                       NULL};
    assert_int_equal(small_train("all-whole", 2, NULL, 0, more), 10);
    assert_int_equal(small_train("all-parts", 1, NULL, -1, more), 2); /* cut behind a validation */
    assert_int_equal(small_train("all-parts", 2, "one", 3, NULL), 3);
    uint64_t since = log_last();
    assert_int_equal(small_train("all-parts", 3, "one", 3, NULL), 3); /* cut behind one batch */
    assert_true(logged(since, "goes on at epoch 1, step 3 of 10"));
    assert_int_equal(small_train("all-parts", 3, "one", 8, NULL), 8);
    assert_int_equal(small_train("all-parts", 2, "one", 0, NULL), 10);
    small_same_run("all-whole", "all-parts");
}

/* Nothing changes any more: the first epoch stays the best, and the others are waited for. */
static void test_patience(void **state)
{
    (void)state;
    static const char *const more[] = {"train.lr=0",       "train.frozen_epochs=99",
                                       "train.frozen=all", "train.epochs=9",
                                       "train.patience=2", NULL};
    struct history h = {0};
    uint64_t since = log_last();
    assert_int_equal(small_train("patient", 2, NULL, 0, more), 15); /* of 45: three epochs */
    assert_true(logged(since, "no epoch was better than epoch 1 for 2 epochs"));
    small_history("patient", &h);
    assert_int_equal(h.n, 3);
    assert_int_equal(history_best(&h), 1);
    history_fini(&h);
    assert_int_equal(small_train("patient", 1, "one", 0, NULL), 15); /* nor does it go on */
}

static void check_stored(const char *folder, const int *steps, int n)
{
    struct work w;
    struct run_row run;
    struct validation_row *rows;
    struct epoch_row *epochs;
    int found, epochs_n;
    struct err e = {0};
    small_work_open(&w, folder, 1);
    struct store *s = store_open(w.database, STORE_READ, &e);
    assert_int_equal(run_find(s, "one", &run, &e), 0);
    assert_int_equal(validation_rows_list(s, run.id, &rows, &found, &e), 0);
    assert_int_equal(run_epochs(s, run.id, &epochs, &epochs_n, &e), 0);
    assert_int_equal(found, n);
    assert_int_equal(epochs_n, 2);
    for (int i = 0; i < n; i++) {
        assert_int_equal(rows[i].step, steps[i]);
        assert_true(rows[i].val_loss > 0 && rows[i].macro_f1 >= rows[i].macro_f1_half);
    }
    assert_true(run.best_epoch == 1 || run.best_epoch == 2);
    run_row_fini(&run);
    store_close(s);
    work_close(&w);
    free(rows);
    free(epochs);
}

/* They see the weights of their step and change none; epoch ends are no extra ones. */
static void test_validations_inside_epochs(void **state)
{
    (void)state;
    static const char *const every2[] = {PLAIN_SGD, "train.validate_steps=2", NULL},
                             *const every5[] = {PLAIN_SGD, "train.validate_steps=5", NULL};
    struct history h = {0}, g = {0};
    small_train("inside", 2, NULL, 0, every2);
    small_train("ends", 2, NULL, 0, every5);
    struct net *a = net_of("inside", "last.safetensors", false);
    struct net *b = net_of("ends", "last.safetensors", false);
    assert_memory_equal(net_params(a)->values, net_params(b)->values,
                        net_params(a)->count * sizeof(float));
    assert_memory_equal(net_params(a)->buffers, net_params(b)->buffers,
                        net_params(a)->buffer_count * sizeof(float));
    check_stored("inside", (int[]){2, 4, 6, 8}, 4);
    check_stored("ends", NULL, 0);
    small_history("inside", &h);
    small_history("ends", &g);
    assert_int_equal(h.inside_n, 4);
    assert_true(h.rows[0].val_loss == g.rows[0].val_loss &&
                h.rows[1].macro_f1 == g.rows[1].macro_f1);
    /* the weights of step 4 give the loss of the row of step 4 */
    static const char *const four[] = {PLAIN_SGD, "train.max_steps=4", NULL};
    struct history f = {0};
    small_train("four", 2, NULL, 0, four);
    small_history("four", &f);
    assert_true(f.rows[0].val_loss == h.inside[1].val_loss);
    assert_true(f.rows[0].macro_f1 == h.inside[1].macro_f1);
    history_fini(&f);
    history_fini(&g);
    history_fini(&h);
    net_free(a);
    net_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates_by_depth),
        cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_parts_of_a_step),
        cmocka_unit_test(test_averaged_weights),
        cmocka_unit_test(test_averaged_weights_are_used),
        cmocka_unit_test(test_resumed_wherever_it_was),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_validations_inside_epochs),
    };
    return cmocka_run_group_tests_name("session_step", tests, small_data_make, small_data_remove);
}
