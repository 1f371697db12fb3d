/* Weights from elsewhere: features against PyTorch after the same adaptation
 * (tests/reference/nn_pretrained_vectors.py), and what is refused. */
#include "files.h"
#include "formula.h"
#include "nn/checkpoint.h"
#include "nn/ema.h"
#include "nn/pretrained.h"
#include "nn/safetensors.h"

enum { SEED = 1, BATCH = 2, SIZE = 64, CLASSES = 28, FEATURES = 512 };

static struct net *make(const char *model, int channels, int classes, int width)
{
    struct err e = {0};
    struct net_plan plan = {.model = model,
                            .channels = channels,
                            .classes = classes,
                            .size = SIZE,
                            .batch = BATCH,
                            .width = width};
    struct net *net = net_new(&plan, NULL, &e);
    if (!net)
        fail_msg("%s", e.text);
    return net;
}

static void take_statistics(struct params *p, const struct ref *r)
{
    for (int i = 0; i < p->n; i++)
        if (strstr(p->table[i].name, "running"))
            params_from_torch(p, &p->table[i], ref_get(r, "%s", p->table[i].name)->data);
}

/* A file as torchvision's: 3 channels, 1000 classes, made by formula; the running statistics too,
 * or as `statistics` holds them. */
static void make_file(const char *path, const char *model, int width, const struct ref *statistics)
{
    struct net *net = make(model, 3, 1000, width);
    struct err e = {0};
    formula_fill(net_params(net), SEED);
    if (statistics)
        take_statistics(net_params(net), statistics);
    if (checkpoint_export(path, OUTPUT_REPLACE, net_params(net), (struct checkpoint_batches){0},
                          &e))
        fail_msg("%s", e.text);
    net_free(net);
}

static void load(const char *path, struct net *net, enum pretrained_stem stem)
{
    struct err e = {0};
    struct pretrained *t = pretrained_open(path, net_params(net), pretrained_by_position(stem), &e);
    if (!t || pretrained_load(t, net_params(net), &e))
        fail_msg("%s", e.text);
    pretrained_close(t);
}

/* Features are not negative. With fmax in double here gcc 12 for aarch64 crashes when it vectorizes
 * the loop. */
static double largest_of(const float *value, int n)
{
    float largest = 0;
    for (int i = 0; i < n; i++)
        if (value[i] > largest)
            largest = value[i];
    return (double)largest;
}

/* Returns the largest difference; `largest`: the largest feature. */
static double compare_features(const struct folder *d, enum pretrained_stem stem, const char *name,
                               const struct ref *r, double *largest)
{
    struct net *net = make("resnet34", 4, CLASSES, 0);
    struct err e = {0};
    float features[BATCH * FEATURES], *x = formula_image(SEED, BATCH, SIZE, 4);
    net_init(net, 7);
    load(d->file, net, stem);
    assert_int_equal(net_features(net, x, BATCH, features, &e), 0);
    const float *want = ref_get(r, "%s", name)->data;
    double error = ref_largest_difference(features, want, BATCH * FEATURES);
    *largest = largest_of(want, BATCH * FEATURES);
    free(x);
    net_free(net);
    return error;
}

static void check_features(const struct folder *d, enum pretrained_stem stem, const char *name,
                           const struct ref *r)
{
    double largest, error = compare_features(d, stem, name, r, &largest);
    if (!(error < 1e-5 * largest)) /* features reach 80 */
        fail_msg("%s: features differ by %.3g of %.3g", name, error, largest);
}

static void test_features_as_pytorch(void **state)
{
    const struct folder *d = *state;
    struct ref r = ref_open("nn_pretrained.bin");
    make_file(d->file, "resnet34", 0, NULL);
    check_features(d, PRETRAINED_MEAN, "mean", &r);
    check_features(d, PRETRAINED_REPEAT, "repeat", &r);
    check_features(d, PRETRAINED_RB, "rb", &r);
    ref_close(&r);
}

static void test_features_of_a_trained_network_as_pytorch(void **state)
{
    const struct folder *d = *state;
    struct ref r = ref_open("nn_pretrained.bin");
    double largest;
    make_file(d->file, "resnet34", 0, &r);
    double error = compare_features(d, PRETRAINED_MEAN, "calibrated", &r, &largest);
    assert_true(largest > 1);
    if (!(error < 1e-4))
        fail_msg("features differ by %.3g of %.3g", error, largest);
    ref_close(&r);
}

