/* A machine of eight states, after ECMA-48 and the parser of the VT500 series (Paul Williams, "A
 * parser for DEC's ANSI-compatible video terminals"): ESC begins a new sequence anywhere, CAN and
 * SUB end one, other control characters inside are thrown away with it. Bytes of C1 stand for their
 * two-byte forms. */
#include "key_decoder.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "key_codes.h"
#include "key_sequence.h"

enum { ESC = 27, CAN = 24, SUB = 26, BEL = 7, DEL = 127 };

/* Seconds. Bytes of one key press come together, even through a terminal inside another. */
static const double TOGETHER = 0.002, LATE_TOGETHER = 0.01;
static const double ESCAPE_WAIT = 0.05;  /* until ESC alone is a key, unless told otherwise */
static const double LATE_WAIT = 1;       /* after that the rest of a sequence may still come */
static const double SEQUENCE_WAIT = 0.5; /* for the next byte of what cannot be keys */
static const double LONG_WAIT = 0.1, LONG_TIME = 5; /* of a string that takes too long */
static const double PASTE_WAIT = 1.5, BURST_GAP = 0.1;

enum { LONG_BYTES = 1 << 16, PASTE_BYTES = 1 << 16, BURST_KEY = 4, SINGLES_MAX = 3 };

void key_decoder_init(struct key_decoder *d, const struct key_decoder_known *known, int known_n,
                      key_decoder_character *character)
{
    memset(d, 0, sizeof *d);
    d->known = known;
    d->known_n = known_n;
    d->character = character;
    d->escape_wait = ESCAPE_WAIT;
    d->late_until = -INFINITY;
}

int key_decoder_next(struct key_decoder *d, struct mouse *mouse)
{
    if (d->queue_n == 0)
        return INPUT_NONE;
    int key = d->queue[0].key;
    if (key == INPUT_MOUSE)
        *mouse = d->queue[0].mouse;
    memmove(d->queue, d->queue + 1, (size_t)--d->queue_n * sizeof d->queue[0]);
    return key;
}

static void emit(struct key_decoder *d, int key)
{
    if (key != INPUT_NONE && d->queue_n < KEY_DECODER_QUEUE)
        d->queue[d->queue_n++].key = key;
}

static void to_ground(struct key_decoder *d)
{
    d->state = KEY_DECODER_GROUND;
}

static void begin_escape(struct key_decoder *d, double now, bool quiet)
{
    d->state = KEY_DECODER_ESCAPE;
    d->quiet = quiet;
    d->doubled = d->alt = false;
    d->sequence[0] = ESC;
    d->sequence_n = 1;
    d->partial_n = 0;
    d->began = now;
}

static void keep(struct key_decoder *d, unsigned char byte)
{
    if (d->sequence_n < sizeof d->sequence)
        d->sequence[d->sequence_n] = (char)byte;
    d->sequence_n++;
}

/* The character that stands behind ESC in the two-byte form of a control sequence. */
static void introduce(struct key_decoder *d, unsigned char byte)
{
    keep(d, byte);
    d->byte_before = 0;
    if (byte == '[')
        d->state = KEY_DECODER_CSI;
    else if (byte == 'O')
        d->state = KEY_DECODER_SS3;
    else if (byte == 'N' || (byte >= ' ' && byte < '0'))
        d->state = KEY_DECODER_SHORT;
    else
        d->state = KEY_DECODER_STRING;
}

static bool introduces(unsigned char byte)
{
    return byte >= ' ' && byte < DEL && (byte < '0' || strchr("[ONPX]^_", byte));
}

/* What terminals really send, and may follow when ESC has come alone; the others are keys then. */
static bool introduces_late(unsigned char byte)
{
    return byte && strchr("[OP]_", byte);
}

static void end_paste(struct key_decoder *d)
{
    d->pasting = false;
}

static void begin_paste(struct key_decoder *d)
{
    d->pasting = true;
    d->pasted_n = 0;
    d->burst = d->singles = 0;
}

