"""Numbers that C and Python make alike, and the file format of the reference vectors.

A value is a pure function of a text and an index: u(text, i) = top 24 bits of
splitmix64(fnv1a64(text) + i), scaled to [-0.5, 0.5). Exact in single precision, so weights and
inputs need not be stored. tests/reference.h holds the same functions in C.

File: u32 tensors; each: u32 length, name, u32 rank, u32 sizes..., f32 values. Little-endian.
"""
import struct

import numpy as np

M64 = (1 << 64) - 1


def fnv1a64(text):
    h = 0xCBF29CE484222325
    for b in text.encode():
        h = (h ^ b) * 0x100000001B3 & M64
    return h


def splitmix64(z):
    with np.errstate(over="ignore"):
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)


def hashes(text, count):
    with np.errstate(over="ignore"):
        return splitmix64(np.uint64(fnv1a64(text)) + np.arange(count, dtype=np.uint64))


def uniform(text, shape, scale=1.0, shift=0.0):
    """scale * u + shift, rounded to single precision, as float64."""
    u = (hashes(text, int(np.prod(shape))) >> np.uint64(40)).astype(np.float64) * 2.0**-24 - 0.5
    return (u * scale + shift).astype(np.float32).astype(np.float64).reshape(shape)


def sketch(parts, buckets):
    """Count sketch of the vector made of parts {name: values}: every value goes with a random sign
    into one random bucket. The squared length of the sketch of a difference estimates the squared
    length of the difference without bias, with a relative deviation of sqrt(2 / buckets)."""
    out = np.zeros(buckets)
    for name, values in parts.items():
        h = hashes(name, values.size)
        sign = np.where(h >> np.uint64(63), -1.0, 1.0)
        np.add.at(out, (h % np.uint64(buckets)).astype(np.int64), sign * values.ravel())
    return out


def write(path, tensors):
    with open(path, "wb") as f:
        f.write(struct.pack("<I", len(tensors)))
        for name, t in tensors.items():
            t = np.asarray(t, dtype=np.float32)
            f.write(struct.pack("<I", len(name)) + name.encode())
            f.write(struct.pack("<%dI" % (1 + t.ndim), t.ndim, *t.shape))
            f.write(t.tobytes())