static const struct pretrained_item *item_of(const struct pretrained *t, const char *name)
{
    for (int i = 0; i < pretrained_count(t); i++)
        if (!strcmp(pretrained_at(t, i)->name, name))
            return pretrained_at(t, i);
    fail_msg("no item %s", name);
    return NULL;
}

static void check_fates(const struct pretrained *t, int loaded, int adapted, int skipped,
                        int missing)
{
    const int wanted[] = {loaded, adapted, skipped, missing};
    int counted[PRETRAINED_FATES] = {0};
    for (int i = 0; i < pretrained_count(t); i++)
        counted[pretrained_at(t, i)->fate]++;
    for (int fate = 0; fate < PRETRAINED_FATES; fate++) {
        assert_int_equal(counted[fate], wanted[fate]);
        assert_int_equal(pretrained_fate_count(t, (enum pretrained_fate)fate), wanted[fate]);
    }
}

/* The torchvision file's head does not fit: it stays as drawn, weight and bias. */
static void test_fates(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    struct net *net = make("resnet18", 4, CLASSES, 8), *drawn = make("resnet18", 4, CLASSES, 8);
    struct params *p = net_params(net), *q = net_params(drawn);
    make_file(d->file, "resnet18", 8, NULL);
    net_init(net, 7);
    net_init(drawn, 7);
    struct pretrained *t = pretrained_open(d->file, p, pretrained_by_position(PRETRAINED_MEAN), &e);
    check_fates(t, 20 * 5 - 1, 1, 2, 0); /* 20 convolutions with a batch norm of four vectors */
    assert_string_equal(item_of(t, "conv1.weight")->note,
                        "from 3 to 4 channels: mean of red, green, blue");
    assert_string_equal(item_of(t, "fc.weight")->note, "has shape [1000, 64], not [28, 64]");
    assert_int_equal(pretrained_load(t, p, &e), 0);
    pretrained_close(t);
    const struct param *fc = params_find(p, "fc.weight");
    assert_memory_equal(p->values + fc->offset, q->values + fc->offset,
                        (fc->count + CLASSES) * sizeof(float));
    net_free(net);
    net_free(drawn);
    net = make("resnet18", 3, 1000, 8); /* nothing to adapt, nothing to skip */
    t = pretrained_open(d->file, net_params(net), pretrained_by_position(PRETRAINED_MEAN), &e);
    check_fates(t, 20 * 5 + 2, 0, 0, 0);
    pretrained_close(t);
    net_free(net);
}

/* One tensor more of an element type that no network needs. */
struct extra {
    const char *name, *dtype;
    int elements, bytes;
};

static int put_entry(char *out, size_t room, const char *prefix, const struct tensor_info *i)
{
    int n =
        snprintf(out, room, "\"%s%s\":{\"dtype\":\"%s\",\"shape\":[", prefix, i->name, i->dtype);
    for (int d = 0; d < i->rank; d++)
        n += snprintf(out + n, room - (size_t)n, "%s%lld", d ? "," : "", (long long)i->shape[d]);
    return n + snprintf(out + n, room - (size_t)n, "],\"data_offsets\":[%llu,%llu]},",
                        (unsigned long long)i->begin, (unsigned long long)i->end);
}

/* The tensors of `from` as other programs would write them: under names that begin with `prefix`,
 * and with what else they keep. */
