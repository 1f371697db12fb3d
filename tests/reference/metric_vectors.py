#!/usr/bin/env python3
"""Reference vectors for src/metric: scikit-learn's measures and brute-forced best cuts.

Run from the repository root: python3 tests/reference/metric_vectors.py
Writes tests/reference/metric_vectors.h. The best cuts come from trying every distinct cut with
exact fractions; nothing here shares code or method with the C implementation."""
import warnings
from fractions import Fraction

import numpy as np
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
rng = np.random.RandomState(20181)


def make(n, k, decimals=None, prevalence=None):
    truth = np.zeros((n, k), dtype=int)
    p = np.zeros((n, k), dtype=np.float32)
    for c in range(k):
        q = prevalence[c] if prevalence else rng.uniform(0.05, 0.6)
        truth[:, c] = rng.uniform(size=n) < q
        logit = rng.normal(size=n) * 1.5 + 2.0 * truth[:, c] - 1.0
        p[:, c] = 1 / (1 + np.exp(-logit))
    if decimals is not None:
        p = np.round(p, decimals).astype(np.float32)
    return p, truth


def edge_table():
    """Without positives, all positive, constant scores, scores of exactly 0 and 1, one positive,
    two plateaus of equal F1, twice."""
    p, truth = make(24, 7, 1)
    truth[:, 0] = 0
    truth[:, 1] = 1
    p[:, 2] = 0.25
    p[:8, 3], p[8:, 3] = 1.0, 0.0
    truth[:, 4] = 0
    truth[5, 4] = 1
    # Equal F1 at two cuts, 2*1/(1+3) and 2*2/(5+3): the wider plateau wins, the upper one in
    # column 5, the lower one in column 6.
    p[:, 5] = np.linspace(0.30, 0.01, 24)
    p[0, 5] = 0.9
    p[:, 6] = np.linspace(0.95, 0.85, 24)
    p[5:, 6] -= 0.5
    for c in (5, 6):
        truth[:, c] = 0
        truth[[0, 4, 20], c] = 1
    return p, truth


def regions(values):
    """Every cut region (low, high, cut): between neighbouring distinct scores, 0 below, 1 above."""
    s = sorted({float(v) for v in values})
    edges = [0.0] + s
    out = [(lo, hi, (lo + hi) / 2) for lo, hi in zip(edges[:-1], edges[1:])]
    out.append((s[-1], 1.0, (s[-1] + 1.0) / 2))
    return out


def f1(p, y, cut):
    yes = p.astype(np.float64) >= cut
    tp, all_ = int((yes & (y == 1)).sum()), int(yes.sum()) + int(y.sum())
    return Fraction(2 * tp, all_) if all_ else Fraction(0)


def best_of(scored):
    """Highest value, then widest region, then highest cut."""
    return max(scored, key=lambda r: (r[0], r[2] - r[1], r[3]))


def best_class(p, y):
    if y.sum() == 0:
        return 0.5, Fraction(0)
    b = best_of([(f1(p, y, cut), lo, hi, cut) for lo, hi, cut in regions(p)])
    return b[3], b[0]


def best_global(p, truth):
    k = truth.shape[1]
    live = [c for c in range(k) if truth[:, c].sum()]
    scored = []
    for lo, hi, cut in regions(p[:, live].ravel()):
        scored.append((sum(f1(p[:, c], truth[:, c], cut) for c in live) / k, lo, hi, cut))
    b = best_of(scored)
    return b[3], b[0]


def number(x):
    return "NAN" if x is None or np.isnan(x) else float(x).hex()


def class_rows(p, truth, cuts):
    for c in range(truth.shape[1]):
        y, yes = truth[:, c], (p[:, c].astype(np.float64) >= cuts[c]).astype(int)
        pr = sk.precision_score(y, yes, zero_division=0)
        rc = sk.recall_score(y, yes, zero_division=0)
        f = sk.f1_score(y, yes, zero_division=0)
        ap = sk.average_precision_score(y, p[:, c]) if y.sum() else None
        auc = sk.roc_auc_score(y, p[:, c]) if 0 < y.sum() < len(y) else None
        cut, best = best_class(p[:, c], y)
        yield [float(cuts[c]), pr, rc, f, ap, auc, cut, float(best)]


def emit(out, name, p, truth, cuts):
    n, k = truth.shape
    yes = (p.astype(np.float64) >= np.asarray(cuts)).astype(int)
    macro = sk.f1_score(truth, yes, average="macro", zero_division=0)
    micro = sk.f1_score(truth, yes, average="micro", zero_division=0)
    cut, best = best_global(p, truth)
    out.append(f"static const float {name}_p[] = {{")
    for row in p:
        out.append("    " + " ".join("%.9gf," % v if "." in "%.9g" % v or "e" in "%.9g" % v
                                     else "%.9g," % v for v in row))
    out.append("};")
    out.append(f"static const unsigned char {name}_truth[] = {{")
    for row in truth:
        out.append("    " + " ".join("%d," % v for v in row))
    out.append("};")
    out.append(f"static const struct metric_class {name}_classes[] = {{")
    for row in class_rows(p, truth, cuts):
        out.append("    {" + ", ".join(number(v) for v in row) + "},")
    out.append("};")
    return (f"    {{\"{name}\", {n}, {k}, {name}_p, {name}_truth, {name}_classes, "
            f"{number(macro)}, {number(micro)}, {number(cut)}, {number(float(best))}}},")


def main():
    out = ["/* Written by metric_vectors.py with scikit-learn; do not edit. */",
           "/* clang-format off */",
           "#include <math.h>", "",
           "struct metric_class {",
           "    double cut, precision, recall, f1, ap, auc, best_cut, best_f1;", "};", "",
           "struct metric_table {", "    const char *name;", "    int n, k;",
           "    const float *p;             /* [n,k] */",
           "    const unsigned char *truth; /* [n,k] */",
           "    const struct metric_class *classes;",
           "    double macro_f1, micro_f1, global_cut, global_f1;", "};", ""]
    rows = []
    p, truth = make(150, 5)
    rows.append(emit(out, "smooth", p, truth, list(rng.uniform(0.2, 0.7, size=5))))
    p, truth = make(90, 6, 1)
    rows.append(emit(out, "ties", p, truth, [float(np.float32(0.1 * c + 0.1)) for c in range(6)]))
    p, truth = make(120, 8, 2, [.02, .03, .04, .05, .1, .3, .5, .02])
    rows.append(emit(out, "rare", p, truth, [0.5] * 8))
    p, truth = edge_table()
    rows.append(emit(out, "edges", p, truth, [0.5, 0.5, 0.25, 1.0, 0.5, 0.1, 0.9]))
    out += ["static const struct metric_table metric_tables[] = {"] + rows + ["};"]
    with open("tests/reference/metric_vectors.h", "w") as f:
        f.write("\n".join(out) + "\n")


main()
