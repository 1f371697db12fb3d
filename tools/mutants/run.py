#!/usr/bin/env python3
"""run.py: change a program in one small place after another, and see whether the unit tests notice.

A mutant is one changed C file. It is compiled and linked with those tests of its own floor that run through
the changed line; a test that fails, that a sanitizer ends or that takes too long kills it. Everything happens on a copy of the
tree below BUILD/mutants and in a sandbox, for a change may make a program remove what it must not.

Which mutants are tried depends on the seed and on the text of the changed lines alone: work elsewhere leaves
the choice as it is. What was found is kept in BUILD/mutants/results.jsonl: an interrupted run is resumed, and
a survivor is tried again when the tests of its floor have changed. tools/mutants.txt explains survivors that
no test can kill. Exit code 1: too many survive without an explanation.
"""

import argparse
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import sys
import threading

import sites
from coverage import Coverage
from sandbox import Sandbox
from tree import Tree

FLOORS = ("base", "data", "metric", "store", "job", "tui")
SHARES = {"comparison": 0.3, "constant": 0.3, "statement": 0.3, "connective": 0.1}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

Mutant = collections.namedtuple("Mutant", "key kind floor source line last before after text")


def digest(*texts):
    return hashlib.sha1("\0".join(texts).encode()).hexdigest()


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def mutants_of(folder, source):
    """Told apart by the lines they change, and by a count where the same lines come again."""
    text = read(os.path.join(folder, source))
    seen = collections.Counter()
    for site in sites.sites(text):
        before, after = sites.lines_around(text, site)
        seen[before, after] += 1
        key = digest(source, before, after, str(seen[before, after]))
        line = sites.line_of(text, site)
        last = line + text.count("\n", site.start, site.end)
        changed = text[: site.start] + site.text + text[site.end :]
        yield Mutant(key, site.kind, source.split("/")[1], source, line, last, before, after, changed)


def is_at(m, places):
    """places: files, or lines of files as src/base/text.c:12; none: everything"""
    return not places or m.source in places or "%s:%d" % (m.source, m.line) in places


def choose(folder, seed, floors, places):
    """All mutants of each kind in the order of the seed."""
    queues = {kind: [] for kind in SHARES}
    for floor in floors:
        for path in glob.glob(os.path.join(folder, "src", floor, "**", "*.c"), recursive=True):
            for m in mutants_of(folder, os.path.relpath(path, folder)):
                if is_at(m, places):
                    queues[m.kind].append((digest(str(seed), m.key), m))
    return {kind: [m for _, m in sorted(queue, key=lambda q: q[0])] for kind, queue in queues.items()}


def read_explanations(path):
    """{(source, before, after): why}, from blocks of four lines: file, "- before", "+ after", why."""
    known, block = {}, []
    for line in read(path).splitlines() + [""]:
        if line.startswith("#"):
            continue
        if line:
            block.append(line)
        elif block:
            if len(block) < 4 or block[1][:2] != "- " or block[2][:2] != "+ ":
                sys.exit("mutants: %s: not file, '- line', '+ line', why: %s" % (path, block[0]))
            known[block[0], block[1][2:], block[2][2:]] = " ".join(block[3:])
            block = []
    return known


class Trial:
    def __init__(self, tree, coverage, sandbox, folder):
        self.tree, self.coverage, self.sandbox = tree, coverage, sandbox
        self.folder = os.path.join(folder, "work")
        self.lock = threading.Lock()
        self.tests_digest = {f: self._digest_tests(f) for f in tree.tests}

    def _digest_tests(self, floor):
        names = sorted(glob.glob(os.path.join(self.tree.folder, "tests", floor, "*.[ch]")))
        return digest(*(read(n) for n in names))

    def run(self, m):
        """invalid, same, killed BY or survived"""
        work = os.path.join(self.folder, threading.current_thread().name, os.path.dirname(m.source))
        os.makedirs(work, exist_ok=True)
        text_file = os.path.join(work, os.path.basename(m.source))
        changed, original = os.path.join(work, "changed.o"), os.path.join(work, "original.o")
        with open(text_file, "w", encoding="utf-8") as f:
            f.write(m.text)
        if not self.tree.compile(m.source, text_file, changed, False):
            return "invalid", ""
        # The compiler sees no difference: neither can a test.
        with open(text_file, "w", encoding="utf-8") as f:
            f.write(read(os.path.join(self.tree.folder, m.source)))
        self.tree.compile(m.source, text_file, original, False)
        with open(original, "rb") as a, open(changed, "rb") as b:
            if a.read() == b.read():
                return "same", ""
        with open(text_file, "w", encoding="utf-8") as f:
            f.write(m.text)
        self.tree.compile(m.source, text_file, changed, True)
        with self.lock:
            tests = self.coverage.tests_of(m.floor, m.source, m.line, m.last)
        for test in tests:
            how = self._killed_by(m, test, changed, os.path.join(work, "program"))
            if how:
                return "killed", how
        return "survived", "" if tests else "no test runs through it"

    def _killed_by(self, m, test, changed, program):
        if not self.tree.link(test, os.path.join(self.tree.folder, "build"), [changed], program):
            sys.exit("mutants: %s cannot be linked with a changed %s" % (test, m.source))
        limit = 30 + 10 * self.coverage.seconds[test]
        code = self.sandbox.run([program], limit)
        if code is None:
            return "%s: time limit" % test
        return "" if code == 0 else "%s: exit code %d" % (test, code)


