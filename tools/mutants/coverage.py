"""Which tests run through which line: every test once, as it is, in the build that counts."""

import concurrent.futures
import glob
import json
import os
import subprocess
import sys
import time

LIMIT = 1800  # seconds; nothing is broken yet


class Coverage:
    def __init__(self, tree, sandbox, folder, jobs):
        """seconds: what each test took, that passes here as it is."""
        self.tree, self.sandbox, self.folder = tree, sandbox, folder
        self.seconds, self._lines = {}, {}
        tests = [t for floor in tree.tests.values() for t in floor]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for test, seconds in zip(tests, pool.map(self._run, tests)):
                if seconds is None:
                    print("left out, since it fails in the sandbox as it is: %s" % test, flush=True)
                else:
                    self.seconds[test] = seconds

    def _counts(self, test):
        return os.path.join(self.folder, test.replace("/", "-"))

    def _run(self, test):
        """Kept from an earlier run while the test and the library are the same."""
        build = os.path.join(self.tree.folder, "build/cov")
        counts = self._counts(test)
        stamp, program = os.path.join(counts, "seconds"), os.path.join(counts, "program")
        inputs = [os.path.join(build, test + ".o"), os.path.join(build, "libhpa.a")]
        if os.path.exists(stamp) and all(os.path.getmtime(i) < os.path.getmtime(stamp) for i in inputs):
            with open(stamp, encoding="utf-8") as f:
                return float(f.read())
        subprocess.run(["rm", "-rf", counts], check=True)
        os.makedirs(counts)
        if not self.tree.link(test, build, [], program):
            sys.exit("mutants: %s cannot be linked" % test)
        started = time.monotonic()
        code = self.sandbox.run([program], LIMIT, [counts], {"GCOV_PREFIX": counts})
        seconds = time.monotonic() - started
        if code != 0:
            return None
        with open(stamp, "w", encoding="utf-8") as f:
            f.write("%f" % seconds)
        return seconds

    def _lines_of(self, test, source):
        """(lines with code, lines that ran)"""
        name = source[: -len(".c")]
        notes = os.path.join(self.tree.folder, "build/cov", name + ".gcno")
        counts = self._counts(test) + os.path.join(self.tree.folder, "build/cov", name + ".gcda")
        if not os.path.exists(counts):
            return set(), set()
        beside = counts[: -len(".gcda")] + ".gcno"
        if not os.path.exists(beside):
            os.symlink(notes, beside)
        done = subprocess.run(
            ["gcov", "-t", "-j", counts], cwd=self.tree.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
        code, ran = set(), set()
        for line in done.stdout.splitlines():
            for f in json.loads(line)["files"]:
                if f["file"].endswith(source):
                    code.update(e["line_number"] for e in f["lines"])
                    ran.update(e["line_number"] for e in f["lines"] if e["count"])
        return code, ran

    def tests_of(self, floor, source, first, last):
        """Those of the floor that run through these lines, the file's own first, then the quickest. If none
        of the lines has code (a table), those that run anything of the file."""
        chosen = []
        for test in (t for t in self.tree.tests[floor] if t in self.seconds):
            if (test, source) not in self._lines:
                self._lines[test, source] = self._lines_of(test, source)
            code, ran = self._lines[test, source]
            touched = {n for n in range(first, last + 1) if n in code}
            if (touched & ran) if touched else ran:
                chosen.append(test)
        own = "test_" + os.path.basename(source)[: -len(".c")]
        return sorted(chosen, key=lambda t: (os.path.basename(t) != own, self.seconds[t]))
