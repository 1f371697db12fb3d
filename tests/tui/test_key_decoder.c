/* Bytes of terminals in, keys out, at given times. The sequences are those that xterm's, kitty's
 * and the VT220's documents give; what is not a key there must give none, however it is split. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "key_forms.h"
#include "keys/key_codes.h"
#include "keys/key_decoder.h"
#include "model/keymap.h"
#include "test.h"

enum { KEYS_MAX = 512 };

static struct key_decoder d;
static int keys[KEYS_MAX], keys_n;
static struct mouse mouse;
static double now;

static void take_keys(void)
{
    for (int key; (key = key_decoder_next(&d, &mouse)) != INPUT_NONE;)
        if (keys_n < KEYS_MAX)
            keys[keys_n++] = key;
}

static void begin(void)
{
    key_decoder_init(&d, NULL, 0, NULL);
    keys_n = 0;
    now = 1000;
}

static void feed(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        key_decoder_byte(&d, (unsigned char)bytes[i], now);
        take_keys();
    }
}

static void pause_for(double seconds)
{
    now += seconds;
    key_decoder_silence(&d, now);
    take_keys();
}

static void send(const char *text)
{
    feed(text, strlen(text));
}

static void assert_keys(const char *what, const int *want, int n)
{
    char got[64] = "";
    for (int i = 0; i < keys_n && i < 6; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), " %x", (unsigned)keys[i]);
    if (keys_n != n || memcmp(keys, want, (size_t)n * sizeof *want))
        fail_msg("%s: %d keys (%s), not %d", what, keys_n, got, n);
}

static void expect_form(const struct form *f)
{
    int want[] = {f->key, 'j'};
    bool any = f->key != INPUT_NONE;
    pause_for(2);
    feed("j", 1);
    assert_keys(f->bytes, want + !any, 1 + any);
    pause_for(2);
}

static void test_forms(void **state)
{
    (void)state;
    for (int i = 0; i < FORMS; i++) {
        begin();
        send(forms[i].bytes);
        expect_form(&forms[i]);
    }
}

/* Behind ESC, only what begins a sequence may come late: ESC and a character after a pause are two
 * keys. */
static double longest_pause(const char *bytes, size_t at)
{
    if (at == 0)
        return 0;
    if (bytes[at - 1] == '\033' && at == 1)
        return bytes[1] && strchr("[OP]_", bytes[1]) ? 0.04 : 0;
    if (bytes[at - 1] == '\033')
        return 0.04;
    return bytes[0] == '\033' && bytes[1] && strchr(" #%(N", bytes[1]) ? 0.04 : 0.4;
}

static void test_every_split(void **state)
{
    (void)state;
    for (int i = 0; i < FORMS; i++) {
        size_t n = strlen(forms[i].bytes);
        for (size_t at = 1; at < n; at++) {
            begin();
            feed(forms[i].bytes, at);
            pause_for(longest_pause(forms[i].bytes, at));
            feed(forms[i].bytes + at, n - at);
            expect_form(&forms[i]);
        }
        begin();
        for (size_t at = 0; at < n; at++) {
            pause_for(fmin(longest_pause(forms[i].bytes, at), 0.15));
            feed(forms[i].bytes + at, 1);
        }
        expect_form(&forms[i]);
    }
}

/* Later than ESC waits: Esc was a key then, but the rest is none. */
static void test_the_rest_of_a_sequence_after_esc(void **state)
{
    (void)state;
    static const char *const rests[] = {"[I", "[1;5A", "OQ", "]11;rgb:0/0/0\007", "P0$r\033\\"};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        int want[] = {INPUT_ESC, 'j'};
        begin();
        send("\033");
        pause_for(0.3);
        send(rests[i]);
        pause_for(2);
        send("j");
        assert_keys(rests[i], want, 2);
    }
    int typed[] = {INPUT_ESC, '[', '[', 'O', 'j'};
    begin();
    send("\033");
    pause_for(0.3);
    for (const char *p = "[[Oj"; *p; p++) {
        feed(p, 1);
        pause_for(0.03);
    }
    assert_keys("keys after Esc", typed, 5);
}

