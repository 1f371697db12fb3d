"""Make src/base/text_ranges.h: code points of width 0 and 2, from Python's Unicode database."""
import sys
import unicodedata


def ranges(test):
    out, start = [], None
    for code in range(0x300, 0x110000):
        inside = test(code)
        if inside and start is None:
            start = code
        if not inside and start is not None:
            out.append((start, code - 1))
            start = None
    return out


def category(code):
    return unicodedata.category(chr(code))


def zero(code):
    return category(code) in ("Mn", "Me", "Cf") or 0x1160 <= code <= 0x11FF


def wide(code):
    if zero(code):
        return False
    if category(code) == "Cn":  # unassigned: wide only in the planes kept for ideographs
        return 0x20000 <= code <= 0x2FFFD or 0x30000 <= code <= 0x3FFFD
    return unicodedata.east_asian_width(chr(code)) in "WF"


def table(name, items):
    rows, line = [], "   "
    for a, b in items:
        piece = " {0x%04X, 0x%04X}," % (a, b)
        if len(line) + len(piece) > 99:
            rows.append(line)
            line = "   "
        line += piece
    rows.append(line)
    return "static const struct range %s[] = {\n%s\n};\n" % (name, "\n".join(rows))


sys.stdout.write(
    "/* Widths in terminal cells, Unicode %s; made by tests/reference/make_widths.py. */\n"
    "#ifndef BASE_TEXT_RANGES_H\n#define BASE_TEXT_RANGES_H\n\n#include <stdint.h>\n\n"
    "/* Sorted, first..last inclusive. */\nstruct range {\n    uint32_t first, last;\n};\n\n"
    "/* clang-format off */\n%s\n%s/* clang-format on */\n\n#endif\n"
    % (unicodedata.unidata_version, table("zero_width", ranges(zero)), table("double_width", ranges(wide)))
)
