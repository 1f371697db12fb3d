#!/usr/bin/env python3
"""What other programs make of written scores and thresholds: float32_check.py SCORES CUTS TRUTH F1.

Every reading of the two files, by float32 and float64 of numpy and by Python's own numbers, gives
the same predictions, and their macro F1 is the one that hpa printed."""
import csv
import json
import sys

import numpy as np

rows = list(csv.reader(open(sys.argv[1], encoding="utf-8")))[1:]
cuts = list(json.load(open(sys.argv[2], encoding="utf-8"))["thresholds"].values())
labels = {r[0]: r[1].split() for r in list(csv.reader(open(sys.argv[3], encoding="utf-8")))[1:]}
truth = np.array([[str(c) in labels[r[0]] for c in range(len(cuts))] for r in rows])
texts = [r[1:] for r in rows]
wide = np.array([[float(x) for x in r] for r in texts])
narrow = wide.astype(np.float32)
readings = {
    "float64": wide >= np.array(cuts),
    "float32": narrow >= np.array(cuts, dtype=np.float32),
    "float32 against float64": narrow.astype(np.float64) >= np.array(cuts),
    "float32 against Python": np.stack([narrow[:, c] >= cuts[c] for c in range(len(cuts))], axis=1),
    "Python": np.array([[float(x) >= t for x, t in zip(r, cuts)] for r in texts]),
}
first = readings["float64"]
for name, got in readings.items():
    if not np.array_equal(got, first):
        sys.exit(f"{name} predicts otherwise than float64")
f1 = []
for c in range(len(cuts)):
    tp = (first[:, c] & truth[:, c]).sum()
    size = first[:, c].sum() + truth[:, c].sum()
    f1.append(2 * tp / size if size else 0)
if abs(np.mean(f1) - float(sys.argv[4])) > 1e-8:
    sys.exit(f"macro F1 {np.mean(f1)}, hpa says {sys.argv[4]}")
