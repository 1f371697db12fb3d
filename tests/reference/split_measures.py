#!/usr/bin/env python3
"""Measures of splits, by numpy on indicator matrices.

python3 tests/reference/split_measures.py                   writes tests/reference/split_vectors.h
python3 tests/reference/split_measures.py TRAIN.csv FOLDS.csv   prints the measures of a split

LD, ED: Sechidis et al. 2011; LPD: the same over the label pairs that occur. Nothing here shares code
or method with the C implementation, which counts in loops."""
import csv
import sys

import numpy as np


def odds(positives, n):
    return positives / np.maximum(n - positives, 1)


def difference(y, fold, folds):
    """Mean over columns that occur and folds of |odds in the fold - odds|; columns missing."""
    y = y[:, y.any(0)]
    if y.shape[1] == 0:
        return 0.0, np.zeros((folds, 0), dtype=bool)
    whole = odds(y.sum(0), len(y))
    inside = np.stack([odds(y[fold == f].sum(0), (fold == f).sum()) for f in range(folds)])
    present = np.stack([y[fold == f].any(0) for f in range(folds)])
    return np.abs(inside - whole).mean(), ~present


def measures(y, fold, folds, share=None):
    n, k = y.shape
    share = np.full(folds, 1 / folds) if share is None else np.asarray(share)
    a, b = np.triu_indices(k, 1)
    ld, missing = difference(y, fold, folds)
    lpd, pairs = difference(y[:, a] & y[:, b], fold, folds)
    ed = np.abs(np.bincount(fold, minlength=folds) - share * n).mean()
    percent = 100 * pairs.any(0).mean() if pairs.shape[1] else 0.0
    return ld, ed, lpd, int(missing.sum()), percent


def read(train, folds):
    rows = list(csv.DictReader(open(train)))
    of = {r["Id"]: int(r["fold"]) for r in csv.DictReader(open(folds))}
    y = np.zeros((len(rows), 1 + max(int(c) for r in rows for c in r["Target"].split())), dtype=bool)
    for i, r in enumerate(rows):
        y[i, [int(c) for c in r["Target"].split()]] = True
    return y, np.array([of[r["Id"]] for r in rows])


def main():
    if len(sys.argv) == 3:
        y, fold = read(*sys.argv[1:])
        print("LD %.9g  ED %.9g  LPD %.9g  classes missing %d  pairs missing %.4f%%"
              % measures(y, fold, fold.max() + 1))
        return
    rng = np.random.RandomState(20183)
    out = ["/* Written by split_measures.py with numpy; do not edit. */", "/* clang-format off */",
           "static const struct split_case {", "    int n, k, folds;", "    double val;",
           "    const char *labels; /* [n] of k characters, 1: has the label */",
           "    const char *folds_of; /* [n] */",
           "    double ld, ed, lpd;", "    int classes_missing;", "    double pairs_missing;",
           "} split_cases[] = {"]
    for n, k, folds, val in ((40, 5, 3, 0), (90, 9, 5, 0), (60, 4, 2, .2), (12, 3, 4, 0)):
        y = rng.uniform(size=(n, k)) < rng.uniform(.02, .5, size=k)
        fold = rng.randint(0, folds, n) if not val else (rng.uniform(size=n) > val).astype(int)
        fold[:folds] = range(folds)
        ld, ed, lpd, missing, percent = measures(y, fold, folds, [val, 1 - val] if val else None)
        text = "".join("01"[int(v)] for v in y.ravel())
        out.append('    {%d, %d, %d, %.17g, "%s", "%s", %.17g, %.17g, %.17g, %d, %.17g},' % (
            n, k, folds, val, text, "".join(map(str, fold)), ld, ed, lpd, missing, percent))
    out.append("};")
    with open("tests/reference/split_vectors.h", "w") as f:
        f.write("\n".join(out) + "\n")


main()