/* On a slow connection every byte comes by itself; who has one lets Esc wait for longer. */
static void test_a_slow_connection(void **state)
{
    (void)state;
    for (int i = 0; i < FORMS; i++) {
        const char *bytes = forms[i].bytes;
        if (bytes[0] != '\033' || !bytes[1] || !strchr("[OP]_", bytes[1]))
            continue;
        begin();
        d.escape_wait = 0.9;
        for (size_t at = 0; bytes[at]; at++) {
            pause_for(at ? 0.7 : 0);
            feed(bytes + at, 1);
        }
        expect_form(&forms[i]);
    }
    int want[] = {INPUT_ESC, 'j'};
    begin();
    d.escape_wait = 0.9;
    send("\033");
    pause_for(0.8);
    assert_keys("not yet", want, 0);
    pause_for(0.2);
    assert_keys("Esc", want, 1);
    pause_for(2);
    send("j");
    assert_keys("and a key", want, 2);
}

static void test_esc(void **state)
{
    (void)state;
    int want[] = {INPUT_ESC, INPUT_ESC, INPUT_ESC, 'q', INPUT_ESC, INPUT_UP};
    begin();
    send("\033");
    assert_keys("not yet", want, 0);
    assert_true(key_decoder_due(&d) - now > 0 && key_decoder_due(&d) - now <= 0.05 + 1e-9);
    pause_for(0.06);
    assert_keys("alone", want, 1);
    assert_true(isinf(key_decoder_due(&d)));
    pause_for(5);
    send("\033\033");
    pause_for(0.06);
    assert_keys("twice", want, 3);
    keys_n = 0;
    send("\033");
    pause_for(0.01); /* another press, by a quick hand */
    send("q");
    assert_keys("Esc and a key", want + 2, 2);
    keys_n = 0;
    pause_for(5);
    send("\033");
    pause_for(0.01);
    send("\033[A");
    assert_keys("Esc and a sequence", want + 4, 2);
    keys_n = 0;
    send("\033[1;5"); /* Esc is pressed because nothing happens */
    pause_for(0.2);
    send("\033");
    pause_for(0.06);
    assert_keys("Esc in a sequence", want, 1);
}

/* What is not finished holds back keys for a while only. */
static void test_silence_ends_a_sequence(void **state)
{
    (void)state;
    static const char *const begun[] = {"\033[",  "\033[1;5", "\033O",  "\033[M !", "\033]0;q",
                                        "\033P1", "\033_q",   "\033[<", "\033[[",   "\033X"};
    for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
        int want[] = {'j'};
        begin();
        send(begun[i]);
        assert_false(isinf(key_decoder_due(&d)));
        pause_for(key_decoder_due(&d) - now + 0.001);
        assert_true(now < 1001);
        send("j");
        assert_keys(begun[i], want, 1);
    }
}

/* Somebody types on in a string that never ends: at the latest a pause within seconds frees him. */
static void test_an_endless_string(void **state)
{
    (void)state;
    begin();
    send("\033]");
    for (int i = 0; i < 60; i++) {
        pause_for(0.15);
        send("j");
    }
    assert_true(keys_n > 20);
    begin();
    send("\033]");
    for (int i = 0; i < 200000; i++)
        send("q");
    pause_for(0.2);
    send("j");
    int want[] = {'j'};
    assert_keys("a long string", want, 1);
}

static void assert_pasted(const char *what, const char *text, const int *after, int after_n)
{
    int want[KEYS_MAX], n = 0;
    for (; *text; text++)
        want[n++] = INPUT_PASTED | *text;
    for (int i = 0; i < after_n; i++)
        want[n++] = after[i];
    assert_keys(what, want, n);
}