static void put_pasted(struct key_decoder *d, uint32_t code)
{
    if (code == '\r' || code == '\n')
        code = ' ';
    if (code < ' ' || (code >= DEL && code < 0xa0) || d->pasted_n >= PASTE_BYTES)
        return;
    d->pasted_n++;
    emit(d, INPUT_PASTED | (int)code);
}

/* A control character of C1 as the second byte of its escape sequence. */
static void put_c1(struct key_decoder *d, uint32_t code, double now)
{
    unsigned char byte = (unsigned char)(code - 0x40);
    begin_escape(d, now, d->pasting);
    if (introduces(byte))
        introduce(d, byte);
    else
        to_ground(d);
}

static void put_code(struct key_decoder *d, uint32_t code, bool alt, double now)
{
    if (code >= 0x80 && code < 0xa0)
        put_c1(d, code, now);
    else if (!alt && d->pasting)
        put_pasted(d, code);
    else if (!alt)
        emit(d, key_sequence_plain((int)code));
}

static int utf8_character(const char *bytes, size_t n, uint32_t *code)
{
    unsigned char lead = (unsigned char)bytes[0];
    size_t need = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char text[KEY_DECODER_CHAR_MAX + 1];
    if (need == 0 || lead > 0xf4 || (n > 1 && (bytes[n - 1] & 0xc0) != 0x80))
        return -1;
    if (n < need)
        return 0;
    memcpy(text, bytes, n);
    text[n] = '\0';
    const char *at = text;
    if (!text_utf8_valid(text, n))
        return -1;
    *code = text_next(&at);
    return 1;
}

static void put_byte(struct key_decoder *d, unsigned char byte, bool alt, double now);

/* Bytes that make no character. One that cannot have been part of one is looked at by itself. */
static void put_invalid(struct key_decoder *d, double now)
{
    unsigned char last = (unsigned char)d->partial[d->partial_n - 1];
    size_t n = d->partial_n;
    d->partial_n = 0;
    if (n > 1 && (last < 0x80 || last >= 0xc0))
        put_byte(d, last, false, now);
    else if (n == 1 && last >= 0x80 && last < 0xa0)
        put_c1(d, last, now);
}

/* A byte of a character, in the ground state. */
static void put_byte(struct key_decoder *d, unsigned char byte, bool alt, double now)
{
    uint32_t code = 0;
    if (d->partial_n == 0)
        d->partial_alt = alt;
    d->partial[d->partial_n++] = (char)byte;
    int made = d->character ? d->character(d->partial, d->partial_n, &code)
                            : utf8_character(d->partial, d->partial_n, &code);
    if (made == 0 && d->partial_n < sizeof d->partial)
        return;
    if (made <= 0) {
        put_invalid(d, now);
        return;
    }
    d->partial_n = 0;
    put_code(d, code, d->partial_alt, now);
}

/* A key by the terminal's own description: the sequence so far is all of it. */
static bool is_known(struct key_decoder *d)
{
    for (int i = 0; i < d->known_n; i++) {
        size_t n = strlen(d->known[i].bytes);
        if (n != d->sequence_n || memcmp(d->known[i].bytes, d->sequence, n))
            continue;
        if (!d->alt && !d->pasting)
            emit(d, d->known[i].key);
        return true;
    }
    return false;
}

static bool begins_known(const struct key_decoder *d)
{
    for (int i = 0; i < d->known_n; i++)
        if (strlen(d->known[i].bytes) > d->sequence_n &&
            memcmp(d->known[i].bytes, d->sequence, d->sequence_n) == 0)
            return true;
    return false;
}

static void act_on(struct key_decoder *d, int key, const struct mouse *mouse)
{
    if (key == KEY_SEQUENCE_PASTE_BEGIN) {
        begin_paste(d);
    } else if (key == KEY_SEQUENCE_PASTE_END) {
        end_paste(d);
    } else if (!d->alt && !d->pasting && key != INPUT_NONE) {
        emit(d, key);
        if (key == INPUT_MOUSE && d->queue_n > 0)
            d->queue[d->queue_n - 1].mouse = *mouse;
    }
}

