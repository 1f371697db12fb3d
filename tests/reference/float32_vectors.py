#!/usr/bin/env python3
"""Decimals that stand for float32 thresholds, by exact arithmetic (decimal) and numpy's rounding.

Run from the repository root: python3 tests/reference/float32_vectors.py
Writes tests/reference/float32_vectors.h: for each float32 (as an exact hexadecimal double) the
shortest decimal of at most nine significant digits that, read as a double, is not above it and,
read as a float32, is it. Nothing here shares code or method with the C implementation."""
from decimal import ROUND_FLOOR, Decimal

import numpy as np


def shortest(value):
    exact = Decimal(float(value))
    for digits in range(1, 10):
        unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
        floor = exact.quantize(unit, rounding=ROUND_FLOOR)
        # the decimal just above may still be the same double
        for text in (floor + unit, floor):
            if len(text.normalize().as_tuple().digits) <= digits and \
                    float(text) <= float(value) and np.float32(float(text)) == value:
                return text.normalize()
    raise SystemExit(f"no decimal for {value}")


rng = np.random.RandomState(7)
values = [np.float32(v) for v in (.7, .1, .3, .5, .25, 1 / 3, 2 / 3, .999, 1e-3, 1e-7, 1, .9999999)]
values += list(rng.random_sample(60).astype(np.float32))
values += list(np.float32(10.0) ** rng.uniform(-30, 0, 30).astype(np.float32))
values += [np.float32(2.0 ** -i) for i in range(1, 30, 4)]
values += [np.nextafter(np.float32(1), np.float32(0)), np.nextafter(np.float32(.5), np.float32(0)),
           np.nextafter(np.float32(.5), np.float32(1)), np.float32(1.4e-45), np.float32(1.17549435e-38)]
with open("tests/reference/float32_vectors.h", "w", encoding="ascii") as f:
    f.write("/* Written by float32_vectors.py. */\nstatic const struct {\n    double value;\n"
            "    const char *text;\n} float32_vectors[] = {\n")
    for v in values:
        f.write(f'    {{{float(v).hex()}, "{shortest(v):E}"}},\n')
    f.write("};\n")
