"""A copy of the tree, built twice: as it is released, and so that it counts which lines run."""

import glob
import os
import shlex
import shutil
import subprocess
import sys

COPIED = ("src", "include", "tests", "tools")
FILES = ("Makefile", "hpa.conf.example")
# Only the changed file is checked so; what it does wrong is seen there: a row too far, a leak.
CHECKED = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


def same_content(one, other):
    if not os.path.exists(other):
        return False
    with open(one, "rb") as a, open(other, "rb") as b:
        return a.read() == b.read()


def copy_changed(root, to):
    """Copies what has changed, so that make builds only that again; removes what is gone."""
    wanted = set(FILES)
    for top in COPIED:
        for folder, _, names in os.walk(os.path.join(root, top)):
            wanted.update(os.path.relpath(os.path.join(folder, n), root) for n in names)
    for name in wanted:
        copy = os.path.join(to, name)
        if not same_content(os.path.join(root, name), copy):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy(os.path.join(root, name), copy)
    for top in COPIED:
        for folder, _, names in os.walk(os.path.join(to, top)):
            for n in names:
                if os.path.relpath(os.path.join(folder, n), to) not in wanted:
                    os.remove(os.path.join(folder, n))


class Tree:
    """tests: of each floor, as tests/base/test_text; compiler and linker: commands without their files."""

    def __init__(self, root, folder, floors, jobs):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        copy_changed(root, folder)
        self.tests = {}
        for floor in floors:
            found = glob.glob(os.path.join(folder, "tests", floor, "test_*.c"))
            self.tests[floor] = sorted(os.path.relpath(t, folder)[: -len(".c")] for t in found)
        for mode, build in (("release", "build"), ("cov", "build/cov")):
            wanted = [build + "/libhpa.a"]
            wanted += [build + "/" + t + ".o" for floor in floors for t in self.tests[floor]]
            self._make("-j%d" % jobs, "MODE=" + mode, "BUILD=" + build, *wanted)
        lines = self._make("mutant-commands", "BUILD=build").splitlines()
        self.compiler, self.linker, self.libraries = (shlex.split(line) for line in lines[-3:])

    def _make(self, *arguments):
        inherited = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        done = subprocess.run(
            ("make", "-s", "--no-print-directory") + arguments,
            cwd=self.folder,
            env=inherited,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit("mutants: the tree cannot be built")
        return done.stdout

    def compile(self, source, text_file, object_file, checked):
        """Compiles text_file as if it were the source, with sanitizers if `checked`; whether it compiles."""
        room, floor = os.path.dirname(source), os.path.join(*source.split("/")[:2])
        command = self.compiler + ["-w", "-g0", "-O1", "-I" + room, "-I" + floor]
        return self._quietly([*command, *(CHECKED if checked else []), "-c", "-o", object_file, text_file])

    def link(self, test, build, objects, program):
        """With the objects before those of the archive, and with the sanitizers."""
        made = [os.path.join(build, test + ".o"), *objects, os.path.join(build, "libhpa.a")]
        mode = ["--coverage"] if build.endswith("cov") else []
        return self._quietly([*self.linker, *mode, *CHECKED, "-o", program, *made, *self.libraries])

    def _quietly(self, command):
        done = subprocess.run(command, cwd=self.folder, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0