static void finish_csi(struct key_decoder *d, unsigned char final)
{
    struct mouse mouse;
    to_ground(d);
    if (d->sequence_n == 3 && key_sequence_bytes_after((char) final)) {
        d->state = KEY_DECODER_RAW;
        d->raw = key_sequence_bytes_after((char) final);
        d->byte_before = 0;
    } else if (d->sequence_n == 3 && final == '[') {
        d->state = KEY_DECODER_CSI; /* the Linux console's function keys have one byte more */
    } else if (d->sequence_n <= sizeof d->sequence) {
        act_on(d, key_sequence_csi(d->sequence + 2, d->sequence_n - 2, &mouse), &mouse);
    }
}

static void csi_byte(struct key_decoder *d, unsigned char byte)
{
    if (byte < ' ' || byte == DEL)
        return;
    keep(d, byte);
    if (byte >= 0x80 || (d->sequence_n <= sizeof d->sequence && is_known(d)))
        to_ground(d);
    else if (byte >= '@')
        finish_csi(d, byte);
}

/* Old terminals put modifiers in between, as in CSI. */
static void ss3_byte(struct key_decoder *d, unsigned char byte)
{
    if (byte < ' ' || byte == DEL)
        return;
    keep(d, byte);
    if (d->sequence_n <= sizeof d->sequence && is_known(d))
        to_ground(d);
    else if (byte < '0' ? byte == ' ' : byte >= '@') {
        to_ground(d);
        if (d->sequence_n <= sizeof d->sequence)
            act_on(d, key_sequence_ss3(d->sequence + 2, d->sequence_n - 2), NULL);
    }
}

static void short_byte(struct key_decoder *d, unsigned char byte)
{
    bool intermediate = byte >= ' ' && byte < '0' && d->sequence[1] != 'N';
    keep(d, byte);
    if (is_known(d) || !intermediate)
        to_ground(d);
}

/* A position of more than one byte (mode 1005) is UTF-8. */
static void raw_byte(struct key_decoder *d, unsigned char byte, double now)
{
    bool continues = (unsigned char)d->byte_before >= 0xc2 && byte >= 0x80 && byte < 0xc0;
    if (continues) {
        d->byte_before = 0;
    } else if (d->raw > 0 && byte >= ' ') {
        d->raw--;
        d->byte_before = (char)byte;
    } else {
        to_ground(d);
        if (d->raw == 0)
            put_byte(d, byte, false, now);
        return;
    }
    if (d->raw == 0 && (unsigned char)d->byte_before < 0xc2)
        to_ground(d);
}

/* ST as a byte is a part of many characters of UTF-8. */
static void string_byte(struct key_decoder *d, unsigned char byte)
{
    bool alone = d->character || (unsigned char)d->byte_before == 0xc2;
    if (byte == BEL || (byte == 0x9c && alone))
        to_ground(d);
    d->byte_before = (char)byte;
    d->sequence_n++;
}

static void escape_again(struct key_decoder *d, bool together, double now)
{
    if (d->quiet)
        return;
    if (d->doubled || !together)
        emit(d, INPUT_ESC);
    if (!together)
        begin_escape(d, now, false);
    else
        d->doubled = true;
}

static void escape_byte(struct key_decoder *d, unsigned char byte, bool together, double now)
{
    if (byte == ESC) {
        escape_again(d, together, now);
        return;
    }
    d->alt = d->doubled;
    keep(d, byte);
    if (is_known(d)) {
        to_ground(d);
        return;
    }
    if (together ? introduces(byte) : introduces_late(byte)) {
        d->sequence_n--;
        introduce(d, byte);
        return;
    }
    if (begins_known(d)) {
        d->state = KEY_DECODER_SHORT;
        return;
    }
    to_ground(d);
    if (!d->quiet && (d->doubled || !together))
        emit(d, INPUT_ESC);
    put_byte(d, byte, together || d->quiet, now);
}

/* Was `d->sequence[1]` a key, or does it go on? */
static void late_byte(struct key_decoder *d, unsigned char byte, bool together, double now)
{
    unsigned char held = (unsigned char)d->sequence[1];
    if (together && byte >= ' ' && byte < 0x80) {
        d->sequence_n = 1;
        introduce(d, held);
        key_decoder_byte(d, byte, now);
        return;
    }
    to_ground(d);
    put_byte(d, held, false, now);
    key_decoder_byte(d, byte, now);
}

