/* Text: what is safe to show, how wide it is, and numbers that do not depend on the locale. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy text from a file (an id, a CSV field, a note) into `out` so that no sink can be attacked:
 * C0, C1, escapes, bidi controls, zero-width characters and invalid UTF-8 become visible escapes
 * (\x1b, \u202e). Cut at a whole character when `size` is too small; always NUL-terminated. */
void text_safe(const char *text, char *out, size_t size);

/* Is it well-formed UTF-8 (no overlong forms, no surrogates)? */
bool text_utf8_valid(const char *text, size_t n);

/* Decode one code point, advancing `*text`; U+FFFD for an invalid byte. 0 at the final NUL. */
uint32_t text_next(const char **text);
/* Encode a code point into `out` (at least 5 bytes, NUL-terminated); returns the bytes used. */
int text_encode(uint32_t code, char *out);

int text_char_width(uint32_t code); /* terminal cells: 0, 1 or 2 */
int text_width(const char *text);   /* of a safe UTF-8 string */
/* Copy at most `cells` cells of `text`; the last visible cell becomes '.' or an ellipsis when
 * cut.*/
void text_cut(const char *text, int cells, bool ellipsis, char *out, size_t size);

/* Whole-string parses, locale-independent; false unless all of `text` is a number in the range of
 * the type. text_real accepts what JSON accepts plus a leading '+' or '.'; no NaN, no infinity. */
bool text_int(const char *text, int64_t *value);
bool text_real(const char *text, double *value);
/* Numbers with commas between, "0.1, 0.3, 1": how many; -1 when one is none or there are more than
 * `most`. */
int text_reals(const char *text, double *values, int most);
/* Locale-independent %.9g; `size` at least 32. */
void text_put_real(double value, char *out, size_t size);
/* With all digits, so that text_real gives the very same back; "" when it is not finite. */
void text_put_exact(double value, char *out, size_t size);
/* What is left of `value` when it went through such a text; NaN when it is not finite. */
double text_round_real(double value);

/* "12.3 MiB" and the like; `size` at least 16. */
void text_bytes(uint64_t bytes, char *out, size_t size);

/* Does `part` stand somewhere in `text`? Upper and lower case of a to z are the same. */
bool text_contains(const char *text, const char *part);

/* The entry of `names` nearest to `word` by edit distance, NULL when none is near. */
const char *text_nearest(const char *word, const char *const *names, int n);

#endif