static void write_as_others(const char *from, const char *to, const char *prefix,
                            const struct extra *extra, int extras)
{
    enum { ROOM = 64 << 10 };
    static const char zeros[64];
    struct err e = {0};
    struct safetensors *f = safetensors_open(from, &e);
    char *bytes, *head = malloc(ROOM);
    size_t size;
    int64_t length;
    int n = 1;
    assert_non_null(f);
    assert_int_equal(file_read(from, 1 << 30, &bytes, &size, &e), 0);
    memcpy(&length, bytes, 8);
    size_t data = 8 + (size_t)length, at = size - data;
    head[0] = '{';
    for (int i = 0; i < safetensors_count(f); i++)
        n += put_entry(head + n, (size_t)(ROOM - n), prefix, safetensors_at(f, i));
    for (int i = 0; i < extras; at += (size_t)extra[i++].bytes) {
        struct tensor_info more = {.name = extra[i].name,
                                   .dtype = extra[i].dtype,
                                   .rank = 1,
                                   .shape = {extra[i].elements},
                                   .begin = at,
                                   .end = at + (size_t)extra[i].bytes};
        n += put_entry(head + n, (size_t)(ROOM - n), "", &more);
    }
    head[n - 1] = '}';
    length = n;
    FILE *out = fopen(to, "wb");
    fwrite(&length, 8, 1, out);
    fwrite(head, 1, (size_t)n, out);
    fwrite(bytes + data, 1, size - data, out);
    fwrite(zeros, 1, at - (size - data), out);
    assert_int_equal(fclose(out), 0);
    safetensors_close(f);
    free(bytes);
    free(head);
}

/* The network as it is after the plain file is what it must be after every other. */
static void check_loads_as(const char *path, const struct net *wanted, const char *prefix,
                           int skipped)
{
    struct err e = {0};
    struct net *net = make("resnet18", 3, 1000, 8);
    struct params *p = net_params(net);
    net_init(net, 7);
    struct pretrained *t = pretrained_open(path, p, pretrained_by_position(PRETRAINED_MEAN), &e);
    if (!t || pretrained_load(t, p, &e))
        fail_msg("%s", e.text);
    assert_string_equal(pretrained_prefix(t), prefix);
    check_fates(t, 20 * 5 + 2, 0, skipped, 0);
    for (int i = 0; i < p->n; i++)
        assert_memory_equal(p->values + p->table[i].offset,
                            net_params((struct net *)(uintptr_t)wanted)->values +
                                p->table[i].offset,
                            p->table[i].count * sizeof(float));
    pretrained_close(t);
    net_free(net);
}

static void test_prefixes(void **state)
{
    static const char *const prefixes[] = {
        "module.",           "model.",           "_orig_mod.",   "module._orig_mod.",
        "_orig_mod.module.", "model._orig_mod.", "model.model.", "module.model._orig_mod.",
        "backbone.",         "net.encoder."};
    const struct folder *d = *state;
    char other[160];
    snprintf(other, sizeof other, "%s/other.safetensors", d->path);
    struct net *wanted = make("resnet18", 3, 1000, 8);
    make_file(d->file, "resnet18", 8, NULL);
    load(d->file, wanted, PRETRAINED_MEAN);
    check_loads_as(d->file, wanted, "", 0);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        write_as_others(d->file, other, prefixes[i], NULL, 0);
        check_loads_as(other, wanted, prefixes[i], 0);
    }
    net_free(wanted);
}

static void test_layers_behind_a_prefix(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    char other[160];
    snprintf(other, sizeof other, "%s/other.safetensors", d->path);
    struct net *net = make("resnet18", 3, 1000, 8);
    make_file(d->file, "resnet34", 8, NULL);
    write_as_others(d->file, other, "module.", NULL, 0);
    struct pretrained *t =
        pretrained_open(other, net_params(net), pretrained_by_position(PRETRAINED_MEAN), &e);
    assert_int_equal(pretrained_load(t, net_params(net), &e), -1);
    assert_non_null(strstr(e.text, "'module.layer1.2.bn1.bias'; are these weights of another"));
    pretrained_close(t);
    net_free(net);
}