static void ground_byte(struct key_decoder *d, unsigned char byte, double now)
{
    bool late = now <= d->late_until && introduces_late(byte) && d->partial_n == 0;
    d->late_until = -INFINITY;
    if (!late) {
        put_byte(d, byte, false, now);
        return;
    }
    begin_escape(d, now, false);
    keep(d, byte);
    d->state = KEY_DECODER_LATE;
}

/* A key press is a few bytes after a pause, which bytes of a paste are not. */
static void count_bursts(struct key_decoder *d, double gap)
{
    if (gap < BURST_GAP) {
        if (++d->burst > BURST_KEY)
            d->singles = 0;
        return;
    }
    d->burst = 1;
    if (++d->singles >= SINGLES_MAX)
        end_paste(d);
}

static bool interrupts(const struct key_decoder *d, unsigned char byte)
{
    bool sequence = d->state >= KEY_DECODER_SHORT;
    return byte == ESC ? d->state != KEY_DECODER_ESCAPE && d->state != KEY_DECODER_LATE
                       : sequence && (byte == CAN || byte == SUB);
}

void key_decoder_byte(struct key_decoder *d, unsigned char byte, double now)
{
    double gap = now - d->last;
    d->last = now;
    if (d->pasting)
        count_bursts(d, gap);
    if (interrupts(d, byte)) {
        bool quiet = d->pasting || d->state == KEY_DECODER_STRING;
        to_ground(d);
        if (byte == ESC)
            begin_escape(d, now, quiet);
        return;
    }
    switch (d->state) {
    case KEY_DECODER_GROUND:
        ground_byte(d, byte, now);
        break;
    case KEY_DECODER_ESCAPE:
        escape_byte(d, byte, gap <= TOGETHER, now);
        break;
    case KEY_DECODER_LATE:
        late_byte(d, byte, gap <= LATE_TOGETHER, now);
        break;
    case KEY_DECODER_SHORT:
        short_byte(d, byte);
        break;
    case KEY_DECODER_CSI:
        csi_byte(d, byte);
        break;
    case KEY_DECODER_SS3:
        ss3_byte(d, byte);
        break;
    case KEY_DECODER_RAW:
        raw_byte(d, byte, now);
        break;
    case KEY_DECODER_STRING:
        string_byte(d, byte);
        break;
    }
}

/* How long the state lasts without a byte. */
static double patience(const struct key_decoder *d)
{
    bool is_long = d->state == KEY_DECODER_STRING &&
                   (d->sequence_n > LONG_BYTES || d->last - d->began > LONG_TIME);
    switch (d->state) {
    case KEY_DECODER_GROUND:
        return d->pasting ? PASTE_WAIT : INFINITY;
    case KEY_DECODER_ESCAPE:
        return d->quiet ? fmax(SEQUENCE_WAIT, d->escape_wait) : d->escape_wait;
    case KEY_DECODER_LATE:
        return LATE_TOGETHER;
    case KEY_DECODER_SHORT:
        return d->escape_wait;
    default:
        return fmax(is_long ? LONG_WAIT : SEQUENCE_WAIT, d->escape_wait);
    }
}

double key_decoder_due(const struct key_decoder *d)
{
    return d->last + patience(d);
}

static void escape_alone(struct key_decoder *d, double now)
{
    if (d->quiet) {
        end_paste(d);
        return;
    }
    emit(d, INPUT_ESC);
    if (d->doubled)
        emit(d, INPUT_ESC);
    d->late_until = now + LATE_WAIT;
}

void key_decoder_silence(struct key_decoder *d, double now)
{
    if (now < key_decoder_due(d))
        return;
    enum key_decoder_state state = d->state;
    to_ground(d);
    if (state == KEY_DECODER_GROUND)
        end_paste(d);
    else if (state == KEY_DECODER_ESCAPE)
        escape_alone(d, now);
    else if (state == KEY_DECODER_LATE)
        put_byte(d, (unsigned char)d->sequence[1], false, now);
}
