/* Tables of weights of samples and of classes, and the rule of repeats. What is accepted is a
 * number from 0 for each, and not 0 for all. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/sampler.h"
#include "data/weights.h"
#include "fuzz/driver.h"

enum { ITEMS = 3 };

static const char *const texts[] = {
    "Id,weight\na,1\nb,2.5\nc,0\n",
    "weight,Id,note\n1e-3,c,x\n1e30,b,y\n.5,a,z\n",
    "class,weight\n0,1\n\"Rods, rings\",3\n2,.25\n",
    "0:4,2:1000,1:2",
};

int fuzz_seeds(struct fuzz_seed *seeds)
{
    int n = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < n; i++)
        seeds[i] = (struct fuzz_seed){(const uint8_t *)texts[i], strlen(texts[i])};
    return n;
}

static void check(const float *weight)
{
    float sum = 0;
    for (int i = 0; i < ITEMS; i++) {
        if (!(weight[i] >= 0))
            abort();
        sum += weight[i];
    }
    if (!(sum > 0))
        abort();
}

static int read_rule(const uint8_t *data, size_t n)
{
    int times[ITEMS];
    struct err e = {0};
    char *rule = strndup((const char *)data, n);
    int failed = !rule || sampler_times(rule, ITEMS, times, &e);
    for (int i = 0; i < ITEMS && !failed; i++)
        if (times[i] < 1 || times[i] > SAMPLER_TIMES_MAX)
            abort();
    free(rule);
    return failed;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    const char *ids[ITEMS] = {"a", "b", "c"};
    int order[ITEMS] = {0, 1, 2};
    struct index x = {.n = ITEMS,
                      .k = ITEMS,
                      .ids = ids,
                      .order = order,
                      .class_names = {"Actin", "Rods, rings", "Nucleoli"}};
    struct err e = {0};
    float weight[ITEMS];
    char path[64];
    int fd = fuzz_memory_file(data, n, path), read = 0;
    if (!weights_load_samples(path, &x, weight, &e)) {
        check(weight);
        read++;
    }
    if (!weights_load_classes(path, &x, weight, &e)) {
        check(weight);
        read++;
    }
    close(fd);
    return read || !read_rule(data, n) ? 0 : -1;
}