static void test_a_paste(void **state)
{
    (void)state;
    static const char text[] = "\033[200~q1\r\nt\ta\177b\033[Ac\033qd\003\033]0;x\007e\033[201~";
    int after[] = {'j'};
    for (size_t at = 1; at < sizeof text - 1; at++) {
        begin();
        feed(text, at);
        pause_for(at == 1 ? 0.04 : 0.4);
        feed(text + at, sizeof text - 1 - at);
        send("j");
        assert_pasted("split paste", "q1  tabcde", after, 1);
        assert_true(isinf(key_decoder_due(&d)));
    }
}

static void test_a_paste_without_end(void **state)
{
    (void)state;
    int after[] = {'j'};
    begin();
    send("\033[200~abc");
    pause_for(1.6);
    send("j");
    assert_pasted("a pause", "abc", after, 1);
    begin();
    send("\033[200~abc\033[20");
    pause_for(0.6);
    pause_for(1.6);
    send("j");
    assert_pasted("half an end", "abc", after, 1);
    begin();
    send("\033[200~abc");
    pause_for(0.3);
    send("\033");
    pause_for(0.6);
    send("j");
    assert_pasted("Esc", "abc", after, 1);
    begin();
    send("\033[200~abcdefgh");
    for (int i = 0; i < 4; i++) {
        pause_for(0.2);
        send("j");
    }
    assert_int_equal(keys[keys_n - 1], 'j');
    assert_int_equal(keys[keys_n - 2], 'j');
    begin();
    send("\033[200~abc\033[200~def\033[201~j");
    assert_pasted("begun again", "abcdef", after, 1);
}

/* More than any line takes is not kept, and never becomes keys. */
static void test_a_huge_paste(void **state)
{
    (void)state;
    long pasted = 0;
    begin();
    send("\033[200~");
    for (int i = 0; i < 300000; i++) {
        key_decoder_byte(&d, 'q', now += i % 4096 ? 0 : 0.2);
        for (int key; (key = key_decoder_next(&d, &mouse)) != INPUT_NONE;) {
            assert_int_equal(key, INPUT_PASTED | 'q');
            pasted++;
        }
    }
    assert_int_equal(pasted, 65536);
    send("\033[201~j");
    assert_int_equal(keys_n, 1);
    assert_int_equal(keys[0], 'j');
}

static void test_mouse(void **state)
{
    (void)state;
    begin();
    send("\033[<0;13;7M\033[<65;3;4M");
    int want[] = {INPUT_MOUSE, INPUT_MOUSE};
    assert_keys("mouse", want, 2);
    assert_int_equal(mouse.kind, MOUSE_WHEEL_DOWN);
    assert_int_equal(mouse.x, 2);
    assert_int_equal(mouse.y, 3);
}

/* The terminal's own description goes first: a VT52 and the console of the BSDs. */
static void test_known_keys(void **state)
{
    (void)state;
    static const struct key_decoder_known known[] = {{"\033A", INPUT_UP},
                                                     {"\033[M", INPUT_F1},
                                                     {"\033[224z", INPUT_F10},
                                                     {"\033?M", INPUT_ENTER}};
    int want[] = {INPUT_UP, INPUT_F1, INPUT_F10, INPUT_ENTER, INPUT_LEFT, 'j'};
    begin();
    key_decoder_init(&d, known, 4, NULL);
    send("\033A\033[M\033[224z\033?M\033[Dj");
    assert_keys("known", want, 6);
}

/* Latin-1 by a function of the locale. */
static int latin1(const char *bytes, size_t n, uint32_t *code)
{
    *code = (unsigned char)bytes[n - 1];
    return 1;
}

static void test_another_locale(void **state)
{
    (void)state;
    int want[] = {0xe9, INPUT_UP, 'j'};
    begin();
    key_decoder_init(&d, NULL, 0, latin1);
    send("\xe9\x9b"
         "A\x9d"
         "0;q\x9cj");
    assert_keys("Latin-1", want, 3);
}

