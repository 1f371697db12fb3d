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
    KIND_MARK,    /* the same */
    KIND_PREDICTED,
    KIND_MISSED,
    KIND_WRONG,
    KIND_WORD /* any of `set`, or in the id */
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

struct parser;

/* Words that ask for more: "fold 1" or "fold:1". */
struct argument {
    const char *word;
    enum kind kind;
    int (*add)(struct parser *p, const struct argument *a);
    const char *wanted;
};
static const struct argument arguments[10];

enum token { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_OPEN, TOKEN_CLOSE };

struct parser {
    struct query *query;
    const char *const *names;
    int k, depth;
    const char *text, *start; /* all of it; where the token begins */
    const char *at;           /* behind the token */
    enum token token;
    char word[WORD_MAX]; /* of the token */
    struct err *e;
};

static const struct argument *argument_named(const char *word, size_t length)
{
    for (const struct argument *a = arguments; a->word; a++)
        if (strlen(a->word) == length && strncasecmp(a->word, word, length) == 0)
            return a;
    return NULL;
}

/* A text between quotes, or up to the end when the second is not typed yet; of "finding:any" the
 * part before the colon. */
static const char *read_word(struct parser *p, const char *from)
{
    bool quoted = p->token == TOKEN_QUOTED;
    size_t n = quoted ? strcspn(from, "\"") : strcspn(from, " \t\"()");
    size_t before = strcspn(from, ":");
    bool split = !quoted && before < n && argument_named(from, before);
    n = split ? before : n;
    snprintf(p->word, sizeof p->word, "%.*s", (int)(n < WORD_MAX ? n : WORD_MAX - 1), from);
    return from + n + split;
}

