"""Vectors for test_image.c: area averages and bilinear growth of a pseudo-random plane.

Exact values with Python's fractions, a half rounded to even (round() of a Fraction). Shrinking is checked against block means of a plane whose
pixels were repeated, growing against torch's bilinear interpolation (align_corners=False).
Run: /usr/bin/python3 tests/reference/resize_vectors.py > tests/reference/resize_vectors.h
"""
from fractions import Fraction
from math import floor

import numpy as np
import torch

W, H = 23, 17


def plane():
    return [[(x * x * 7 + y * 31 + x * y * 13) % 256 for x in range(W)] for y in range(H)]


def area(n, size):
    """weights[i] = {source: weight} of one axis"""
    out = []
    for i in range(size):
        low, high = Fraction(i * n, size), Fraction((i + 1) * n, size)
        w = {}
        for p in range(n):
            overlap = min(high, p + 1) - max(low, p)
            if overlap > 0:
                w[p] = overlap / (high - low)
        out.append(w)
    return out


def linear(n, size):
    out = []
    for i in range(size):
        c = min(max(Fraction(2 * i + 1, 2) * Fraction(n, size) - Fraction(1, 2), 0), n - 1)
        p = floor(c)
        w = {p: 1 - (c - p)}
        if c > p:
            w[p + 1] = c - p
        out.append(w)
    return out


def axis(n, size):
    return area(n, size) if n >= size else linear(n, size)


def resize(a, size):
    wx, wy = axis(W, size), axis(H, size)
    return [[round(Fraction(sum(wyp * wxp * a[y][x]
                                for y, wyp in wy[i].items() for x, wxp in wx[j].items())))
             for j in range(size)] for i in range(size)]


a = plane()
print("/* Written by resize_vectors.py; do not edit. */")
print("/* clang-format off */\n#include <stdint.h>\n")
for size in (1, 5, 8, 16, 20, 31):
    r = resize(a, size)
    if size <= min(W, H):
        wide = np.kron(np.array(a), np.ones((size, size), int))
        sums = wide.reshape(size, H, size, W).sum((1, 3))
        assert (np.rint(sums / (W * H)) == np.array(r)).all(), size
    if size >= max(W, H):
        t = torch.tensor(a, dtype=torch.float64)[None, None]
        grown = torch.nn.functional.interpolate(t, (size, size), mode="bilinear")[0, 0]
        assert (grown - torch.tensor(r)).abs().max() <= 0.5 + 1e-9, size
    flat = [v for row in r for v in row]
    print(f"static const uint8_t resized_{size}[{size * size}] = {{")
    for i in range(0, len(flat), 20):
        print("    " + ", ".join(map(str, flat[i:i + 20])) + ",")
    print("};")
