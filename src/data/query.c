/* A parser by descent into a tree of nodes, and a walk over it for each row. Texts are short, as
 * typed into one line; depth and size are limited so that no text can exhaust the stack. */
#include "data/query.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

enum { WORD_MAX = 128, NODES_MAX = 256, DEPTH_MAX = 64 };

enum kind {
    KIND_ALL,
    KIND_AND,
    KIND_OR,
    KIND_NOT,
    KIND_CLASS, /* any of `set` */
    KIND_FOLD,
    KIND_PART,  /* number: 0 trains, 1 validates */
    KIND_COUNT, /* of labels */
    KIND_ID,
    KIND_FINDING, /* that contains the word; "": any */
    KIND_WORD     /* any of `set`, or in the id */
};

struct node {
    enum kind kind;
    int left, right; /* nodes; of KIND_NOT only left */
    int64_t number;
    struct labels set;
    char word[WORD_MAX];
};

struct query {
    int n, root;
    struct node nodes[NODES_MAX];
};

enum token { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_OPEN, TOKEN_CLOSE };

struct parser {
    struct query *query;
    const char *const *names;
    int k, depth;
    const char *at; /* behind the token */
    enum token token;
    char word[WORD_MAX]; /* of the token */
    struct err *e;
};

/* A text between quotes, or up to the end when the second is not typed yet. */
static const char *read_word(struct parser *p, const char *from)
{
    size_t n = p->token == TOKEN_QUOTED ? strcspn(from, "\"") : strcspn(from, " \t\"()");
    snprintf(p->word, sizeof p->word, "%.*s", (int)(n < WORD_MAX ? n : WORD_MAX - 1), from);
    return from + n;
}

static void advance(struct parser *p)
{
    const char *at = p->at + strspn(p->at, " \t");
    p->word[0] = '\0';
    p->token = *at == '\0'  ? TOKEN_END
               : *at == '(' ? TOKEN_OPEN
               : *at == ')' ? TOKEN_CLOSE
               : *at == '"' ? TOKEN_QUOTED
                            : TOKEN_WORD;
    if (p->token == TOKEN_OPEN || p->token == TOKEN_CLOSE)
        at++;
    if (p->token == TOKEN_WORD)
        at = read_word(p, at);
    if (p->token == TOKEN_QUOTED) {
        at = read_word(p, at + 1);
        at += *at == '"';
    }
    p->at = at;
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token == TOKEN_WORD && strcasecmp(p->word, word) == 0;
}

/* -1 when there are too many. */
static int add(struct parser *p, enum kind kind, int left, int right)
{
    struct query *q = p->query;
    if (q->n == NODES_MAX)
        return err_set(p->e, ERR_USAGE, "more than %d conditions", NODES_MAX);
    q->nodes[q->n] = (struct node){.kind = kind, .left = left, .right = right};
    return q->n++;
}

static int add_word(struct parser *p, enum kind kind)
{
    int node = add(p, kind, 0, 0);
    if (node >= 0)
        memcpy(p->query->nodes[node].word, p->word, sizeof p->word);
    return node;
}

/* Classes with this name; without one, all whose name contains it. */
static struct labels classes_named(const struct parser *p, const char *name)
{
    struct labels exact = {0}, part = {0};
    for (int c = 0; c < p->k; c++) {
        if (strcasecmp(p->names[c], name) == 0)
            labels_add(&exact, c);
        if (text_contains(p->names[c], name))
            labels_add(&part, c);
    }
    return labels_count(&exact) ? exact : part;
}

static int add_class_number(struct parser *p, int64_t class)
{
    if (class < 0 || class >= p->k)
        return err_set(p->e, ERR_USAGE, "class %s: 0 to %d are there", p->word, p->k - 1);
    int node = add(p, KIND_CLASS, 0, 0);
    if (node >= 0)
        labels_add(&p->query->nodes[node].set, (int)class);
    return node;
}

static int add_class(struct parser *p)
{
    int64_t number;
    if (p->token == TOKEN_WORD && text_int(p->word, &number))
        return add_class_number(p, number);
    struct labels set = classes_named(p, p->word);
    if (!p->word[0] || labels_count(&set) == 0) {
        const char *near = text_nearest(p->word, p->names, p->k);
        return err_set(p->e, ERR_USAGE, "no class is called \"%s\"%s%s%s", p->word,
                       near ? "; is it \"" : "", near ? near : "", near ? "\"?" : "");
    }
    int node = add(p, KIND_CLASS, 0, 0);
    if (node >= 0)
        p->query->nodes[node].set = set;
    return node;
}

static int add_number(struct parser *p, enum kind kind, const char *what)
{
    int64_t number;
    if (p->token != TOKEN_WORD || !text_int(p->word, &number))
        return err_set(p->e, ERR_USAGE, "%s: a number is missing", what);
    int node = add(p, kind, 0, 0);
    if (node >= 0)
        p->query->nodes[node].number = number;
    return node;
}

static int add_id(struct parser *p)
{
    if (!p->word[0])
        return err_set(p->e, ERR_USAGE, "id: a part of an id is missing");
    return add_word(p, KIND_ID);
}

static int add_finding(struct parser *p)
{
    if (!p->word[0])
        return err_set(p->e, ERR_USAGE, "finding: a kind is missing, or any");
    if (is_word(p, "any"))
        p->word[0] = '\0';
    return add_word(p, KIND_FINDING);
}

