"""Vectors for test_augment.c: views, affine maps and light by torch, in double precision.

A view is moved with torch.flip and transpose, the map sampled with grid_sample (bilinear,
padding_mode="reflection", align_corners=False: the edge pixel twice), then contrast about the
mean, gain, clamp to 0..1 and normalisation. The map is the inverse of: magnify and rotate about
the centre, then shift.
Run: /usr/bin/python3 tests/reference/augment_vectors.py > tests/reference/augment_vectors.h
"""
import math

import torch

S, C = 11, 2
MEAN, STD = (0.25, 0.5), (0.5, 0.125)
CASES = [  # view, angle, scale, right, down, gain, contrast
    (0, 30, 1, 0, 0, (1, 1), (1, 1)),
    (0, 0, 1.5, 0, 0, (1, 1), (1, 1)),
    (0, 0, 1, 0.1, -0.25, (1, 1), (1, 1)),
    (5, -77, 0.6, 0.3, 0.2, (1, 1), (1, 1)),
    (6, 12, 0.25, -0.5, 0.5, (1, 1), (1, 1)),
    (3, 165, 1.2, 0.05, 0.05, (1.4, 0.7), (0.8, 1.3)),
    (2, 0, 1, 0, 0, (0.5, 1.9), (1.5, 1)),
]


def planes():
    return torch.tensor([[[(x * x * 7 + y * 31 + x * y * 13 + c * 101) % 256 for x in range(S)]
                          for y in range(S)] for c in range(C)], dtype=torch.float64)


def viewed(a, view):
    a = a.transpose(1, 2) if view & 4 else a
    a = a.flip(1) if view & 2 else a
    return a.flip(2) if view & 1 else a


def mapped(a, angle, scale, right, down):
    t = math.radians(angle)
    # forward, with y down: a point moves counter-clockwise as it is seen
    forward = torch.tensor([[math.cos(t), math.sin(t)], [-math.sin(t), math.cos(t)]],
                           dtype=torch.float64) * scale
    grid = torch.stack(torch.meshgrid(torch.arange(S), torch.arange(S), indexing="xy"), -1).double()
    middle = (S - 1) / 2
    shift = torch.tensor([right, down], dtype=torch.float64) * S
    source = (grid - middle - shift) @ torch.linalg.inv(forward).T + middle
    return torch.nn.functional.grid_sample(a[None], ((2 * source + 1) / S - 1)[None], "bilinear",
                                           "reflection", align_corners=False)[0]


def lit(a, gain, contrast):
    out = []
    for c in range(C):
        v = (gain[c] * (MEAN[c] + contrast[c] * (a[c] / 255 - MEAN[c]))).clamp(0, 1)
        out.append((v - MEAN[c]) / STD[c])
    return torch.stack(out, -1)  # [S,S,C]


print("/* Written by augment_vectors.py; do not edit. */")
print("/* clang-format off */")
print(f"enum {{ AUGMENT_S = {S}, AUGMENT_C = {C}, AUGMENT_CASES = {len(CASES)} }};")
a = planes()
flat = [str(int(v)) for v in a.reshape(-1)]
print(f"static const unsigned char augment_planes[{len(flat)}] = {{")
for i in range(0, len(flat), 22):
    print("    " + ", ".join(flat[i:i + 22]) + ",")
print("};")
print(f"static const float augment_mean[{C}] = {{{', '.join(map(str, MEAN))}}};")
print(f"static const float augment_std[{C}] = {{{', '.join(map(str, STD))}}};")
print("static const struct {\n    int view;\n    double angle, scale, right, down;\n"
      f"    double gain[{C}], contrast[{C}];\n    double out[{S * S * C}];\n"
      "} augment_cases[AUGMENT_CASES] = {")
for view, angle, scale, right, down, gain, contrast in CASES:
    out = lit(mapped(viewed(a, view), angle, scale, right, down), gain, contrast)
    print(f"    {{{view}, {angle}, {scale}, {right}, {down}, {{{gain[0]}, {gain[1]}}}, "
          f"{{{contrast[0]}, {contrast[1]}}}, {{")
    values = [f"{v:.9g}" for v in out.reshape(-1).tolist()]
    for i in range(0, len(values), 11):
        print("        " + ", ".join(values[i:i + 11]) + ",")
    print("    }},")
print("};")
