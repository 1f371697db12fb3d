#!/usr/bin/env python3
"""Reference values for the tune methods, calibration and curves of src/metric.

Run from the repository root: python3 tests/reference/tune_vectors.py
Writes tests/reference/tune_vectors.h. Fits by scipy.optimize on single samples, optima by trying
every cut, bootstraps and halves by numpy's own random numbers (the C side may differ by their Monte
Carlo error), curves by scikit-learn; nothing here shares code or method with the C implementation."""
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn import calibration, metrics

N, K, PENALTY, WIDTH, BINS = 160, 6, 5.0, 0.5, 10
rng = np.random.RandomState(20182)
prevalence = [.5, .25, .1, .05, .02, 0]
truth = np.zeros((N, K), dtype=int)
for c, q in enumerate(prevalence):
    truth[rng.permutation(N)[:int(round(q * N))], c] = 1
p = expit(rng.normal(size=(N, K)) * 1.3 + 2.5 * truth - 1.5).astype(np.float32)
x = logit(np.clip(p.astype(float), 1e-7, 1 - 1e-7))


def fit(x, y, prior, penalty):
    def loss(v):
        z = v[0] * x + v[1]
        return np.logaddexp(0, z).sum() - (y * z).sum() + penalty / 2 * ((v - prior) ** 2).sum()
    return minimize(loss, prior, method="BFGS", options={"gtol": 1e-10}).x


def expected_cut(x, v):
    q = np.sort(expit(v[0] * x + v[1]))[::-1]
    m = np.arange(1, len(q) + 1)
    best = (2 * np.cumsum(q) / (m + q.sum())).max()
    return expit((logit(best / 2) - v[1]) / v[0])


def regions(values):
    s = sorted({float(v) for v in values})
    return [(lo, hi, (lo + hi) / 2) for lo, hi in zip([0.0] + s[:-1], s)]


def f1(values, y, cut):
    yes = values >= cut
    all_ = yes.sum() + y.sum()
    return 2 * (yes & (y == 1)).sum() / all_ if all_ else 0


def exact(values, y):
    return max((round(f1(values, y, cut), 12), hi - lo, cut) for lo, hi, cut in regions(values))[2]


def proportion(values, y):
    s = np.sort(values.astype(float))[::-1]
    m = y.sum()
    return (s[m - 1] + s[m]) / 2


def soft(x, y):
    grid = np.linspace(-16, 16, 6401)
    s = expit((x[None, :] - grid[:, None]) / WIDTH)
    return expit(grid[(2 * (s * y).sum(1) / (y.sum() + s.sum(1))).argmax()])


def mean_logit(cuts):
    z = logit(np.clip(cuts, 1e-7, 1 - 1e-7))
    return expit(z.mean()), z.std()


def bootstrap(c, draws=4000):
    cuts = []
    for _ in range(draws):
        rows = rng.randint(0, N, N)
        if truth[rows, c].sum():
            cuts.append(exact(p[rows, c], truth[rows, c]))
    return mean_logit(np.array(cuts))


def halves(c, draws=1000):
    """Halves stratified by the rarest class of a sample."""
    count = truth.sum(0)
    group = [min((cc for cc in range(K) if truth[i, cc]), key=lambda cc: (count[cc], cc), default=K)
             for i in range(N)]
    cuts = []
    for _ in range(draws):
        order = sorted(rng.permutation(N), key=lambda i: group[i])
        for rows in (np.array(order[::2]), np.array(order[1::2])):
            if truth[rows, c].sum():
                cuts.append(exact(p[rows, c], truth[rows, c]))
    return mean_logit(np.array(cuts))


def numbers(values):
    return "{" + ", ".join("%.17g" % v for v in values) + "}"


shared = fit(np.concatenate([x[:, c] for c in range(K)]),
             np.concatenate([truth[:, c] for c in range(K)]), np.array([1.0, 0.0]), 1e-3)
out = ["/* Written by tune_vectors.py with scipy and scikit-learn; do not edit. */",
       "/* clang-format off */",
       f"enum {{ TUNE_N = {N}, TUNE_K = {K}, TUNE_BINS = {BINS} }};",
       "static const float tune_p[] = {"]