class Results:
    """One line of JSON for each mutant that was tried; the last of a key counts."""

    def __init__(self, path):
        self.path, self.known = path, {}
        self.lock = threading.Lock()
        if os.path.exists(path):
            for line in read(path).splitlines():
                entry = json.loads(line)
                self.known[entry["key"]] = entry

    def get(self, m, tests_digest):
        entry = self.known.get(m.key)
        if entry and entry["state"] == "survived" and entry["tests"] != tests_digest:
            return None
        return entry

    def add(self, m, state, how, tests_digest):
        entry = {"key": m.key, "state": state, "how": how, "tests": tests_digest}
        with self.lock:
            self.known[m.key] = entry
            with open(self.path, "a", encoding="utf-8") as f:
                f.write(json.dumps(entry) + "\n")
        return entry


def try_kind(queue, wanted, trial, results, pool, report):
    """Takes valid mutants off the queue until as many as wanted were tried; returns [(mutant, entry)]."""

    def one(m):
        tests = trial.tests_digest[m.floor]
        entry = results.get(m, tests)
        if not entry:
            entry = results.add(m, *trial.run(m), tests)
        report(m, entry)
        return m, entry

    done, at = [], 0
    while len(done) < wanted and at < len(queue):
        batch = queue[at : at + wanted - len(done)]
        at += len(batch)
        done += [(m, e) for m, e in pool.map(one, batch) if e["state"] in ("killed", "survived")]
    return done


def summarize(done, explained, floor_percent):
    survivors = [(m, e) for m, e in done if e["state"] == "survived"]
    unexplained = [(m, e) for m, e in survivors if (m.source, m.before, m.after) not in explained]
    for m, e in sorted(unexplained, key=lambda s: (s[0].source, s[0].line)):
        print("%s:%d: %s%s\n    - %s\n    + %s" % (m.source, m.line, m.kind, e["how"] and ": " + e["how"], m.before, m.after))
    for floor in FLOORS:
        of_floor = [e["state"] for m, e in done if m.floor == floor]
        if of_floor:
            print("  %-7s %3d of %3d killed" % (floor, of_floor.count("killed"), len(of_floor)))
    killed = len(done) - len(survivors)
    counted = len(done) - (len(survivors) - len(unexplained))
    score = 100.0 * killed / counted if counted else 100.0
    print(
        "mutants: %d tried, %d killed, %d explained, %d survived: %.1f%%"
        % (len(done), killed, len(survivors) - len(unexplained), len(unexplained), score)
    )
    return score >= floor_percent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", help="folder of the build")
    parser.add_argument("-n", type=int, default=300, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="at a time")
    parser.add_argument("--floors", nargs="*", choices=FLOORS, default=FLOORS)
    parser.add_argument("--at", nargs="*", default=(), help="all of these files or lines instead: src/base/text.c:12")
    parser.add_argument("--least", type=float, default=90, help="percent that must be killed of those not explained")
    arguments = parser.parse_args()
    if arguments.at:
        arguments.floors = sorted({place.split("/")[1] for place in arguments.at})

    folder = os.path.join(os.path.abspath(arguments.build), "mutants")
    os.environ.setdefault("HPA_REAL_DATA", os.path.join(ROOT, "../shared/data"))
    explained = read_explanations(os.path.join(ROOT, "tools/mutants.txt"))
    tree = Tree(ROOT, os.path.join(folder, "tree"), arguments.floors, arguments.jobs)
    sandbox = Sandbox(tree.folder, [folder])
    coverage = Coverage(tree, sandbox, os.path.join(folder, "counts"), arguments.jobs)
    trial = Trial(tree, coverage, sandbox, folder)
    results = Results(os.path.join(folder, "results.jsonl"))

    def report(m, entry):
        if entry["state"] != "invalid":
            print("%-9s %s:%d %s %s" % (entry["state"], m.source, m.line, m.kind, entry["how"]), flush=True)

    done = []
    queues = choose(tree.folder, arguments.seed, arguments.floors, arguments.at)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for kind, share in SHARES.items():
            wanted = len(queues[kind]) if arguments.at else round(arguments.n * share)
            done += try_kind(queues[kind], wanted, trial, results, pool, report)
    sys.exit(0 if summarize(done, explained, arguments.least) else 1)


if __name__ == "__main__":
    main()
