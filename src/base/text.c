/* Text from outside is hostile until it went through text_safe; numbers never depend on the locale.
 *
 * Pure functions on the caller's storage, any thread. Widths come from a table of our own: the C
 * library's depend on the locale and on the machine, and a screen must look the same everywhere. */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_ranges.h"

enum { REPLACEMENT = 0xFFFD, NEAREST_MAX = 64 };

/* Printable to a terminal's eye, but they hide, reorder or join what stands around them. */
static const struct range hidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F},   {0x3164, 0x3164}, {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},
};

static bool in_ranges(uint32_t code, const struct range *r, size_t n)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > r[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && code >= r[low].first;
}
#define IN(code, table) in_ranges(code, table, sizeof table / sizeof table[0])

/* Bytes of the well-formed sequence at `p` (n > 0 bytes are there), 0 when there is none. */
static int decode(const unsigned char *p, size_t n, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    int length = p[0] < 0x80             ? 1
                 : (p[0] & 0xE0) == 0xC0 ? 2
                 : (p[0] & 0xF0) == 0xE0 ? 3
                 : (p[0] & 0xF8) == 0xF0 ? 4
                                         : 0;
    if (length == 0 || (size_t)length > n)
        return 0;
    *code = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (p[i] & 0x3F);
    }
    bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;
    return *code < smallest[length] || *code > 0x10FFFF || surrogate ? 0 : length;
}

bool text_utf8_valid(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    while (n > 0) {
        uint32_t code;
        int used = decode(p, n, &code);
        if (!used)
            return false;
        p += used;
        n -= (size_t)used;
    }
    return true;
}

uint32_t text_next(const char **text)
{
    uint32_t code = 0;
    if (!**text)
        return 0;
    int used = decode((const unsigned char *)*text, strnlen(*text, 4), &code);
    *text += used ? used : 1;
    return used ? code : REPLACEMENT;
}

int text_encode(uint32_t code, char *out)
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = REPLACEMENT;
    int n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (int i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(lead[n] | code);
    out[n] = '\0';
    return n;
}

static int escape(uint32_t code, int invalid_byte, char *out, size_t size)
{
    if (invalid_byte >= 0 || code < 0x80)
        return snprintf(out, size, "\\x%02x", invalid_byte >= 0 ? (unsigned)invalid_byte : code);
    return snprintf(out, size, code > 0xFFFF ? "\\U%08x" : "\\u%04x", code);
}

void text_safe(const char *text, char *out, size_t size)
{
    if (size == 0)
        return;
    size_t used = 0;
    while (*text) {
        char piece[16];
        uint32_t code = 0;
        int n, step = decode((const unsigned char *)text, strnlen(text, 4), &code);
        if (!step)
            n = escape(0, (unsigned char)*text, piece, sizeof piece);
        else if (IN(code, hidden))
            n = escape(code, -1, piece, sizeof piece);
        else
            n = text_encode(code, piece);
        if ((size_t)n >= size - used)
            break;
        memcpy(out + used, piece, (size_t)n);
        used += (size_t)n;
        text += step ? step : 1;
    }
    out[used] = '\0';
}

int text_char_width(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return 0;
    if (code < 0x300)
        return 1;
    return IN(code, zero_width) ? 0 : IN(code, double_width) ? 2 : 1;
}

int text_width(const char *text)
{
    int width = 0;
    for (uint32_t code; (code = text_next(&text));)
        width += text_char_width(code);
    return width;
}

/* Bytes of the longest start of `text` that takes at most `cells` cells and `room` bytes. */
static size_t fitting(const char *text, int cells, size_t room)
{
    const char *p = text, *end = text;
    for (uint32_t code; (code = text_next(&p)); end = p) {
        cells -= text_char_width(code);
        if (cells < 0 || (size_t)(p - text) > room)
            break;
    }
    return (size_t)(end - text);
}

void text_cut(const char *text, int cells, bool ellipsis, char *out, size_t size)
{
    if (size == 0)
        return;
    const char *mark = ellipsis ? "\xE2\x80\xA6" : ".";
    size_t n = fitting(text, cells, size - 1);
    bool cut = text[n] != '\0';
    if (cut && (cells < 1 || size <= strlen(mark)))
        mark = "";
    if (cut)
        n = fitting(text, cells - (*mark != 0), size - 1 - strlen(mark));
    memcpy(out, text, n);
    strcpy(out + n, cut ? mark : "");
}

