/* The configuration reader. */
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "fuzz/driver.h"

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static const char *const texts[] = {
        "[train]\nmodel = resnet18\nsize = 64\nlr = 0.001\n; a remark\n[loss]\ngamma = 2\n",
        "[data]\ntrain_csv = a b.csv\nseparator = \"|\"\n\n[ui]\ncolor=mono\n",
        "# nothing\n",
    };
    int n = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < n; i++)
        seeds[i] = (struct fuzz_seed){(const uint8_t *)texts[i], strlen(texts[i])};
    return n;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    struct err e = {0};
    char path[64];
    int fd = fuzz_memory_file(data, n, path);
    struct conf *c = conf_new();
    int rc = conf_load_file(c, path, &e);
    conf_free(c);
    close(fd);
    return rc;
}
