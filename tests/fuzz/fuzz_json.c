/* The JSON reader, and the printer on what was read. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fuzz/driver.h"

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static const char *const texts[] = {
        "{\"a\": [1, 2.5e-3, -7, true, false, null], \"b\": {\"text\": \"x \\u00e9 \\n\"}}",
        "[[[[]]], {\"k\": {}}, \"\", 1e300, 9007199254740993]",
        "{\"thresholds\": [0.5, 0.25], \"method\": \"exact\"}",
    };
    int n = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < n; i++)
        seeds[i] = (struct fuzz_seed){(const uint8_t *)texts[i], strlen(texts[i])};
    return n;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    struct err e = {0};
    struct json *j = json_parse((const char *)data, n, "input", &e);
    if (!j)
        return -1;
    free(json_print(j, true));
    json_free(j);
    return 0;
}
