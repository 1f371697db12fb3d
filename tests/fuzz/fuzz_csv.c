/* The table reader, and every cell of what it accepts. */
#include <stdlib.h>
#include <string.h>

#include "data/csv_file.h"
#include "fuzz/driver.h"

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static const char *const texts[] = {
        "Id,Target\n00070df0-bbc3-11e8-b2bc-ac1f6b6435d0,16 0\n000a6c98,7 1 2 0\nx_1.b,5\n",
        "\xEF\xBB\xBFTarget,\"Id\",note\r\n1 2,a,\"x, \"\"y\"\"\nz\"\r\n27,b,\xC3\xA9\r\n",
        "Id\n\"a\"\n\n",
    };
    int n = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < n; i++)
        seeds[i] = (struct fuzz_seed){(const uint8_t *)texts[i], strlen(texts[i])};
    return n;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    struct err e = {0};
    struct csv_file *f = csv_file_parse((const char *)data, n, "input", &e);
    if (!f)
        return -1;
    size_t length = 0;
    for (int row = 0; row < csv_file_rows(f); row++)
        for (int column = 0; column < csv_file_columns(f); column++)
            length += strlen(csv_file_cell(f, row, column));
    if (length > n)
        abort();
    csv_file_column(f, "Id", &e);
    csv_file_close(f);
    return 0;
}