/* What stands behind a word that asks for more; -2: it is none of these. */
static int add_argument(struct parser *p)
{
    bool fold = is_word(p, "fold"), labels = is_word(p, "labels"), class = is_word(p, "class");
    bool finding = is_word(p, "finding");
    if (!fold && !labels && !class && !finding && !is_word(p, "id"))
        return -2;
    advance(p);
    return fold      ? add_number(p, KIND_FOLD, "fold")
           : labels  ? add_number(p, KIND_COUNT, "labels")
           : class   ? add_class(p)
           : finding ? add_finding(p)
                     : add_id(p);
}

static int add_condition(struct parser *p)
{
    int64_t number;
    int node = add_argument(p);
    if (node != -2)
        return node;
    if (is_word(p, "train") || is_word(p, "val")) {
        node = add(p, KIND_PART, 0, 0);
        if (node >= 0)
            p->query->nodes[node].number = is_word(p, "val");
        return node;
    }
    if (p->token == TOKEN_WORD && text_int(p->word, &number))
        return add_class_number(p, number);
    node = add_word(p, KIND_WORD);
    if (node >= 0)
        p->query->nodes[node].set = classes_named(p, p->word);
    return node;
}

static int parse_or(struct parser *p);

static int parse_group(struct parser *p)
{
    advance(p);
    int node = parse_or(p);
    if (node >= 0 && p->token != TOKEN_CLOSE)
        return err_set(p->e, ERR_USAGE, "a ) is missing");
    advance(p);
    return node;
}

static int parse_factor(struct parser *p);

static int parse_not(struct parser *p)
{
    advance(p);
    int inner = parse_factor(p);
    return inner < 0 ? -1 : add(p, KIND_NOT, inner, 0);
}

static bool ends(const struct parser *p)
{
    return p->token == TOKEN_END || p->token == TOKEN_CLOSE;
}

static int parse_condition(struct parser *p)
{
    if (ends(p) || is_word(p, "and") || is_word(p, "or"))
        return err_set(p->e, ERR_USAGE, "a condition is missing%s%s",
                       p->word[0] ? " before " : " at the end", p->word);
    int node = add_condition(p);
    if (node >= 0)
        advance(p);
    return node;
}

static int parse_factor(struct parser *p)
{
    if (++p->depth > DEPTH_MAX)
        return err_set(p->e, ERR_USAGE, "nested more than %d deep", DEPTH_MAX);
    int node = is_word(p, "not")        ? parse_not(p)
               : p->token == TOKEN_OPEN ? parse_group(p)
                                        : parse_condition(p);
    p->depth--;
    return node;
}

static int parse_and(struct parser *p)
{
    int left = parse_factor(p);
    while (left >= 0 && !ends(p) && !is_word(p, "or")) {
        if (is_word(p, "and"))
            advance(p);
        int right = parse_factor(p);
        left = right < 0 ? -1 : add(p, KIND_AND, left, right);
    }
    return left;
}

static int parse_or(struct parser *p)
{
    int left = parse_and(p);
    while (left >= 0 && is_word(p, "or")) {
        advance(p);
        int right = parse_and(p);
        left = right < 0 ? -1 : add(p, KIND_OR, left, right);
    }
    return left;
}

static int parse_all(struct parser *p)
{
    advance(p);
    if (p->token == TOKEN_END)
        return add(p, KIND_ALL, 0, 0);
    int root = parse_or(p);
    if (root >= 0 && p->token == TOKEN_CLOSE)
        return err_set(p->e, ERR_USAGE, "a ) without its (");
    return root;
}

struct query *query_parse(const char *text, const char *const *names, int k, struct err *e)
{
    struct query *q = xcalloc(1, sizeof *q);
    struct parser p = {.query = q, .names = names, .k = k, .at = text, .e = e};
    q->root = parse_all(&p);
    if (q->root >= 0)
        return q;
    free(q);
    return NULL;
}

void query_free(struct query *q)
{
    free(q);
}

static bool meets(const struct labels *a, const struct labels *b)
{
    return (a->bits[0] & b->bits[0]) || (a->bits[1] & b->bits[1]);
}

static bool in_part(const struct query_table *t, int row, bool validates)
{
    return t->fold && (t->fold[row] == t->held) == validates;
}

static bool match(const struct query *q, int node, const struct query_table *t, int row)
{
    const struct node *x = &q->nodes[node];
    switch (x->kind) {
    case KIND_ALL:
        return true;
    case KIND_AND:
        return match(q, x->left, t, row) && match(q, x->right, t, row);
    case KIND_OR:
        return match(q, x->left, t, row) || match(q, x->right, t, row);
    case KIND_NOT:
        return !match(q, x->left, t, row);
    case KIND_CLASS:
        return meets(&x->set, &t->labels[row]);
    case KIND_FOLD:
        return t->fold && t->fold[row] == x->number;
    case KIND_PART:
        return in_part(t, row, x->number);
    case KIND_COUNT:
        return labels_count(&t->labels[row]) == x->number;
    case KIND_ID:
        return text_contains(t->ids[row], x->word);
    case KIND_FINDING:
        return t->findings && t->findings[row][0] && text_contains(t->findings[row], x->word);
    case KIND_WORD:
        return meets(&x->set, &t->labels[row]) || text_contains(t->ids[row], x->word);
    }
    return false;
}

bool query_match(const struct query *q, const struct query_table *t, int row)
{
    return match(q, q->root, t, row);
}

int query_run(const struct query *q, const struct query_table *t, int *rows)
{
    int n = 0;
    for (int row = 0; row < t->n; row++)
        if (match(q, q->root, t, row))
            rows[n++] = row;
    return n;
}
