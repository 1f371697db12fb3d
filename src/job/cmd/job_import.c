/* Weights from elsewhere, tried on a network that nobody trains. */
#include "job/job_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/memory_plan.h"
#include "core/train_config.h"
#include "data/classes.h"
#include "nn/net.h"

enum { SMALLEST_SIZE = 32 }; /* parameters do not depend on it */

void job_import_fini(struct import_result *r)
{
    free(r->items);
    memset(r, 0, sizeof *r);
}

static int count_classes(const struct conf *c, int *k, struct err *e)
{
    const char *names[LABELS_MAX];
    struct arena *a = arena_new();
    int failed = classes_load(conf_text(c, CONF_DATA_CLASSES), a, names, k, e);
    arena_free(a);
    return failed;
}

static struct net *new_net(struct job *j, struct import_result *out, struct err *e)
{
    const struct conf *c = j->work->conf;
    if (count_classes(c, &out->classes, e))
        return NULL;
    out->channels = train_config_channels(c);
    train_config_model(c, out->model, sizeof out->model);
    struct net_plan plan = train_config_net(c, j->work->kern, out->channels, out->classes, false);
    plan.size = SMALLEST_SIZE;
    plan.batch = 1;
    struct memory_plan f;
    if (memory_plan_inference(&f, &plan, j->work->workers, e) ||
        memory_plan_check(&f, "import weights", NULL, j->work, e))
        return NULL;
    return net_new(&plan, j->work->workers, e);
}

static int copy_items(const struct pretrained *t, struct import_result *out, struct err *e)
{
    out->items = mem_array((size_t)pretrained_count(t), sizeof *out->items, "list of tensors", e);
    if (!out->items)
        return -1;
    out->n = pretrained_count(t);
    out->averaged = pretrained_averaged(t);
    snprintf(out->prefix, sizeof out->prefix, "%s", pretrained_prefix(t));
    for (int i = 0; i < out->n; i++) {
        out->items[i] = *pretrained_at(t, i);
        out->items[i].row = NULL;
    }
    for (int i = 0; i < PRETRAINED_FATES; i++)
        out->fates[i] = pretrained_fate_count(t, (enum pretrained_fate)i);
    return 0;
}

int job_import_weights(struct job *j, const char *path, struct import_result *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    struct net *net = new_net(j, out, e);
    struct params *p = net ? net_params(net) : NULL;
    struct pretrained *t = p ? pretrained_open(path, p, train_config_stem(j->work->conf), e) : NULL;
    int failed = !t || copy_items(t, out, e);
    if (!failed)
        pretrained_load(t, p, &out->refusal);
    pretrained_close(t);
    net_free(net);
    return failed ? -1 : 0;
}