/* A sequence of the grammar that means nothing: its final byte is no key's. */
static size_t random_sequence(struct rng *r, char *out)
{
    static const char finals[] = "GIJKLNOQSUVWXY\\]^_`abcdefghijklmnopqrsvwxyz{|}";
    size_t n = 0;
    out[n++] = '\033';
    if (rng_below(r, 4) == 0) {
        out[n++] = "PX]^_"[rng_below(r, 5)];
        for (uint32_t i = rng_below(r, 30); i > 0; i--)
            out[n++] = (char)(' ' + rng_below(r, 95));
        out[n++] = '\033';
        out[n++] = '\\';
        return n;
    }
    out[n++] = '[';
    out[n++] = "?>=0123456789"[rng_below(r, 13)];
    for (uint32_t i = rng_below(r, 12); i > 0; i--)
        out[n++] = "0123456789;:"[rng_below(r, 12)];
    for (uint32_t i = rng_below(r, 2); i > 0; i--)
        out[n++] = (char)(' ' + rng_below(r, 16));
    out[n] = finals[rng_below(r, sizeof finals - 1)];
    if (out[n] == 'u')
        out[n] = 'v';
    return n + 1;
}

/* Between typed letters, each cut anywhere by pauses. */
static void test_random_sequences_are_no_keys(void **state)
{
    (void)state;
    struct rng r = rng_stream(7, RNG_TEST, 0, 0);
    for (int round = 0; round < 100000; round++) {
        char bytes[80];
        size_t n = random_sequence(&r, bytes);
        int typed[] = {'a' + (int)rng_below(&r, 26), 'a' + (int)rng_below(&r, 26)};
        begin();
        feed((char[]){(char)typed[0]}, 1);
        for (size_t i = 0; i < n; i++) {
            if (i > 1 && rng_below(&r, 6) == 0)
                pause_for(0.3);
            feed(bytes + i, 1);
        }
        feed((char[]){(char)typed[1]}, 1);
        assert_keys(bytes, typed, 2);
    }
}

/* Whatever comes: a key's character was among the bytes, and after a silence keys arrive again. */
static void test_random_bytes(void **state)
{
    (void)state;
    static const char pieces[][8] = {"\033[",     "\033O",    "\033]", "\033",
                                     "\033[200~", "\xc2\x9b", "\033P", "1;5"};
    struct rng r = rng_stream(11, RNG_TEST, 0, 0);
    for (int round = 0; round < 20000; round++) {
        bool seen[128] = {false};
        begin();
        for (int i = 0; i < 40; i++) {
            char one[8] = {(char)rng_below(&r, 256)};
            if (rng_below(&r, 3) == 0)
                memcpy(one, pieces[rng_below(&r, 8)], 8);
            size_t n = one[0] ? strlen(one) : 1;
            for (size_t k = 0; k < n; k++)
                seen[one[k] & 127] = true;
            if (rng_below(&r, 5) == 0)
                pause_for(rng_below(&r, 2000) * 1e-3);
            feed(one, n);
        }
        for (int i = 0; i < keys_n; i++)
            if (keys[i] > ' ' && keys[i] < 127 && !seen[keys[i]])
                assert_true(d.known_n == 0 && strchr("0123456789*+,-./=", keys[i]));
        pause_for(1);
        pause_for(2);
        keys_n = 0;
        send("j");
        pause_for(0.1);
        assert_int_equal(keys_n, 1);
        assert_int_equal(keys[0], 'j');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_the_rest_of_a_sequence_after_esc),
        cmocka_unit_test(test_a_slow_connection),
        cmocka_unit_test(test_esc),
        cmocka_unit_test(test_silence_ends_a_sequence),
        cmocka_unit_test(test_an_endless_string),
        cmocka_unit_test(test_a_paste),
        cmocka_unit_test(test_a_paste_without_end),
        cmocka_unit_test(test_a_huge_paste),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_known_keys),
        cmocka_unit_test(test_another_locale),
        cmocka_unit_test(test_random_sequences_are_no_keys),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
