/* For run_states.sh: `other_version PATH` makes a checkpoint one of version 2, as a later program
 * would write it: its header says so, and the header's digest is right. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"

enum { DIGITS = 16, LIMIT = 1 << 28 };

static char *behind(char *header, size_t n, const char *key)
{
    char *at = memmem(header, n, key, strlen(key));
    return at ? at + strlen(key) : NULL;
}

/* XXH3 of the header's length and text, the digest's own digits as zeros. */
static void sign(char *header, uint64_t n, char *digits)
{
    char text[DIGITS + 1];
    memset(digits, '0', DIGITS);
    struct hash *h = hash_new();
    hash_add(h, &n, sizeof n);
    hash_add(h, header, n);
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash_end(h));
    memcpy(digits, text, DIGITS);
}

int main(int argc, char **argv)
{
    char *data;
    size_t size;
    uint64_t n;
    struct err e = {0};
    if (argc != 2 || file_read(argv[1], LIMIT, &data, &size, &e) || size < sizeof n) {
        fprintf(stderr, "usage: other_version PATH (%s)\n", e.text);
        return 64;
    }
    memcpy(&n, data, sizeof n);
    char *header = data + sizeof n;
    char *version = behind(header, n, "\"hpa.version\":\"");
    char *digits = behind(header, n, "\"header_digest\":\"");
    int failed = !version || !digits;
    if (!failed) {
        *version = '2';
        sign(header, n, digits);
        failed = file_save_all(argv[1], data, size, &e);
    }
    free(data);
    return failed ? 1 : 0;
}
