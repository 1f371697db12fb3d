/* Class weights of the loss. */
#include "class_weights.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/weights.h"

static bool is_rule(const struct conf *c, const char *rule)
{
    return !strcmp(conf_text(c, CONF_LOSS_CLASS_WEIGHTS), rule);
}

int class_weights_open(const struct conf *c, const struct index *x, float *weight, struct err *e)
{
    for (int i = 0; i < x->k; i++)
        weight[i] = 1;
    if (is_rule(c, "none") || is_rule(c, "inverse") || is_rule(c, "effective"))
        return 0;
    if (!weights_load_classes(conf_text(c, CONF_LOSS_CLASS_WEIGHTS), x, weight, e))
        return 0;
    err_prefix(e, "loss.class_weights");
    return -1;
}

void class_weights_measure(const struct conf *c, const struct index *x, const int *rows, int n,
                           float *weight)
{
    if (is_rule(c, "inverse"))
        weights_inverse(x->labels, rows, n, x->k, weight);
    if (is_rule(c, "effective"))
        weights_effective(x->labels, rows, n, x->k, conf_real(c, CONF_LOSS_EFFECTIVE_BETA), weight);
}

void class_weights_text(const struct conf *c, const float *weight, int k, char *out, size_t size)
{
    char shown[64];
    float low = weight[0], high = weight[0];
    for (int i = 1; i < k; i++) {
        low = weight[i] < low ? weight[i] : low;
        high = weight[i] > high ? weight[i] : high;
    }
    text_safe(conf_text(c, CONF_LOSS_CLASS_WEIGHTS), shown, sizeof shown);
    if (is_rule(c, "none"))
        snprintf(out, size, "none");
    else
        snprintf(out, size, "%s, %.3g to %.3g", shown, (double)low, (double)high);
}