out += ["    " + " ".join("%.9gf," % v for v in row) for row in p]
out += ["};", "static const unsigned char tune_truth[] = {"]
out += ["    " + " ".join("%d," % v for v in row) for row in truth]
out += ["};", f"static const double tune_shared[2] = {numbers(shared)};",
        "static const struct tune_class {",
        "    double slope, shift, calibrated, proportion, soft;",
        "    double bootstrap, bootstrap_std, halves, halves_std; /* stds: of a draw's logit */",
        "    double brier;",
        "    int bins;                               /* that hold something */",
        "    double bin_mean[TUNE_BINS], bin_rate[TUNE_BINS]; /* of these, in order */",
        "} tune_classes[] = {"]
for c in range(K - 1):
    v = fit(x[:, c], truth[:, c], shared, PENALTY)
    rate, mean = calibration.calibration_curve(truth[:, c], p[:, c].astype(float), n_bins=BINS)
    row = [v[0], v[1], expected_cut(x[:, c], v), proportion(p[:, c], truth[:, c]),
           soft(x[:, c], truth[:, c]), *bootstrap(c), *halves(c),
           metrics.brier_score_loss(truth[:, c], p[:, c])]
    out.append("    {" + ", ".join("%.17g" % v for v in row) +
               f", {len(rate)}, {numbers(mean)}, {numbers(rate)}}},")
out += ["};"]
for c in (0, 2):
    precision, recall, cuts = metrics.precision_recall_curve(truth[:, c], p[:, c])
    out += [f"static const double tune_precision_{c}[] = {numbers(precision)};",
            f"static const double tune_recall_{c}[] = {numbers(recall)};"]
bce = -(truth * np.log(p.astype(float)) + (1 - truth) * np.log1p(-p.astype(float)))
pt = np.where(truth == 1, p.astype(float), 1 - p.astype(float))
out += [f"static const double tune_bce[] = {numbers(bce.mean(1))};",
        f"static const double tune_focal[] = {numbers((bce * (1 - pt) ** 2).mean(1))};"]
cuts = np.full(K, .35)
yes = p >= cuts
counts = np.zeros((K, K), dtype=int)
for i in range(N):
    missed = np.flatnonzero((truth[i] == 1) & ~yes[i])
    added = np.flatnonzero((truth[i] == 0) & yes[i])
    for a in missed:
        counts[a, added] += 1
out += ["static const int tune_instead[TUNE_K][TUNE_K] = {" +
        ", ".join("{" + ", ".join(map(str, row)) + "}" for row in counts) + "}; /* cuts .35 */"]


def class_f1(rows, cuts):
    return metrics.f1_score(truth[rows], (p[rows] >= cuts).astype(int), average=None,
                            zero_division=0)


def drawn_f1(weight, cuts):
    """The same of many draws at once, weight [draws,N] being how often each sample was drawn."""
    yes = (p >= cuts).astype(int)
    tp, wrong = weight @ (yes * truth), weight @ (yes ^ truth)
    return 2 * tp / np.maximum(2 * tp + wrong, 1)


# Two vectors of cuts by paired bootstraps of the samples: 20 times 1,000 draws, so that the spread
# of the quantiles of 1,000 draws is known, too. The last row: macro.
before, after = np.full(K, .5), np.array([.3, .32, .34, .5, .38, .4])
weight = np.random.RandomState(20183).multinomial(N, np.full(N, 1 / N), 20000)
change = drawn_f1(weight, after) - drawn_f1(weight, before)
for i in range(20):
    rows = np.repeat(np.arange(N), weight[i])
    assert np.allclose(change[i], class_f1(rows, after) - class_f1(rows, before), atol=1e-15)
change = np.column_stack([change, change.mean(axis=1)])
delta = class_f1(np.arange(N), after) - class_f1(np.arange(N), before)
delta = np.append(delta, delta.mean())
ends = np.quantile(change, [.05, .95], axis=0)
spread = np.quantile(change.reshape(20, 1000, K + 1), [.05, .95], axis=1).std(axis=1, ddof=1)
out += [f"static const double tune_before[TUNE_K] = {numbers(before)};",
        f"static const double tune_after[TUNE_K] = {numbers(after)};",
        "static const struct tune_change {",
        "    double delta, low, high, low_std, high_std; /* stds: of 1,000 draws */",
        "} tune_changes[TUNE_K + 1] = {"]
out += ["    " + numbers([delta[c], ends[0, c], ends[1, c], spread[0, c], spread[1, c]]) + ","
        for c in range(K + 1)]
out += ["};"]
with open("tests/reference/tune_vectors.h", "w") as f:
    f.write("\n".join(out) + "\n")
