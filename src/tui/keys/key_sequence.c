/* Sources: ECMA-48, 5.4; Xterm Control Sequences, "PC-Style Function Keys", "VT220-Style Function
 * Keys", "Alt and Meta Keys", "Mouse Tracking"; the kitty keyboard protocol. */
#include "key_sequence.h"

#include <stdbool.h>
#include <string.h>

#include "key_codes.h"
#include "mouse_code.h"

enum { FIELDS = 3, PARTS = 3, VALUE_MAX = 0x110000 };
enum { SHIFT = 1, CONTROL = 4, CAPS_LOCK = 64, NUM_LOCK = 128, RELEASED = 3 };

struct meaning {
    int code, key;
};

/* "code:shifted;modifiers:event", each left out: 0. */
struct fields {
    int part[FIELDS][PARTS];
};

static const struct meaning letters[8], numbers[10], keypad[28], console[2], functional[28];

static int find(const struct meaning *table, int code)
{
    for (; table->code; table++)
        if (table->code == code)
            return table->key;
    return INPUT_NONE;
}

int key_sequence_plain(int code)
{
    if (code == '\r' || code == '\n')
        return INPUT_ENTER;
    if (code == 127 || code == 8)
        return INPUT_BACKSPACE;
    return code > 0 && code < VALUE_MAX && (code < 0x80 || code >= 0xa0) ? code : INPUT_NONE;
}

/* False: not of this form, or more than any key has. */
static bool parse(const char *bytes, size_t n, struct fields *f)
{
    int field = 0, part = 0;
    *f = (struct fields){{{0}}};
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == ';')
            field++, part = 0;
        else if (bytes[i] == ':')
            part++;
        else if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        if (field >= FIELDS || part >= PARTS)
            return false;
        if (bytes[i] >= '0' && bytes[i] <= '9')
            f->part[field][part] = f->part[field][part] * 10 + bytes[i] - '0';
        if (f->part[field][part] >= VALUE_MAX)
            return false;
    }
    return true;
}

/* Pressed modifiers, without the locks. */
static int modifiers(int value)
{
    return value > 0 ? (value - 1) & ~(CAPS_LOCK | NUM_LOCK) : 0;
}

static bool pressed_alone(const struct fields *f, int field)
{
    return !modifiers(f->part[field][0]) && f->part[field][1] != RELEASED;
}

/* What a terminal without these protocols sends for the key together with Ctrl. */
static int with_control(int code)
{
    if (code >= 'a' && code <= 'z')
        return key_sequence_plain(code & 31);
    return code >= '[' && code <= '_' ? code & 31 : INPUT_NONE;
}

/* Of a named key, Shift alone means something with Tab only. */
static int with_shift(int code)
{
    if (code == '\t')
        return INPUT_BACK_TAB;
    return code == '\r' || code == 27 || code == 127 ? key_sequence_plain(code) : INPUT_NONE;
}

/* A key by the code of its character. `typed`: the character that Shift makes of it, 0: unknown. */
static int coded(int code, int typed, int value)
{
    int held = modifiers(value);
    bool letter = code >= 'a' && code <= 'z';
    bool capital = letter && value > 0 && ((value - 1) & CAPS_LOCK) != 0;
    if (find(functional, code) || (code >= 57344 && code <= 63743))
        return held ? INPUT_NONE : find(functional, code);
    if (held == 0)
        return key_sequence_plain(capital ? code - 'a' + 'A' : code);
    if (held == CONTROL)
        return with_control(code);
    if (held != SHIFT)
        return INPUT_NONE;
    if (typed)
        return key_sequence_plain(typed);
    return letter ? code - (capital ? 0 : 'a' - 'A') : with_shift(code);
}

/* CSI 27 ; modifiers ; code ~ where the code is of what was typed, Shift included. */
static int other_key(const struct fields *f)
{
    int code = f->part[2][0], held = modifiers(f->part[1][0]);
    return coded(code, held == SHIFT && code > ' ' && code != 127 ? code : 0, f->part[1][0]);
}

static int tilde(const struct fields *f)
{
    int code = f->part[0][0];
    if (code == 27)
        return other_key(f);
    if (code == 200)
        return KEY_SEQUENCE_PASTE_BEGIN;
    if (code == 201)
        return KEY_SEQUENCE_PASTE_END;
    return pressed_alone(f, 1) ? find(numbers, code) : INPUT_NONE;
}

