"""Figures for tests/data/test_stats.c: channel statistics of the formula in tests/data/tiny_set.h."""
import numpy as np

side, channels = 24, 3
y, x = np.mgrid[0:side, 0:side]
rows = [row for row in range(40) if row % 4 != 1]
planes = np.array([[(row * 29 + c * 53 + y * 7 + x * (3 + row % 5)) % 256 for c in range(channels)]
                   for row in rows], dtype=np.float64) / 255
for name, values in [
    ("pooled_mean", planes.mean(axis=(0, 2, 3))),
    ("pooled_std", planes.std(axis=(0, 2, 3))),
    ("image_mean", planes.mean(axis=(2, 3)).mean(axis=0)),
    ("image_std", planes.std(axis=(2, 3)).mean(axis=0)),
]:
    print(name, ", ".join("%.17g" % v for v in values))