static void test_other_types_are_skipped(void **state)
{
    static const struct extra extra[] = {
        {"train_f1.tp", "I32", 4, 16}, {"mask", "BOOL", 3, 3},     {"bytes", "U8", 2, 2},
        {"levels", "I8", 2, 2},        {"small", "I16", 1, 2},     {"seen", "U64", 1, 8},
        {"scale", "F8_E4M3", 5, 5},    {"phase", "C64", 1, 8},     {"count", "U32", 2, 8},
        {"codes", "U16", 3, 6},        {"scale2", "F8_E5M2", 1, 1}};
    enum { N = sizeof extra / sizeof *extra };
    const struct folder *d = *state;
    struct err e = {0};
    char other[160];
    snprintf(other, sizeof other, "%s/other.safetensors", d->path);
    struct net *net = make("resnet18", 3, 1000, 8);
    make_file(d->file, "resnet18", 8, NULL);
    load(d->file, net, PRETRAINED_MEAN);
    write_as_others(d->file, other, "model.", extra, N);
    check_loads_as(other, net, "model.", N);
    struct pretrained *t =
        pretrained_open(other, net_params(net), pretrained_by_position(PRETRAINED_MEAN), &e);
    assert_string_equal(item_of(t, "train_f1.tp")->note,
                        "belongs to no layer of this network (type I32)");
    pretrained_close(t);
    struct extra wrong = {"mask", "BOOL", 3, 4}; /* one byte an element */
    write_as_others(d->file, other, "", &wrong, 1);
    assert_null(
        pretrained_open(other, net_params(net), pretrained_by_position(PRETRAINED_MEAN), &e));
    assert_non_null(strstr(e.text, "'mask' has a shape that does not match its data_offsets"));
    net_free(net);
}

/* A file whose first filter has the taps 1, 2, 6 at one place. */
static void make_stem_file(const char *path)
{
    static const float taps[] = {1, 2, 6};
    struct err e = {0};
    struct net *net = make("resnet18", 3, 1000, 2);
    struct params *p = net_params(net);
    float torch[2 * 3 * 49] = {0};
    net_init(net, 1);
    for (int i = 0; i < 3; i++)
        torch[49 * i + 10] = taps[i];
    params_from_torch(p, params_find(p, "conv1.weight"), torch);
    assert_int_equal(checkpoint_export(path, OUTPUT_REPLACE, p, (struct checkpoint_batches){0}, &e),
                     0);
    net_free(net);
}

/* By hand, for five channels. */
static void test_stem_rules(void **state)
{
    const struct folder *d = *state;
    static const float expected[3][5] = {
        {1, 2, 6, 3, 3}, {0.6F, 1.2F, 3.6F, 0.6F, 1.2F}, {1, 2, 6, 3.5F, 3.5F}};
    float torch[2 * 5 * 49];
    make_stem_file(d->file);
    for (int stem = 0; stem < 3; stem++) {
        struct net *net = make("resnet18", 5, CLASSES, 2);
        struct params *p = net_params(net);
        load(d->file, net, (enum pretrained_stem)stem);
        params_to_torch(p, params_find(p, "conv1.weight"), torch);
        for (int c = 0; c < 5; c++)
            assert_float_equal(torch[49 * c + 10], expected[stem][c], 1e-7);
        net_free(net);
    }
}

/* Channels that are named after colours keep their filters wherever they stand. */
static void test_stem_by_colour(void **state)
{
    const struct folder *d = *state;
    static const struct pretrained_rule rules[] = {{PRETRAINED_MEAN, {2, -1, 0, 1}},
                                                   {PRETRAINED_REPEAT, {-1, 1, 2, 0}},
                                                   {PRETRAINED_RB, {-1, -1, 0, 1}}};
    static const float expected[3][4] = {
        {6, 3, 1, 2}, {0.75F, 1.5F, 4.5F, 0.75F}, {3.5F, 3.5F, 1, 2}};
    struct err e = {0};
    make_stem_file(d->file);
    for (int i = 0; i < 3; i++) {
        float torch[2 * 4 * 49];
        struct net *net = make("resnet18", 4, CLASSES, 2);
        struct params *p = net_params(net);
        struct pretrained *t = pretrained_open(d->file, p, rules[i], &e);
        assert_non_null(t);
        assert_int_equal(pretrained_load(t, p, &e), 0);
        params_to_torch(p, params_find(p, "conv1.weight"), torch);
        for (int c = 0; c < 4; c++)
            assert_float_equal(torch[49 * c + 10], expected[i][c], 1e-6);
        pretrained_close(t);
        net_free(net);
    }
}

static void test_round_trip(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    struct net *a = make("resnet18", 4, CLASSES, 4), *b = make("resnet18", 4, CLASSES, 4);
    struct params *p = net_params(a), *q = net_params(b);
    formula_fill(p, 3);
    net_init(b, 1);
    assert_int_equal(
        checkpoint_export(d->file, OUTPUT_REPLACE, p, (struct checkpoint_batches){0}, &e), 0);
    load(d->file, b, PRETRAINED_MEAN);
    assert_memory_equal(p->values, q->values, p->count * sizeof(float));
    assert_memory_equal(p->buffers, q->buffers, p->buffer_count * sizeof(float));
    net_free(a);
    net_free(b);
}

