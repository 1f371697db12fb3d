/* XXH3-64 against published values, and pieces against the whole. */
#include <string.h>

#include "base/hash.h"
#include "test.h"

static void known_values(void **state)
{
    (void)state;
    assert_true(hash_bytes("", 0) == UINT64_C(0x2d06800538d394c2));
    assert_true(hash_bytes("a", 1) == UINT64_C(0xe6c632b61e964e1f));
    assert_true(hash_bytes("abc", 3) == UINT64_C(0x78af5f94892f3950));
}

static void pieces_are_the_whole(void **state)
{
    (void)state;
    unsigned char data[5000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 31 >> 3);
    uint64_t whole = hash_bytes(data, sizeof data);
    struct hash *h = hash_new();
    for (size_t at = 0, step = 1; at < sizeof data; at += step, step = step % 700 + 13) {
        size_t rest = sizeof data - at;
        hash_add(h, data + at, step < rest ? step : rest);
    }
    assert_true(hash_end(h) == whole);
    data[4999] ^= 1;
    assert_true(hash_bytes(data, sizeof data) != whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(pieces_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
