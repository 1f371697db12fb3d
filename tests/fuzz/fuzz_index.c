/* The table of ids and labels, as the training reads it. */
#include <string.h>
#include <unistd.h>

#include "data/index.h"
#include "fuzz/driver.h"

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static const char *const texts[] = {
        "Id,Target\na,1\nb,2 3\nc-1.x,27 0\n",
        "\xEF\xBB\xBFId,Target\r\n\"a\",\"1 2\"\r\nb,0\r\n",
        "Target,Id\n5,aa\n6 7 8,bb\n",
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
    struct index *x = NULL;
    if (conf_set(c, "data.train_csv", path, "flag", &e) == 0)
        x = index_open_train(c, &e);
    index_close(x);
    conf_free(c);
    close(fd);
    return x ? 0 : -1;
}
