#!/usr/bin/env python3
"""safetensors files, good and bad, made with struct and json alone (and numpy's float16).

Run from the repository root: python3 tests/reference/safetensors_files.py
Writes tests/reference/safetensors_files.h."""
import json
import struct

import numpy as np

HALVES = [0.0, -0.0, 1.0, -2.0, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 1023 * 2.0**-24,
          float("inf"), float("-inf"), 0.333251953125]
BRAINS = [1.0, -2.5, 3.3895313892515355e38, 9.183549615799121e-41, 0.0, float("inf")]
DOUBLES = [0.1, -1e300, 1e-300, 2.0**-149, 16777217.0]
INTEGERS = [0, -1, 2**63 - 1, -(2**63)]


def bfloat16(values):
    return b"".join(struct.pack("<f", v)[2:] for v in values)


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def pack(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def good():
    parts = [("i64", "I64", [2, 2], struct.pack("<4q", *INTEGERS)),
             ("counter", "I64", [], struct.pack("<q", 4242)),
             ("doubles", "F64", [5], struct.pack("<5d", *DOUBLES)),
             ("matrix", "F32", [2, 3], struct.pack("<6f", *range(6))),
             ("empty", "F32", [0, 7], b""),
             ("brains", "BF16", [len(BRAINS)], bfloat16(BRAINS)),
             ("halves", "F16", [len(HALVES)], np.array(HALVES, "<f2").tobytes())]
    header, data = {"__metadata__": {"format": "pt", "made by": "struct \u00e9"}}, b""
    for name, dtype, shape, raw in parts:
        header[name] = entry(dtype, shape, len(data), len(data) + len(raw))
        data += raw
    header["tail \u00e9"] = entry("F32", [1], len(data), len(data) + 4)
    data += struct.pack("<f", 7.5)
    # Not in the order of their offsets, and padded with spaces: both are allowed.
    header = dict(sorted(header.items(), reverse=True))
    return pack(json.dumps(header).encode() + b"   ", data)


def signed():
    """With the entries that our own digests have (their values are wrong)."""
    return pack({"__metadata__": {"format": "pt", "digest": "0" * 16, "header_digest": "1" * 16},
                 "weight": entry("F32", [2], 0, 8)}, b"\0" * 8)


A, B = entry("F32", [2], 0, 8), entry("F32", [1], 8, 12)
ROOM = b"\0" * 12


def bad():
    yield "empty file", b"", "too short"
    yield "seven bytes", b"\0" * 7, "too short"
    yield "header longer than the file", pack({"a": A, "b": B}, ROOM, 400), "longer than the file"
    yield "header one byte too long", pack({}, b"", 3), "longer than the file"
    yield "header of 2^64-1", pack({"a": A}, ROOM, 2**64 - 1), "16 MiB"
    yield "header of 16 MiB + 1", pack({"a": A}, ROOM, (16 << 20) + 1), "16 MiB"
    yield "header of no bytes", pack(b"", ROOM), ""
    yield "header cut", pack({"a": A, "b": B}, ROOM, 20), ""
    yield "no JSON", pack(b"{a: 1}", b""), "line 1"
    yield "an array", pack(b"[1, 2]", b""), "no object"
    yield "two objects", pack(b"{} {}", b""), "line 1"
    yield "bad UTF-8", pack(b"{\"\xff\": 1}", b""), "line 1"
    yield "NUL in a name", pack(b"{\"a\\u0000\": 1}", b""), "line 1"
    twice = json.dumps(A).encode()
    yield "duplicate name", pack(b"{\"a\": " + twice + b", \"a\": " + twice + b"}", ROOM[:8]), "a"
    yield "hole at the start", pack({"b": B}, ROOM), "hole"
    yield "hole in the middle", pack({"a": A, "c": entry("F32", [1], 12, 16)}, b"\0" * 16), "hole"
    yield "hole at the end", pack({"a": A}, ROOM), "last 4 bytes"
    yield "data without tensors", pack({}, ROOM), "last 12 bytes"
    yield "overlap", pack({"a": A, "b": entry("F32", [2], 4, 12)}, ROOM), "'b' overlaps"
    yield "the same range twice", pack({"a": A, "b": A}, ROOM[:8]), "overlaps"
    yield "behind the end", pack({"a": A, "b": B}, ROOM[:11]), "'b' lies outside"
    yield "end before begin", pack({"a": entry("F32", [2], 8, 0)}, ROOM[:8]), "outside"
    yield "negative begin", pack({"a": entry("F32", [4], -8, 8)}, ROOM[:8]), "outside"
    yield "shape and range", pack({"a": entry("F32", [3], 0, 8)}, ROOM[:8]), "does not match"
    big = 2**62
    yield "shape overflows", pack({"a": entry("F32", [big, 4], 0, 0)}), "larger than any file"
    yield "shape overflows to fit", pack({"a": entry("F64", [2**61 + 1], 0, 8)}, ROOM[:8]), \
        "larger than any file"
    yield "integer too big", pack({"a": entry("F32", [2**64], 0, 8)}, ROOM[:8]), ""
    yield "negative dimension", pack({"a": entry("F32", [-2], 0, 8)}, ROOM[:8]), "whole numbers"
    yield "broken dimension", pack({"a": entry("F32", [2.0], 0, 8)}, ROOM[:8]), "whole numbers"
    yield "shape is text", pack({"a": entry("F32", "2", 0, 8)}, ROOM[:8]), "no shape"
    yield "shape is an object", pack({"a": entry("F32", {"2": 2}, 0, 8)}, ROOM[:8]), "no shape"
    yield "shape is a number", pack({"a": entry("F32", 2, 0, 8)}, ROOM[:8]), "shape"
    yield "nine dimensions", pack({"a": entry("F32", [1] * 9, 0, 4)}, ROOM[:4]), "8 dimensions"
    yield "three offsets", pack({"a": dict(A, data_offsets=[0, 4, 8])}, ROOM[:8]), "data_offsets"
    yield "offsets are text", pack({"a": dict(A, data_offsets=["0", "8"])}, ROOM[:8]), \
        "data_offsets"
    yield "no offsets", pack({"a": {"dtype": "F32", "shape": [2], "x": 1}}, ROOM[:8]), \
        "data_offsets"
    yield "no dtype", pack({"a": {"d": "F32", "shape": [2], "data_offsets": [0, 8]}}, ROOM[:8]), \
        "no dtype"
    yield "an extra key", pack({"a": dict(A, strides=[1])}, ROOM[:8]), "alone"
    yield "tensor is a number", pack({"a": 3}, ROOM[:8]), "alone"
    yield "empty name", pack({"": A}, ROOM[:8]), "empty"
    yield "name of 257 bytes", pack({"n" * 257: A}, ROOM[:8]), "longer than 256"
    yield "dtype F8", pack({"a": entry("F8_E9M9", [8], 0, 8)}, ROOM[:8]), "F8_E9M9"
    yield "dtype Q32", pack({"a": entry("Q32", [2], 0, 8)}, ROOM[:8]), "type Q32"
    yield "dtype hostile", pack({"a\x1b[2J": entry("\x1b]0;x", [2], 0, 8)}, ROOM[:8]), "\\x1b"
    yield "metadata is text", pack({"__metadata__": "x", "a": A}, ROOM[:8]), "__metadata__"
    yield "metadata of numbers", pack({"__metadata__": {"x": 1}, "a": A}, ROOM[:8]), "__metadata__"
    yield "zip", b"PK\x03\x04" + b"\0\0\x08\x08" + ROOM, "torch.load('"
    yield "pickle", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + ROOM, "torch.load('"


def octets(raw):
    """As a C string; each octal escape has three digits, so that none runs into what follows."""
    out = ""
    for b in raw:
        plain = 32 <= b < 127 and chr(b) not in "\"\\?"
        out += chr(b) if plain else "\\%03o" % b
    return "\"" + out + "\""


def floats(values):
    with np.errstate(all="ignore"):
        narrow = [float(np.float32(v)) for v in values]
    return ", ".join(str(v).replace("inf", "INFINITY") if np.isinf(v) else v.hex() + "f"
                     for v in narrow)


def main():
    out = ["/* Written by safetensors_files.py; do not edit. */", "/* clang-format off */",
           "#include <math.h>", "#include <stddef.h>", "",
           "struct safetensors_file {", "    const char *name, *bytes;", "    size_t size;",
           "    const char *message; /* part of the complaint */", "};", ""]
    raw = good()
    out.append(f"static const struct safetensors_file good_file = {{\"good\", {octets(raw)}, "
               f"{len(raw)}, NULL}};")
    raw = signed()
    out.append(f"static const struct safetensors_file signed_file = {{\"signed\", {octets(raw)}, "
               f"{len(raw)}, NULL}};")
    for name, values in (("halves", HALVES), ("brains", BRAINS), ("doubles", DOUBLES)):
        out.append(f"static const float good_{name}[{len(values)}] = {{{floats(values)}}};")
    out.append("static const struct safetensors_file bad_files[] = {")
    for name, raw, message in bad():
        text = json.dumps(message) if message else "NULL"
        out.append(f"    {{\"{name}\", {octets(raw)}, {len(raw)}, {text}}},")
    out.append("};")
    with open("tests/reference/safetensors_files.h", "w") as f:
        f.write("\n".join(out) + "\n")


main()
