/* From the terminal's bytes to keys. Pure: the time is given, so every split of a sequence and
 * every silence can be tested.
 *
 * Bytes are taken apart by the grammar of ECMA-48 (CSI, SS2, SS3, strings up to ST or BEL, other
 * escape sequences) and of UTF-8. A sequence that means no key is thrown away whole, however its
 * bytes are spread over time; one that is not finished is given up after a silence. ESC alone is
 * the key Esc once nothing has followed for a moment; ESC and a character that came together are
 * Alt and that character, which means nothing here. A paste whose end is lost ends by a silence, by
 * Esc, or when keys come one by one.
 *
 *     while there is a byte: key_decoder_byte(d, byte, now), and take keys until there is none
 *     no byte to read:       key_decoder_silence(d, now), and take keys
 *     wait for bytes:        at most until key_decoder_due(d)
 *
 * Seconds of any clock that never goes back. */
#ifndef TUI_KEY_DECODER_H
#define TUI_KEY_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_codes.h"
#include "mouse_event.h"

/* What this terminal sends for a key (terminfo); goes before the forms in key_sequence.h. */
struct key_decoder_known {
    char bytes[16];
    int key;
};

enum { KEY_DECODER_SEQUENCE_MAX = 64, KEY_DECODER_QUEUE = 8, KEY_DECODER_CHAR_MAX = 8 };

/* The character that `n` bytes make in the locale: 1 with its code, 0: more are needed, -1: none.
 */
typedef int key_decoder_character(const char *bytes, size_t n, uint32_t *code);

enum key_decoder_state {
    KEY_DECODER_GROUND,
    KEY_DECODER_ESCAPE, /* ESC */
    KEY_DECODER_LATE,   /* what may be the rest of a sequence whose ESC was taken as a key */
    KEY_DECODER_SHORT,  /* ESC and intermediate bytes, or SS2: one final byte follows */
    KEY_DECODER_CSI,
    KEY_DECODER_SS3,
    KEY_DECODER_RAW, /* bytes that follow a mouse report's CSI */
    KEY_DECODER_STRING
};

struct key_decoder {
    const struct key_decoder_known *known; /* borrowed */
    int known_n;
    key_decoder_character *character; /* NULL: UTF-8 */
    enum key_decoder_state state;
    double escape_wait; /* until ESC alone is a key: key_decoder_init's, or longer for slow lines */
    double began, last; /* when the sequence began; of the last byte */
    double late_until;  /* a sequence may still lack its ESC */
    bool doubled, quiet; /* ESC ESC; an ESC that is no key when it stays alone */
    bool alt;            /* the sequence follows a second ESC */
    char byte_before;    /* of a string or of raw bytes */
    int raw;             /* bytes that are still to come */
    char sequence[KEY_DECODER_SEQUENCE_MAX]; /* with its introducer in two bytes */
    size_t sequence_n;                       /* may be more than was kept */
    char partial[KEY_DECODER_CHAR_MAX];      /* of a character */
    size_t partial_n;
    bool partial_alt;
    bool pasting;
    size_t pasted_n;
    int burst, singles; /* bytes that came together; bursts of a few bytes one after another */
    struct {
        int key;
        struct mouse mouse;
    } queue[KEY_DECODER_QUEUE];
    int queue_n;
};

void key_decoder_init(struct key_decoder *d, const struct key_decoder_known *known, int known_n,
                      key_decoder_character *character);
void key_decoder_byte(struct key_decoder *d, unsigned char byte, double now);
/* There is nothing to read at this moment. */
void key_decoder_silence(struct key_decoder *d, double now);
/* When silence would change something; INFINITY: never. */
double key_decoder_due(const struct key_decoder *d);
/* The next key (keymap.h), INPUT_NONE when there is none; `*mouse` belongs to INPUT_MOUSE. */
int key_decoder_next(struct key_decoder *d, struct mouse *mouse);

#endif
