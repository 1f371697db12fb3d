/* Conditions on samples, run over a small table when they are accepted. */
#include <stdlib.h>
#include <string.h>

#include "data/query.h"
#include "fuzz/driver.h"

enum { K = 3, N = 4 };

static const char *const names[K] = {"Nucleoli", "Lipid droplets", "Cytosol"};

int fuzz_seeds(struct fuzz_seed *seeds)
{
    static const char *const texts[] = {
        "1 and not 2 or (fold 0 labels 2)", "class \"Lipid droplets\" or id a-0 and train",
        "not (not (cyto)) val \"lipid", "class nucleoli finding:black or finding any",
        "missed:any or wrong:2 predicted cytosol and mark:note"};
    int n = (int)(sizeof texts / sizeof texts[0]);
    for (int i = 0; i < n; i++)
        seeds[i] = (struct fuzz_seed){(const uint8_t *)texts[i], strlen(texts[i])};
    return n;
}

int fuzz_one(const uint8_t *data, size_t n)
{
    static const char *const ids[N] = {"a-00", "b-01", "c-02", "d-03"};
    const struct labels labels[N] = {{{1, 0}}, {{2, 0}}, {{7, 0}}, {{0, 0}}};
    const int fold[N] = {0, 1, 0, 1};
    const int scored[N] = {2, -1, 0, 1};
    struct query_table t = {N, K, ids, labels, fold, 1, ids, ids, labels, scored};
    struct err e = {0};
    int rows[N];
    char *text = malloc(n + 1);
    if (!text)
        abort();
    memcpy(text, data, n);
    text[n] = '\0';
    struct query *q = query_parse(text, names, K, &e);
    free(text);
    if (!q && (e.code != ERR_USAGE || !e.text[0]))
        abort();
    if (q && (query_run(q, &t, rows) > N || query_needs(q) > 7))
        abort();
    bool accepted = q;
    query_free(q);
    return accepted ? 0 : -1;
}
