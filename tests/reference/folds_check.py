#!/usr/bin/env python3
"""Counts the figures of `hpa train --folds all` again, from what the runs left on disk.

usage: folds_check.py WORK NAME TRAIN_CSV FIGURES_JSON (tune.method exact)

Every cut is tried with exact fractions (the highest F1 counts, then the widest gap, then the higher
cut), decisions are scored by scikit-learn; nothing here shares code or method with the C
implementation. Prints what was compared; exit code 1 names what differs."""
import csv
import json
import sys
import warnings
from fractions import Fraction

import numpy as np
from sklearn.metrics import f1_score

warnings.filterwarnings("ignore")
CLOSE = 1e-9


def table(path):
    with open(path, newline="") as f:
        rows = list(csv.reader(f))[1:]
    return [row[0] for row in rows], [[int(label) for label in row[1].split()] for row in rows]


def best_cut(p, truth):
    if not truth.sum():
        return .5
    edges = [0.] + sorted({float(v) for v in p})
    tried = []
    for low, high in zip(edges, edges[1:]):
        yes = p.astype(float) >= (low + high) / 2
        f1 = Fraction(int(2 * (yes & truth).sum()), int(yes.sum() + truth.sum()))
        tried.append((f1, high - low, (low + high) / 2))
    return max(tried)[2]


def cuts_of(p, truth):
    return np.array([best_cut(p[:, c], truth[:, c]) for c in range(p.shape[1])])


def macro_f1(truth, yes):
    return f1_score(truth, yes, average="macro", zero_division=0)


def main(work, name, train_csv, figures_json):
    with open(figures_json) as f:
        told = json.load(f)
    labels = dict(zip(*table(train_csv)))
    ids, _ = table(f"{work}/folds/{name}/truth.csv")
    p = np.load(f"{work}/folds/{name}/scores.npy")
    truth = np.zeros(p.shape, dtype=bool)
    for row, id_ in enumerate(ids):
        truth[row, labels[id_]] = True
    fold_of = {}
    for fold in range(told["folds"]):
        run = f"{work}/runs/{name}-f{fold}"
        val, _ = table(f"{run}/val.csv")
        own = [ids.index(id_) for id_ in val]
        assert np.array_equal(p[own], np.load(f"{run}/best_scores.npy")), f"scores of {run}"
        fold_of.update((id_, fold) for id_ in val)
    assert sorted(ids) == sorted(labels) == sorted(fold_of), "every sample once"
    fold = np.array([fold_of[id_] for id_ in ids])
    yes = np.zeros(p.shape, dtype=bool)
    own_f1 = []
    for k in range(told["folds"]):
        here = fold == k
        yes[here] = p[here].astype(float) >= cuts_of(p[~here], truth[~here])
        own_yes = p[here].astype(float) >= cuts_of(p[here], truth[here])
        own_f1.append(macro_f1(truth[here], own_yes))
    figures = {"out_of_sample_macro_f1": macro_f1(truth, yes),
               "in_sample_macro_f1": macro_f1(truth, p.astype(float) >= cuts_of(p, truth))}
    pairs = [(key, told[key], value) for key, value in figures.items()]
    pairs += [(f"fold {k}", told["fold_macro_f1"][k], own_f1[k]) for k in range(told["folds"])]
    for key, was, counted in pairs:
        print(f"{key}: {was:.9f}, counted again {counted:.12f}")
    return any(abs(was - counted) > CLOSE for _, was, counted in pairs)


sys.exit(main(*sys.argv[1:]))
