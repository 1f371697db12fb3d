/* The door to jansson. A struct json is a json_t by another name; children belong to the parent
 * they were put into. Output is ASCII only (others as \u escapes), so that text from files can
 * never reach a terminal raw. */
#include "base/json.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#undef json_is_object /* jansson's macro; ours is a function */

#include "base/mem.h"
#include "base/text.h"

static const json_t *in(const struct json *j)
{
    return (const json_t *)j;
}

static json_t *open_for_change(struct json *j)
{
    return (json_t *)j;
}

static json_t *made(json_t *value)
{
    if (!value)
        mem_none_left("out of memory: JSON value");
    return value;
}

struct json *json_new_object(void)
{
    return (struct json *)made(json_object());
}

struct json *json_new_array(void)
{
    return (struct json *)made(json_array());
}

void json_free(struct json *j)
{
    json_decref(open_for_change(j));
}

static void put(struct json *j, const char *key, json_t *value)
{
    json_t *parent = open_for_change(j);
    assert(key ? json_is_object(j) : json_is_array(parent));
    made(value);
    if (key ? json_object_set_new(parent, key, value) : json_array_append_new(parent, value))
        mem_none_left("out of memory: adding %s to JSON", key ? key : "an item");
}

void json_put_text(struct json *j, const char *key, const char *value)
{
    if (!value) {
        put(j, key, json_null());
        return;
    }
    if (text_utf8_valid(value, strlen(value))) {
        put(j, key, json_string(value));
        return;
    }
    size_t size = strlen(value) * 10 + 1; /* the longest escape is ten bytes */
    char *safe = xmalloc(size);
    text_safe(value, safe, size);
    put(j, key, json_string(safe));
    free(safe);
}

void json_put_int(struct json *j, const char *key, int64_t value)
{
    put(j, key, json_integer(value));
}

void json_put_real(struct json *j, const char *key, double value)
{
    bool whole = fabs(value) < 1e9 && value == trunc(value) && !(value == 0 && signbit(value));
    if (!isfinite(value))
        put(j, key, json_null());
    else if (whole) /* jansson would print 1.0 */
        put(j, key, json_integer((json_int_t)value));
    else
        put(j, key, json_real(value));
}

void json_put_flag(struct json *j, const char *key, bool value)
{
    put(j, key, json_boolean(value));
}

void json_put(struct json *j, const char *key, struct json *child)
{
    put(j, key, open_for_change(child));
}

void json_begin(void)
{
    json_set_alloc_funcs(xmalloc, free);
}

struct json *json_parse(const char *text, size_t n, const char *what, struct err *e)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* of byte order; some editors write it into UTF-8 */
    const size_t mark_n = sizeof mark - 1;
    json_error_t problem;
    if (n >= mark_n && !memcmp(text, mark, mark_n)) {
        text += mark_n;
        n -= mark_n;
    }
    json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &problem);
    if (j)
        return (struct json *)j;
    char reason[JSON_ERROR_TEXT_LENGTH * 4];
    text_safe(problem.text, reason, sizeof reason);
    if (json_error_code(&problem) == json_error_out_of_memory)
        err_set(e, ERR_NOMEM, "%s: this JSON does not fit into memory", what);
    else
        err_set(e, ERR_DATA, "%s: line %d, column %d: %s", what, problem.line, problem.column,
                reason);
    return NULL;
}

const struct json *json_get(const struct json *j, const char *key)
{
    return (const struct json *)json_object_get(in(j), key);
}

const struct json *json_at(const struct json *j, int index)
{
    return index < 0 ? NULL : (const struct json *)json_array_get(in(j), (size_t)index);
}

int json_count(const struct json *j)
{
    return (int)(json_is_object(j) ? json_object_size(in(j)) : json_array_size(in(j)));
}

static void *item_at(const struct json *j, int index)
{
    json_t *object = (json_t *)(uintptr_t)j; /* iterating changes nothing */
    void *item = index < 0 ? NULL : json_object_iter(object);
    while (item && index-- > 0)
        item = json_object_iter_next(object, item);
    return item;
}

const char *json_key_at(const struct json *j, int index)
{
    void *item = item_at(j, index);
    return item ? json_object_iter_key(item) : NULL;
}

const struct json *json_value_at(const struct json *j, int index)
{
    void *item = item_at(j, index);
    return item ? (const struct json *)json_object_iter_value(item) : NULL;
}

bool json_is_object(const struct json *j)
{
    return j && json_typeof(in(j)) == JSON_OBJECT;
}

static const json_t *lookup(const struct json *j, const char *key)
{
    return key ? json_object_get(in(j), key) : in(j);
}

bool json_get_int(const struct json *j, const char *key, int64_t *value)
{
    const json_t *v = lookup(j, key);
    if (!json_is_integer(v))
        return false;
    *value = json_integer_value(v);
    return true;
}

bool json_get_real(const struct json *j, const char *key, double *value)
{
    const json_t *v = lookup(j, key);
    if (!json_is_number(v))
        return false;
    *value = json_number_value(v);
    return true;
}

bool json_get_flag(const struct json *j, const char *key, bool *value)
{
    const json_t *v = lookup(j, key);
    if (!json_is_boolean(v))
        return false;
    *value = json_is_true(v);
    return true;
}

const char *json_get_text(const struct json *j, const char *key)
{
    return json_string_value(lookup(j, key));
}

/* DEL is ASCII, and a control character for all that; it occurs in strings alone. */
static char *escape_del(char *text)
{
    static const char escaped[] = "\\u007F";
    size_t n = 0;
    for (const char *p = text; (p = strchr(p, '\x7f')); p++)
        n++;
    if (n == 0)
        return text;
    char *out = xmalloc(strlen(text) + n * (sizeof escaped - 2) + 1), *to = out;
    for (const char *p = text; *p; p++) {
        bool del = *p == '\x7f';
        memcpy(to, del ? escaped : p, del ? sizeof escaped - 1 : 1);
        to += del ? sizeof escaped - 1 : 1;
    }
    *to = '\0';
    free(text);
    return out;
}

char *json_print(const struct json *j, bool pretty)
{
    size_t flags = JSON_REAL_PRECISION(9) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY |
                   (pretty ? JSON_INDENT(2) : JSON_COMPACT);
    char *text = json_dumps(in(j), flags);
    if (!text)
        mem_none_left("out of memory: printing JSON");
    return escape_del(text);
}
