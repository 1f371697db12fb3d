/* A forecast is asked for when the form has changed and the tab is looked at. */
#include "train_link.h"

#include <stdlib.h>

#include "base/mem.h"

struct train_link {
    struct resource_estimate_desk *worker;
    bool asked; /* an answer is still to come */
};

struct train_link *train_link_open(struct work *work, struct wake *wake, struct err *e)
{
    struct resource_estimate_desk *worker = resource_estimate_open(work, wake, e);
    if (!worker)
        return NULL;
    struct train_link *l = xcalloc(1, sizeof *l);
    l->worker = worker;
    return l;
}

void train_link_close(struct train_link *l)
{
    if (!l)
        return;
    resource_estimate_close(l->worker);
    free(l);
}

/* Before a split the first fold is taken to be one of equal ones. */
static struct resource_estimate_ask ask_of(const struct conf *c, const struct run_query_labels *l)
{
    struct resource_estimate_ask a = {.conf = c,
                                      .classes = l->k,
                                      .train_samples = l->train_samples,
                                      .val_samples = l->val_samples};
    if (a.train_samples + a.val_samples == 0) {
        a.val_samples = l->samples / (int)conf_int(c, CONF_SPLIT_FOLDS);
        a.train_samples = l->samples - a.val_samples;
    }
    return a;
}

static bool lacks_forecast(const struct app_model *b)
{
    bool known = b->labels && b->labels->error.code == ERR_NONE;
    return b->tab == TAB_TRAIN && b->train.ask && b->train.conf && known;
}

void train_link_ask(struct train_link *l, struct app_model *b)
{
    struct train_view *v = &b->train;
    if (!lacks_forecast(b))
        return;
    struct resource_estimate_ask ask = ask_of(v->conf, b->labels);
    resource_estimate_put_ask(l->worker, &ask);
    l->asked = true;
    v->ask = false;
}

bool train_link_news(struct train_link *l, struct app_model *b)
{
    struct resource_estimate *f = resource_estimate_take(l->worker);
    if (!f)
        return false;
    b->train.forecast = *f;
    b->train.foreseen = !b->train.ask;
    l->asked = false;
    free(f);
    return true;
}

bool train_link_idle(const struct train_link *l, const struct app_model *b)
{
    return !l->asked && !lacks_forecast(b);
}