static int mouse_key(const char *bytes, size_t n, struct mouse *mouse)
{
    struct mouse_code code;
    enum mouse_code_state state = MOUSE_CODE_MORE;
    mouse_code_begin(&code);
    for (size_t i = 0; i < n && state == MOUSE_CODE_MORE; i++)
        state = mouse_code_next(&code, bytes[i], mouse);
    return state == MOUSE_CODE_EVENT ? INPUT_MOUSE : INPUT_NONE;
}

int key_sequence_csi(const char *bytes, size_t n, struct mouse *mouse)
{
    struct fields f;
    char final = n ? bytes[n - 1] : '\0';
    if (n > 1 && bytes[0] == '<' && (final == 'M' || final == 'm'))
        return mouse_key(bytes + 1, n - 1, mouse);
    if (n == 2 && bytes[0] == '[') /* the Linux console */
        return find(console, final);
    if (!n || !parse(bytes, n - 1, &f))
        return INPUT_NONE;
    if (final == '~')
        return tilde(&f);
    if (final == 'u')
        return f.part[1][1] == RELEASED
                   ? INPUT_NONE
                   : coded(f.part[0][0], f.part[0][1] ? f.part[0][1] : f.part[2][0], f.part[1][0]);
    if (f.part[0][0] > 1 || !pressed_alone(&f, 1))
        return INPUT_NONE;
    return find(letters, final);
}

int key_sequence_ss3(const char *bytes, size_t n)
{
    return n == 1 ? find(keypad, bytes[0]) : INPUT_NONE;
}

int key_sequence_bytes_after(char final)
{
    return final == 'M' ? 3 : final == 't' ? 2 : final == 'T' ? 6 : 0;
}

/* Final bytes of CSI. P is not among them: what kitty sends for F1 is Pause elsewhere. */
static const struct meaning letters[8] = {
    {'A', INPUT_UP},   {'B', INPUT_DOWN}, {'C', INPUT_RIGHT},    {'D', INPUT_LEFT},
    {'H', INPUT_HOME}, {'F', INPUT_END},  {'Z', INPUT_BACK_TAB}, {0, 0},
};

static const struct meaning numbers[10] = {
    {1, INPUT_HOME},    {7, INPUT_HOME},      {4, INPUT_END}, {8, INPUT_END},  {3, INPUT_DELETE},
    {5, INPUT_PAGE_UP}, {6, INPUT_PAGE_DOWN}, {11, INPUT_F1}, {21, INPUT_F10}, {0, 0},
};

/* Final bytes of SS3: cursor keys and keypad in their application modes. */
static const struct meaning keypad[28] = {
    {'A', INPUT_UP},   {'B', INPUT_DOWN}, {'C', INPUT_RIGHT}, {'D', INPUT_LEFT},
    {'H', INPUT_HOME}, {'F', INPUT_END},  {'P', INPUT_F1},    {'M', INPUT_ENTER},
    {'I', '\t'},       {' ', ' '},        {'X', '='},         {'j', '*'},
    {'k', '+'},        {'l', ','},        {'m', '-'},         {'n', '.'},
    {'o', '/'},        {'p', '0'},        {'q', '1'},         {'r', '2'},
    {'s', '3'},        {'t', '4'},        {'u', '5'},         {'v', '6'},
    {'w', '7'},        {'x', '8'},        {'y', '9'},         {0, 0},
};

/* CSI [ and a letter. */
static const struct meaning console[2] = {{'A', INPUT_F1}, {0, 0}};

/* Codes of kitty's protocol for keys without a character. */
static const struct meaning functional[28] = {
    {57399, '0'},        {57400, '1'},        {57401, '2'},           {57402, '3'},
    {57403, '4'},        {57404, '5'},        {57405, '6'},           {57406, '7'},
    {57407, '8'},        {57408, '9'},        {57409, '.'},           {57410, '/'},
    {57411, '*'},        {57412, '-'},        {57413, '+'},           {57414, INPUT_ENTER},
    {57415, '='},        {57416, ','},        {57417, INPUT_LEFT},    {57418, INPUT_RIGHT},
    {57419, INPUT_UP},   {57420, INPUT_DOWN}, {57421, INPUT_PAGE_UP}, {57422, INPUT_PAGE_DOWN},
    {57423, INPUT_HOME}, {57424, INPUT_END},  {57426, INPUT_DELETE},  {0, 0},
};