static void advance(struct parser *p)
{
    const char *at = p->at + strspn(p->at, " \t");
    p->start = at;
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

static int add_set(struct parser *p, enum kind kind, const struct labels *set)
{
    int node = add(p, kind, 0, 0);
    if (node >= 0)
        p->query->nodes[node].set = *set;
    return node;
}

static int add_class_number(struct parser *p, enum kind kind, int64_t class)
{
    struct labels set = {0};
    if (class < 0 || class >= p->k)
        return err_set(p->e, ERR_USAGE, "class %s: 0 to %d are there", p->word, p->k - 1);
    labels_add(&set, (int)class);
    return add_set(p, kind, &set);
}

static int add_class(struct parser *p, const struct argument *a)
{
    int64_t number;
    struct labels set = {0};
    if (p->token == TOKEN_WORD && text_int(p->word, &number))
        return add_class_number(p, a->kind, number);
    if (a->kind == KIND_CLASS || !is_word(p, "any"))
        set = classes_named(p, p->word);
    else
        for (int c = 0; c < p->k; c++)
            labels_add(&set, c);
    if (!p->word[0])
        return err_set(p->e, ERR_USAGE, "%s: %s is missing", a->word, a->wanted);
    if (labels_count(&set) == 0) {
        const char *near = text_nearest(p->word, p->names, p->k);
        return err_set(p->e, ERR_USAGE, "no class is called \"%s\"%s%s%s", p->word,
                       near ? "; is it \"" : "", near ? near : "", near ? "\"?" : "");
    }
    return add_set(p, a->kind, &set);
}

static int add_number(struct parser *p, const struct argument *a)
{
    int64_t number;
    if (p->token != TOKEN_WORD || !text_int(p->word, &number))
        return err_set(p->e, ERR_USAGE, "%s: %s is missing", a->word, a->wanted);
    int node = add(p, a->kind, 0, 0);
    if (node >= 0)
        p->query->nodes[node].number = number;
    return node;
}

static int add_text(struct parser *p, const struct argument *a)
{
    if (!p->word[0])
        return err_set(p->e, ERR_USAGE, "%s: %s is missing", a->word, a->wanted);
    if (a->kind != KIND_ID && is_word(p, "any"))
        p->word[0] = '\0';
    return add_word(p, a->kind);
}

/* Beside classes and ids, which have no colon but in quotes. */
static int refuse_colon(struct parser *p)
{
    const char *known[16], *near;
    int n = 0;
    while (arguments[n].word) {
        known[n] = arguments[n].word;
        n++;
    }
    *strchr(p->word, ':') = '\0';
    near = text_nearest(p->word, known, n);
    return err_set(p->e, ERR_USAGE, "no condition is called \"%s\"%s%s%s", p->word,
                   near ? "; is it " : "", near ? near : "", near ? "?" : "");
}

static int add_plain_word(struct parser *p)
{
    struct labels set = classes_named(p, p->word);
    if (p->token == TOKEN_WORD && strchr(p->word, ':') && labels_count(&set) == 0)
        return refuse_colon(p);
    int node = add_word(p, KIND_WORD);
    if (node >= 0)
        p->query->nodes[node].set = set;
    return node;
}

static int add_condition(struct parser *p)
{
    int64_t number;
    bool plain = p->token == TOKEN_WORD;
    const struct argument *a = plain ? argument_named(p->word, strlen(p->word)) : NULL;
    if (a) {
        advance(p);
        return a->add(p, a);
    }
    if (is_word(p, "train") || is_word(p, "val")) {
        int node = add(p, KIND_PART, 0, 0);
        if (node >= 0)
            p->query->nodes[node].number = is_word(p, "val");
        return node;
    }
    if (plain && text_int(p->word, &number))
        return add_class_number(p, KIND_CLASS, number);
    return add_plain_word(p);
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

/* Characters up to the token, from 1. */
static int column(const struct parser *p)
{
    int n = 1;
    for (const char *at = p->text; at < p->start; n++)
        text_next(&at);
    return n;
}

struct query *query_parse(const char *text, const char *const *names, int k, struct err *e)
{
    struct query *q = xcalloc(1, sizeof *q);
    struct parser p = {.query = q, .names = names, .k = k, .text = text, .at = text, .e = e};
    q->root = parse_all(&p);
    if (q->root >= 0)
        return q;
    err_prefix(e, "at %d", column(&p));
    free(q);
    return NULL;
}

void query_free(struct query *q)
{
    free(q);
}

unsigned query_needs(const struct query *q)
{
    unsigned needs = 0;
    for (int i = 0; i < q->n; i++) {
        enum kind kind = q->nodes[i].kind;
        if (kind == KIND_PREDICTED || kind == KIND_MISSED || kind == KIND_WRONG)
            needs |= QUERY_SCORES;
        if (kind == KIND_FOLD || kind == KIND_PART || kind == KIND_FINDING)
            needs |= QUERY_TABLE;
        if (kind == KIND_MARK)
            needs |= QUERY_MARKS;
    }
    return needs;
}

static int check_kind(const char *what, const char *word, const char *const *kinds, struct err *e)
{
    char all[160];
    size_t used = 0;
    for (int i = 0; kinds && kinds[i]; i++)
        if (text_contains(kinds[i], word))
            return 0;
    for (int i = 0; kinds && kinds[i] && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", kinds[i]);
    return kinds ? err_set(e, ERR_USAGE, "%s \"%.40s\" is none of %s, any", what, word, all) : 0;
}

static bool was_found(const struct query_known *known, const char *word)
{
    for (int i = 0; known->found && i < known->n; i++)
        if (text_contains(known->found[i], word))
            return true;
    return false;
}

int query_check(const struct query *q, const struct query_known *known, struct err *e)
{
    int wrong = 0;
    for (int i = 0; i < q->n && !wrong; i++) {
        const struct node *x = &q->nodes[i];
        if (x->kind == KIND_FOLD && known->folds && (x->number < 0 || x->number >= known->folds))
            wrong = err_set(e, ERR_USAGE, "fold %lld: 0 to %d are there", (long long)x->number,
                            known->folds - 1);
        else if (x->kind == KIND_FINDING && !was_found(known, x->word))
            wrong = check_kind("finding", x->word, known->findings, e);
        else if (x->kind == KIND_MARK)
            wrong = check_kind("mark", x->word, known->marks, e);
    }
    return wrong;
}

static bool meets(const struct labels *a, const struct labels *b)
{
    return (a->bits[0] & b->bits[0]) || (a->bits[1] & b->bits[1]);
}

static bool in_part(const struct query_table *t, int row, bool validates)
{
    return t->fold && (t->fold[row] == t->held) == validates;
}

static bool has(const char *const *texts, int row, const char *word)
{
    return texts && texts[row][0] && text_contains(texts[row], word);
}

/* Any class of `set` that is in `in` and not in `out`. */
static bool differs(const struct labels *set, const struct labels *in, const struct labels *out)
{
    return (set->bits[0] & in->bits[0] & ~out->bits[0]) ||
           (set->bits[1] & in->bits[1] & ~out->bits[1]);
}

static bool match_scores(const struct node *x, const struct query_table *t, int row)
{
    int at = !t->predicted ? -1 : t->scored ? t->scored[row] : row;
    if (at < 0)
        return false;
    const struct labels *truth = &t->labels[row], *predicted = &t->predicted[at];
    return x->kind == KIND_PREDICTED ? meets(&x->set, predicted)
           : x->kind == KIND_MISSED  ? differs(&x->set, truth, predicted)
                                     : differs(&x->set, predicted, truth);
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
        return has(t->findings, row, x->word);
    case KIND_MARK:
        return has(t->marks, row, x->word);
    case KIND_PREDICTED:
    case KIND_MISSED:
    case KIND_WRONG:
        return match_scores(x, t, row);
    case KIND_WORD:
        return meets(&x->set, &t->labels[row]) || text_contains(t->ids[row], x->word);
    }
    return false;
}

int query_run(const struct query *q, const struct query_table *t, int *rows)
{
    int n = 0;
    for (int row = 0; row < t->n; row++)
        if (match(q, q->root, t, row))
            rows[n++] = row;
    return n;
}

static const struct argument arguments[] = {
    {"class", KIND_CLASS, add_class, "a number or name"},
    {"fold", KIND_FOLD, add_number, "a number"},
    {"labels", KIND_COUNT, add_number, "a number"},
    {"id", KIND_ID, add_text, "a part of an id"},
    {"finding", KIND_FINDING, add_text, "a kind, or any,"},
    {"mark", KIND_MARK, add_text, "a kind, or any,"},
    {"predicted", KIND_PREDICTED, add_class, "a class, or any,"},
    {"missed", KIND_MISSED, add_class, "a class, or any,"},
    {"wrong", KIND_WRONG, add_class, "a class, or any,"},
    {NULL, KIND_ALL, NULL, NULL},
};