/* What a checkpoint's own figures were made with: averaged weights, running statistics as they are.
 */
static void test_averaged(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    struct net *a = make("resnet18", 4, CLASSES, 4), *b = make("resnet18", 4, CLASSES, 4);
    struct params *p = net_params(a), *q = net_params(b);
    char none[] = "{}", empty[] = "[]";
    const struct checkpoint point = {.config = none, .history = empty, .extra = none};
    formula_fill(p, 3);
    assert_int_equal(ema_begin(p, &e), 0);
    for (size_t i = 0; i < p->count; i++)
        p->average[i] = 0.5F * p->values[i] + 0.25F;
    assert_int_equal(checkpoint_save(d->file, &point, p, NULL, &e), 0);
    net_init(b, 1);
    struct pretrained *t = pretrained_open(d->file, q, pretrained_by_position(PRETRAINED_MEAN), &e);
    assert_non_null(t);
    assert_true(pretrained_averaged(t));
    check_fates(t, 20 * 5 + 2, 0, 0, 0);
    assert_int_equal(pretrained_load(t, q, &e), 0);
    pretrained_close(t);
    assert_memory_equal(q->values, p->average, p->count * sizeof(float));
    assert_memory_equal(q->buffers, p->buffers, p->buffer_count * sizeof(float));
    net_free(a);
    net_free(b);
}

/* The rows of a network as a file, but for one that is left out, renamed or spoilt. */
static void write_spoilt(const char *path, struct net *net, const char *victim, const char *as,
                         float spoil)
{
    const struct params *p = net_params(net);
    struct safetensors_out *out = safetensors_out_new();
    struct err e = {0};
    float **data = calloc((size_t)p->n, sizeof *data);
    for (int i = 0; i < p->n; i++) {
        const struct param *row = &p->table[i];
        int64_t shape[4];
        bool hit = !strcmp(row->name, victim);
        data[i] = malloc(row->count * sizeof **data);
        params_to_torch(p, row, data[i]);
        for (int s = 0; s < row->rank; s++)
            shape[s] = row->shape[s];
        if (hit)
            data[i][0] += spoil;
        if (!hit || as)
            safetensors_out_f32(out, hit ? as : row->name, row->rank, shape, data[i]);
    }
    assert_int_equal(safetensors_out_save(out, path, &e), 0);
    safetensors_out_free(out);
    for (int i = 0; i < p->n; i++)
        free(data[i]);
    free(data);
}

/* Refused with this reason, and not a number changed. */
static void check_refused(const char *path, struct net *net, const char *reason)
{
    struct err e = {0};
    struct params *p = net_params(net);
    size_t bytes = p->count * sizeof(float);
    float *was = memcpy(malloc(bytes), p->values, bytes);
    struct pretrained *t = pretrained_open(path, p, pretrained_by_position(PRETRAINED_MEAN), &e);
    assert_non_null(t);
    assert_int_equal(pretrained_load(t, p, &e), -1);
    assert_int_equal(e.code, ERR_DATA);
    if (!strstr(e.text, reason))
        fail_msg("'%s' does not say '%s'", e.text, reason);
    assert_memory_equal(p->values, was, bytes);
    pretrained_close(t);
    free(was);
}

