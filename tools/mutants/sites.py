"""Every place of a C file where one small change makes another program, and what the change is.

A site replaces the text[start:end] by another text. Comments, strings, preprocessor lines, assertions,
values of enumerations and sizes of arrays are left alone. Not every change compiles: who runs them drops those."""

import collections
import re

Site = collections.namedtuple("Site", "kind start end text")
Token = collections.namedtuple("Token", "kind text start end")

TOKEN = re.compile(
    r"""(?P<blank>\s+|/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:[^\n\\]|\\.)*)
      | (?P<string>(?:u8|[LuU])?"(?:[^"\\\n]|\\.)*")
      | (?P<char>'(?:[^'\\\n]|\\.)*')
      | (?P<number>\.?[0-9](?:[eEpP][+-]|[0-9a-zA-Z_.])*)
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<sign>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
COMPARISONS = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
CONNECTIVES = {"&&": ("||",), "||": ("&&",)}
TYPE_WORDS = set(
    """int long short char unsigned signed float double bool void struct enum union const static extern
    volatile register inline typedef return if for while do switch case default goto else sizeof""".split()
)

NO_TYPES = {"return", "else", "case", "do", "goto", "sizeof"}


def tokens(text):
    found = []
    for m in TOKEN.finditer(text):
        if m.lastgroup != "blank":
            found.append(Token(m.lastgroup, m.group(), m.start(), m.end()))
    return found


def pairs(found):
    """The index of the bracket that closes the one at an index, and the reverse."""
    other, opened = {}, []
    for i, t in enumerate(found):
        if t.kind != "sign":
            continue
        if t.text in "([{":
            opened.append(i)
        elif t.text in ")]}" and opened:
            j = opened.pop()
            other[i], other[j] = j, i
    return other


def enum_values(found, other):
    """Indices of the tokens between the braces of an enumeration."""
    inside = set()
    for i, t in enumerate(found):
        if t.text == "enum":
            j = i + 1
            if j < len(found) and found[j].kind == "word":
                j += 1
            if j < len(found) and found[j].text == "{" and j in other:
                inside.update(range(j, other[j]))
    return inside


def in_bodies(found, other):
    """Indices of the tokens between the braces of functions: what follows a closing parenthesis."""
    inside, i = set(), 0
    while i < len(found):
        if found[i].text == "{" and i in other:
            if i and found[i - 1].text == ")":
                inside.update(range(i + 1, other[i]))
            i = other[i]
        i += 1
    return inside


def number_changes(text):
    m = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", text)
    if m:
        value = int(m.group(1), 8 if re.fullmatch("0[0-7]+", m.group(1)) else 0)
        return ["%d%s" % (n, m.group(2)) for n in (value + 1, value - 1) if n >= 0]
    m = re.fullmatch(r"([0-9]*\.?[0-9]+\.?(?:[eE][+-]?[0-9]+)?)([fFlL]?)", text)
    if not m:
        return []
    value = float(m.group(1))
    return ["%r%s" % (n, m.group(2)) for n in ((value * 2, value / 2) if value else (1.0,))]


def starts_statement(found, other, i):
    """Whether the token at i is the first of a statement."""
    before = found[i - 1]
    if before.text in (";", "{", "}", "else", "do"):
        return True
    if before.text == ")" and i - 1 in other:
        opened = other[i - 1]
        return opened > 0 and found[opened - 1].text in ("if", "for", "while", "switch")
    return False


def statement_end(found, other, i):
    """The index of the semicolon that ends the expression statement at i."""
    while i < len(found) and found[i].text != ";":
        if found[i].text == "}":
            return None
        i = other[i] + 1 if found[i].text in ("(", "[", "{") and i in other else i + 1
    return i if i < len(found) else None


def statement_sites(found, other, bodies):
    made = []
    for i in sorted(bodies - in_parentheses(found, other)):
        t = found[i]
        simple = t.text in ("break", "continue") or t.text in ("*", "(", "++", "--")
        if not (simple or (t.kind == "word" and t.text not in TYPE_WORDS)):
            continue
        if t.text == "assert" or not starts_statement(found, other, i):
            continue
        following = found[i + 1]
        if following.kind == "word" or following.text == ":":  # a declaration; a label
            continue
        end = statement_end(found, other, i)
        if end is not None and end in bodies:
            made.append(Site("statement", t.start, found[end].end, ";"))
    return made


def in_parentheses(found, other):
    inside = set()
    for i, t in enumerate(found):
        if t.text == "(" and i in other:
            inside.update(range(i + 1, other[i]))
    return inside


def array_sizes(found, other):
    """Indices of the tokens that say how large a declared array is."""
    inside = set()
    for i in range(2, len(found)):
        if found[i].text != "[" or i not in other:
            continue
        name, before = found[i - 1], found[i - 2]
        if name.kind == "word" and before.kind == "word" and before.text not in NO_TYPES:
            inside.update(range(i + 1, other[i]))
    return inside


def asserted(found, other):
    """Indices of the tokens between the parentheses of an assertion."""
    inside = set()
    for i, t in enumerate(found[:-1]):
        if t.text in ("assert", "_Static_assert", "static_assert") and i + 1 in other:
            inside.update(range(i + 1, other[i + 1]))
    return inside


def sites(text):
    found = tokens(text)
    other = pairs(found)
    left = enum_values(found, other) | asserted(found, other) | array_sizes(found, other)
    bodies = in_bodies(found, other) - left
    made = statement_sites(found, other, bodies)
    for i, t in enumerate(found):
        if i in left:
            continue
        changes, kind = (), ""
        if t.kind == "number":
            changes, kind = number_changes(t.text), "constant"
        elif t.text in ("true", "false"):
            changes, kind = ({"true": "false", "false": "true"}[t.text],), "constant"
        elif t.text in COMPARISONS:
            changes, kind = COMPARISONS[t.text], "comparison"
        elif t.text in CONNECTIVES:
            changes, kind = CONNECTIVES[t.text], "connective"
        made.extend(Site(kind, t.start, t.end, c) for c in changes)
    return sorted(made)


def line_of(text, site):
    return text.count("\n", 0, site.start) + 1


def lines_around(text, site):
    """The lines that the change touches, before and after it, without their indentation."""
    first = text.rfind("\n", 0, site.start) + 1
    last = text.find("\n", site.end)
    last = len(text) if last < 0 else last

    def tidy(lines):
        return " ".join(line.strip() for line in lines.split("\n"))

    return tidy(text[first:last]), tidy(text[first : site.start] + site.text + text[site.end : last])