bool text_int(const char *text, int64_t *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    *value = strtoll(text, NULL, 10);
    return errno == 0;
}

static bool is_real(const char *p)
{
    p += *p == '-' || *p == '+';
    size_t whole = strspn(p, "0123456789"), part = 0;
    p += whole;
    if (*p == '.') {
        part = strspn(++p, "0123456789");
        p += part;
    }
    if (whole + part == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        size_t digits = strspn(p, "0123456789");
        if (!digits)
            return false;
        p += digits;
    }
    return !*p;
}

bool text_real(const char *text, double *value)
{
    if (!is_real(text))
        return false;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), old = uselocale(c);
    double v = strtod(text, NULL);
    uselocale(old);
    freelocale(c);
    if (!isfinite(v))
        return false;
    *value = v;
    return true;
}

static void put_digits(double value, int digits, char *out, size_t size)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), old = uselocale(c);
    snprintf(out, size, "%.*g", digits, value);
    uselocale(old);
    freelocale(c);
}

void text_put_real(double value, char *out, size_t size)
{
    put_digits(value, 9, out, size);
}

void text_put_exact(double value, char *out, size_t size)
{
    out[0] = '\0';
    if (isfinite(value))
        put_digits(value, DBL_DECIMAL_DIG, out, size);
}

double text_round_real(double value)
{
    char text[32];
    double back = NAN;
    if (!isfinite(value))
        return NAN;
    text_put_real(value, text, sizeof text);
    text_real(text, &back);
    return back;
}

void text_bytes(uint64_t bytes, char *out, size_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = 0;
    uint64_t scale = 1;
    while (unit < 6 && bytes / scale >= 1024) {
        scale *= 1024;
        unit++;
    }
    unsigned long long whole = bytes / scale;
    unsigned tenth = (unsigned)(bytes % scale * 10 / scale); /* scale <= 2^60: ten fit */
    if (unit)
        snprintf(out, size, "%llu.%u %s", whole, tenth, units[unit]);
    else
        snprintf(out, size, "%llu B", whole);
}

int text_reals(const char *text, double *values, int most)
{
    char word[64];
    for (int n = 0; n < most; n++) {
        text += strspn(text, " ");
        size_t length = strcspn(text, ","), end = length;
        while (end > 0 && text[end - 1] == ' ')
            end--;
        snprintf(word, sizeof word, "%.*s", (int)end, text);
        if (end >= sizeof word || !text_real(word, &values[n]))
            return -1;
        if (!text[length])
            return n + 1;
        text += length + 1;
    }
    return -1;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Damerau's distance (neighbours swapped count once), letters compared without case. */
static int edit_distance(const char *a, int n, const char *b, int m)
{
    int rows[3][NEAREST_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= m; j++)
        above[j] = j;
    for (int i = 1; i <= n; i++) {
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            bool same = same_letter(a[i - 1], b[j - 1]);
            row[j] = least(above[j - 1] + !same, 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[m];
}

bool text_contains(const char *text, const char *part)
{
    if (!*part)
        return true;
    for (; *text; text++) {
        size_t i = 0;
        while (part[i] && text[i] && same_letter(text[i], part[i]))
            i++;
        if (!part[i])
            return true;
    }
    return false;
}

const char *text_nearest(const char *word, const char *const *names, int n)
{
    size_t length = strlen(word);
    if (length == 0 || length > NEAREST_MAX)
        return NULL;
    int limit = length < 4 ? 1 : length < 6 ? 2 : (int)length / 3;
    const char *best = NULL;
    for (int i = 0; i < n; i++) {
        size_t other = strlen(names[i]);
        if (other > NEAREST_MAX)
            continue;
        int distance = edit_distance(word, (int)length, names[i], (int)other);
        if (distance <= limit && distance < (int)other) {
            best = names[i];
            limit = distance - 1;
        }
    }
    return best;
}