static void test_refused(void **state)
{
    const struct folder *d = *state;
    struct net *net = make("resnet18", 4, CLASSES, 4), *into = make("resnet18", 4, CLASSES, 4);
    formula_fill(net_params(net), 3);
    net_init(into, 1);
    write_spoilt(d->file, net, "layer2.0.bn1.bias", NULL, 0);
    check_refused(d->file, into, "the first: 'layer2.0.bn1.bias' is missing");
    write_spoilt(d->file, net, "layer4.1.bn2.running_var", "other", 0);
    check_refused(d->file, into, "1 of the network's tensors");
    write_spoilt(d->file, net, "layer4.1.conv2.weight", "layer4.1.conv2.weight", NAN);
    check_refused(d->file, into, "tensor 'layer4.1.conv2.weight' holds NaN at 0");
    write_spoilt(d->file, net, "fc.bias", "fc.bias", INFINITY);
    check_refused(d->file, into, "tensor 'fc.bias' holds an infinity at 0");
    make_file(d->file, "resnet18", 8, NULL); /* another width: no shape fits */
    check_refused(d->file, into, "has shape [8, 3, 7, 7], not [4, 4, 7, 7]");
    net_free(into);
    into = make("resnet18", 2, CLASSES, 8); /* from three channels to two: no rule */
    check_refused(d->file, into, "'conv1.weight' has shape [8, 3, 7, 7], not [8, 2, 7, 7]");
    net_free(into);
    into = make("resnet34", 4, CLASSES, 8); /* the larger model */
    check_refused(d->file, into, "are these weights of the same model?");
    net_free(into);
    make_file(d->file, "resnet34", 8, NULL);
    into = make("resnet18", 4, CLASSES,
                8); /* the smaller one: 16 blocks, not 8, of two convolutions */
    check_refused(d->file, into, "80 of its tensors are of layers that the network does not have");
    net_free(into);
    net_free(net);
}

/* A name alone makes no average: the file of another program is taken as it is. */
static void test_average_of_another_program(void **state)
{
    const struct folder *d = *state;
    struct err e = {0};
    struct net *net = make("resnet18", 4, CLASSES, 4), *into = make("resnet18", 4, CLASSES, 4);
    formula_fill(net_params(net), 3);
    write_spoilt(d->file, net, "fc.bias", "ema.fc.bias", 0);
    struct pretrained *t =
        pretrained_open(d->file, net_params(into), pretrained_by_position(PRETRAINED_MEAN), &e);
    assert_non_null(t);
    assert_false(pretrained_averaged(t));
    assert_int_equal(item_of(t, "ema.fc.bias")->fate, PRETRAINED_SKIPPED);
    assert_int_equal(item_of(t, "conv1.weight")->fate, PRETRAINED_LOADED);
    pretrained_close(t);
    net_free(into);
    net_free(net);
}

/* A head that is not in the file stays as drawn; one that is half there is left alone. */
static void test_incomplete_heads(void **state)
{
    const struct folder *d = *state;
    struct net *net = make("resnet18", 4, CLASSES, 4), *into = make("resnet18", 4, CLASSES, 4);
    struct params *p = net_params(into);
    struct err e = {0};
    const struct param *fc = params_find(p, "fc.weight");
    size_t bytes = (fc->count + CLASSES) * sizeof(float);
    float *was = malloc(bytes);
    formula_fill(net_params(net), 3);
    net_init(into, 1);
    memcpy(was, p->values + fc->offset, bytes);
    write_spoilt(d->file, net, "fc.weight", NULL, 0);
    struct pretrained *t = pretrained_open(d->file, p, pretrained_by_position(PRETRAINED_MEAN), &e);
    check_fates(t, 20 * 5, 0, 1, 1);
    assert_string_equal(item_of(t, "fc.bias")->note, "the rest of the head does not fit");
    assert_int_equal(pretrained_load(t, p, &e), 0);
    assert_memory_equal(p->values + fc->offset, was, bytes);
    pretrained_close(t);
    free(was);
    net_free(into);
    net_free(net);
}

static void test_flipped_bit(void **state)
{
    const struct folder *d = *state;
    size_t n;
    struct net *into = make("resnet18", 4, CLASSES, 4);
    make_file(d->file, "resnet18", 4, NULL);
    unsigned char *bytes = file_get(d->file, &n);
    bytes[n - 5] ^= 1;
    file_put(d->file, bytes, n);
    net_init(into, 1);
    check_refused(d->file, into, "digest");
    free(bytes);
    net_free(into);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_features_as_pytorch, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_features_of_a_trained_network_as_pytorch, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(test_stem_by_colour, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_fates, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_prefixes, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_layers_behind_a_prefix, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_other_types_are_skipped, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_stem_rules, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_round_trip, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_averaged, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_average_of_another_program, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(test_refused, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_incomplete_heads, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_flipped_bit, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
