/* A forecast is asked for when the form has changed and the tab is looked at. */
#include "train_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct train_link {
    struct forecast_desk *desk;
};

struct train_link *train_link_open(struct work *work, struct wake *wake, struct err *e)
{
    struct forecast_desk *desk = forecast_open(work, wake, e);
    if (!desk)
        return NULL;
    struct train_link *l = xcalloc(1, sizeof *l);
    l->desk = desk;
    return l;
}

void train_link_close(struct train_link *l)
{
    if (!l)
        return;
    forecast_close(l->desk);
    free(l);
}

static int channels_of(const struct conf *c)
{
    int n = 1;
    for (const char *at = conf_text(c, CONF_DATA_CHANNELS); *at; at++)
        n += *at == ',';
    return n;
}

/* Before a split the first fold is taken to be one of equal ones. */
static struct forecast_ask ask_of(const struct conf *c, const struct service_labels *l)
{
    int folds = (int)conf_int(c, CONF_SPLIT_FOLDS);
    struct forecast_ask a = {.width = (int)conf_int(c, CONF_TRAIN_WIDTH),
                             .size = (int)conf_int(c, CONF_TRAIN_SIZE),
                             .batch = (int)conf_int(c, CONF_TRAIN_BATCH),
                             .epochs = (int)conf_int(c, CONF_TRAIN_EPOCHS),
                             .first_size = (int)conf_int(c, CONF_TRAIN_FIRST_SIZE),
                             .sgd = strcmp(conf_text(c, CONF_TRAIN_OPTIMIZER), "sgd") == 0,
                             .average = conf_real(c, CONF_TRAIN_EMA) > 0,
                             .accumulate = conf_int(c, CONF_TRAIN_ACCUMULATE) > 1,
                             .channels = channels_of(c),
                             .classes = l->k,
                             .train_samples = l->train_samples,
                             .val_samples = l->val_samples};
    snprintf(a.model, sizeof a.model, "%s", conf_text(c, CONF_TRAIN_MODEL));
    a.head_alone = strcmp(conf_text(c, CONF_TRAIN_FROZEN), "all") == 0 &&
                   conf_is_set(c, CONF_TRAIN_FROZEN_EPOCHS) &&
                   conf_int(c, CONF_TRAIN_FROZEN_EPOCHS) >= a.epochs;
    a.first_size_epochs = conf_is_set(c, CONF_TRAIN_FIRST_SIZE_EPOCHS)
                              ? (int)conf_int(c, CONF_TRAIN_FIRST_SIZE_EPOCHS)
                              : a.epochs / 2;
    if (a.train_samples + a.val_samples == 0) {
        a.val_samples = l->samples / folds;
        a.train_samples = l->samples - a.val_samples;
    }
    return a;
}

void train_link_ask(struct train_link *l, struct board *b)
{
    struct train_view *v = &b->train;
    bool known = b->labels && b->labels->error.code == ERR_NONE;
    if (b->tab != TAB_TRAIN || !v->ask || !v->conf || !known)
        return;
    struct forecast_ask ask = ask_of(v->conf, b->labels);
    forecast_put_ask(l->desk, &ask);
    v->ask = false;
}

bool train_link_news(struct train_link *l, struct board *b)
{
    struct forecast *f = forecast_take(l->desk);
    if (!f)
        return false;
    b->train.forecast = *f;
    b->train.foreseen = !b->train.ask;
    free(f);
    return true;
}
