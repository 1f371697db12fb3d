/* JSON: build, read, print. The only door to jansson; numbers print locale-independently with nine
 * significant digits. A struct json owns its children. Any thread, one owner. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct json;

/* Once, before anything else here and before any thread: when jansson gets no memory, the process
 * ends through the fatal hook. By itself its parser (2.14) meets a failed assertion, or crashes. */
void json_begin(void);

struct json *json_new_object(void); /* keys keep their insertion order */
struct json *json_new_array(void);
void json_free(struct json *j);

/* Into an object (key) or, with key NULL, onto an array. Text must be UTF-8 (made safe otherwise).
 */
void json_put_text(struct json *j, const char *key, const char *value); /* NULL value: null */
void json_put_int(struct json *j, const char *key, int64_t value);
void json_put_real(struct json *j, const char *key, double value); /* not finite: null */
void json_put_flag(struct json *j, const char *key, bool value);
void json_put(struct json *j, const char *key, struct json *child); /* takes `child` over */

/* Strict parse: duplicate keys, trailing bytes and invalid UTF-8 are errors with line and column,
 * prefixed with `what`. A byte-order mark before the text is ignored. */
struct json *json_parse(const char *text, size_t n, const char *what, struct err *e);

/* Looking: NULL or false when absent or of another kind. Borrowed from `j`. */
const struct json *json_get(const struct json *j, const char *key);
const struct json *json_at(const struct json *j, int index);
int json_count(const struct json *j);                     /* items of an array or object, else 0 */
const char *json_key_at(const struct json *j, int index); /* key of an object's index-th item */
const struct json *json_value_at(const struct json *j, int index);
bool json_is_object(const struct json *j);
bool json_get_int(const struct json *j, const char *key, int64_t *value); /* key NULL: j itself */
bool json_get_real(const struct json *j, const char *key, double *value);
bool json_get_flag(const struct json *j, const char *key, bool *value);
const char *json_get_text(const struct json *j, const char *key);

/* Print; free() the result. `pretty`: two spaces of indent. */
char *json_print(const struct json *j, bool pretty);

#endif
