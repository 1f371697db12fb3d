/* What a training says of itself when it begins, or is resumed: network, split, samples, loss. */
#include <stdio.h>

#include "base/log.h"
#include "core/class_weights.h"
#include "core/run_files.h"
#include "job/current_split.h"
#include "run/saved_run.h"
#include "train_plan.h"
#include "trainer.h"

/* In the order of the table an epoch always ends with the same samples. */
static void tell_never_shown(const struct trainer *s)
{
    int batch = (int)conf_int(s->conf, CONF_TRAIN_BATCH), n = s->feed.n;
    int rest = n - (int)train_plan_plan(s->conf, n).samples;
    if (!conf_flag(s->conf, CONF_TRAIN_SHUFFLE) && !s->feed.sums && rest > 0)
        log_warn(
            "run %s: never trains on the last %d of its %d samples: without train.shuffle "
            "every epoch ends with the same last whole batch of %d; a train.batch that divides "
            "%d leaves none out",
            s->row.name, rest, n, batch, n);
}

static void announce_split(const struct trainer *s)
{
    char text[CURRENT_SPLIT_TEXT];
    if (!*s->data.split.method)
        return; /* resumed, of an older program, and its table of groups is gone */
    current_split_text(&s->data.split, text);
    log_info("run %s: split %s; fold %d validates", s->row.name, text, s->data.held);
}

static void announce_samples(const struct trainer *s, const char *augment)
{
    char left[100] = "";
    int n = s->feed.n, shown = (int)train_plan_plan(s->conf, n).samples;
    if (shown < n)
        snprintf(left, sizeof left, " (of %d, the whole batches of %d)", n,
                 (int)conf_int(s->conf, CONF_TRAIN_BATCH));
    log_info("run %s: augmentation %s; sampler %s, %d samples an epoch%s", s->row.name, augment,
             conf_text(s->conf, CONF_TRAIN_SAMPLER), shown, left);
}

void trainer_announce(const struct trainer *s)
{
    struct augment augment = sampling_plan_augment(s->conf);
    char text[160];
    train_config_model(s->conf, text, sizeof text);
    log_info("run %s: %s, %d px, batch %d, %d samples to train, %d to validate", s->row.name, text,
             (int)conf_int(s->conf, CONF_TRAIN_SIZE), (int)conf_int(s->conf, CONF_TRAIN_BATCH),
             s->data.train_n, s->data.val_n);
    announce_split(s);
    sampling_plan_augment_text(&augment, text, sizeof text);
    announce_samples(s, text);
    tell_never_shown(s);
    class_weights_text(s->conf, s->class_weights, s->data.index->k, text, sizeof text);
    log_info("run %s: focal loss, gamma %s, alpha %s, label smoothing %s, class weights %s",
             s->row.name, conf_text(s->conf, CONF_LOSS_GAMMA), conf_text(s->conf, CONF_LOSS_ALPHA),
             conf_text(s->conf, CONF_LOSS_LABEL_SMOOTHING), text);
    if (s->excluded_n)
        log_warn("run %s: leaves out %d %s that cannot be read, listed in runs/%s/%s", s->row.name,
                 s->excluded_n, s->excluded_n == 1 ? "sample" : "samples", s->row.name,
                 RUN_FILES_EXCLUDED);
}
