/* Keys that do nothing. Most hang on one other key, which a table says; the rest on the recipe. */
#include "job/unused_options.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "train_config.h"

struct bond {
    enum conf_key key, other;
    const char *values; /* of the other, "a|b"... */
    bool needed;        /* ...with which alone the key counts; or with which it does not */
};
static const struct bond bonds[12];

static bool is_among(const char *value, const char *values)
{
    size_t n = strlen(value);
    for (const char *at = values; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == n && !strncmp(at, value, n))
            return true;
    return false;
}

/* The bond that keeps a key from counting; NULL: none. */
static const struct bond *bond_of(const struct conf *c, enum conf_key key)
{
    for (const struct bond *b = bonds; b->values; b++)
        if (b->key == key && is_among(conf_text(c, b->other), b->values) != b->needed)
            return b;
    return NULL;
}

static void say_bond(const struct conf *c, const struct bond *b, char *why, size_t size)
{
    const char *other = conf_info(b->other)->name, *value = conf_text(c, b->other);
    if (b->needed)
        snprintf(why, size, "has no effect with %s=%s: it is for %s=%s", other, value, other,
                 b->values);
    else
        snprintf(why, size, "has no effect with %s=%s", other, value);
}

static bool is_rate_of_cycle(const struct conf *c, enum conf_key key)
{
    return key == CONF_TRAIN_MOMENTUM && train_config_steps(c).cycle_momentum;
}

bool unused_options_why(const struct conf *c, enum conf_key key, char *why, size_t size)
{
    const struct bond *bond = bond_of(c, key);
    *why = '\0';
    if (bond)
        say_bond(c, bond, why, size);
    else if (is_rate_of_cycle(c, key))
        snprintf(why, size,
                 "has no effect with train.schedule=onecycle and "
                 "train.cycle_momentum=yes, which move it");
    else if (key == CONF_TRAIN_FROZEN && train_config_phases(c).frozen_epochs == 0)
        snprintf(why, size, "has no effect without train.frozen_epochs");
    else if (key == CONF_TRAIN_FIRST_SIZE_EPOCHS && !conf_is_set(c, CONF_TRAIN_FIRST_SIZE))
        snprintf(why, size, "has no effect without train.first_size");
    return *why;
}

static void tell_all(const struct conf *c, enum conf_key key, double epochs, const char *what)
{
    long long all = (long long)conf_int(c, CONF_TRAIN_EPOCHS);
    if (epochs >= (double)all)
        log_warn("%s: its %g epochs are all %lld of the run: %s", conf_info(key)->name, epochs, all,
                 what);
}

void unused_options_tell(const struct conf *c)
{
    char why[160];
    struct train_config_phases p = train_config_phases(c);
    for (int key = 0; key < CONF_KEY_COUNT; key++)
        if (strcmp(conf_text(c, key), conf_info(key)->initial) != 0 &&
            unused_options_why(c, key, why, sizeof why))
            log_warn("%s=%s %s", conf_info(key)->name, conf_text(c, key), why);
    if (p.frozen_epochs > 0)
        tell_all(c, CONF_TRAIN_FROZEN_EPOCHS, (double)p.frozen_epochs,
                 "what is frozen never learns");
    if (p.first_size)
        tell_all(c, CONF_TRAIN_FIRST_SIZE_EPOCHS, (double)p.first_size_epochs,
                 "it never trains at train.size");
    if (bond_of(c, CONF_TRAIN_WARMUP_EPOCHS) == NULL && conf_int(c, CONF_TRAIN_EPOCHS) > 1)
        tell_all(c, CONF_TRAIN_WARMUP_EPOCHS, conf_real(c, CONF_TRAIN_WARMUP_EPOCHS),
                 "the rate only rises");
}

static const struct bond bonds[] = {
    {CONF_TRAIN_OVERSAMPLE, CONF_TRAIN_SAMPLER, "oversample", true},
    {CONF_TRAIN_SAMPLE_WEIGHTS, CONF_TRAIN_SAMPLER, "weights", true},
    {CONF_TRAIN_SHUFFLE, CONF_TRAIN_SAMPLER, "balanced|weights", false},
    {CONF_TRAIN_MOMENTUM, CONF_TRAIN_OPTIMIZER, "sgd", true},
    {CONF_TRAIN_WARMUP_EPOCHS, CONF_TRAIN_SCHEDULE, "onecycle", false},
    {CONF_TRAIN_ONECYCLE_RISE, CONF_TRAIN_SCHEDULE, "onecycle", true},
    {CONF_TRAIN_CYCLE_MOMENTUM, CONF_TRAIN_SCHEDULE, "onecycle", true},
    {CONF_TRAIN_RESTART_EPOCHS, CONF_TRAIN_SCHEDULE, "restarts", true},
    {CONF_TRAIN_RESTART_FACTOR, CONF_TRAIN_SCHEDULE, "restarts", true},
    {CONF_TRAIN_STEM, CONF_TRAIN_INIT, "he", false},
    {CONF_LOSS_EFFECTIVE_BETA, CONF_LOSS_CLASS_WEIGHTS, "effective", true},
    {0, 0, NULL, false},
};
