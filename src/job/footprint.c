/* Planned memory, put together from what each part says of itself. */
#include "footprint.h"

#include <stdio.h>

static const double MB = 1e6;

struct footprint footprint_of(struct net *net, const struct optim *optim, size_t batches)
{
    const struct params *p = net_params(net);
    size_t weights = ((p->gradients ? 2 : 1) * p->count + p->buffer_count) * sizeof(float);
    return (struct footprint){.activations = net_memory(net) - weights,
                              .weights = weights,
                              .optimiser = optim ? optim_memory(optim) : 0,
                              .batches = batches,
                              .averaged = p->average ? p->count * sizeof(float) : 0};
}

double footprint_mb(const struct footprint *f)
{
    return (double)(f->activations + f->weights + f->optimiser + f->batches + f->averaged) / MB;
}

void footprint_text(const struct footprint *f, char *out, size_t size)
{
    int n = snprintf(
        out, size,
        "%.0f MB: activations %.0f, weights and gradients %.0f, optimiser %.0f, batches %.0f",
        footprint_mb(f), (double)f->activations / MB, (double)f->weights / MB,
        (double)f->optimiser / MB, (double)f->batches / MB);
    if (f->averaged && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, ", averaged weights %.0f", (double)f->averaged / MB);
}
