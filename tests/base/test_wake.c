#include <poll.h>

#include "base/wake.h"
#include "test.h"

static int readable(const struct wake *w)
{
    struct pollfd p = {.fd = wake_fd(w), .events = POLLIN};
    return poll(&p, 1, 0);
}

static void rings_coalesce(void **state)
{
    (void)state;
    struct wake w;
    assert_int_equal(wake_init(&w), 0);
    assert_int_equal(readable(&w), 0);
    for (int i = 0; i < 1000; i++)
        wake_ring(&w);
    assert_int_equal(readable(&w), 1);
    wake_clear(&w);
    assert_int_equal(readable(&w), 0);
    wake_clear(&w); /* does not block */
    wake_ring(&w);
    assert_int_equal(readable(&w), 1);
    wake_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rings_coalesce)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
