"""Runs a test where it can break nothing: the file system can only be read; /tmp, with the folder it runs in,
is empty and goes away."""

import os
import resource
import subprocess
import sys

from tree import COPIED, FILES

LARGEST_FILE = 1 << 30
HERE = "/tmp/here"


def limit_sizes():
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Sandbox:
    def __init__(self, folder, visible):
        """What is in `folder` is seen where tests run; the folders `visible` are there even below /tmp."""
        self.command = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
        self.command += ["--unshare-pid", "--unshare-ipc", "--unshare-net", "--die-with-parent", "--new-session"]
        for f in visible:
            self.command += ["--ro-bind", f, f]
        for name in COPIED + FILES:
            self.command += ["--ro-bind", os.path.join(folder, name), os.path.join(HERE, name)]
        self.command += ["--chdir", HERE]
        if self.run(["true"], 60) != 0:
            sys.exit("mutants: bwrap cannot make a sandbox here, and without one a mutant might remove your files")

    def run(self, command, seconds, writable=(), environment=None):
        """The exit code; None after the time limit."""
        inherited = dict(os.environ, OPENBLAS_NUM_THREADS="1", LC_ALL="C.UTF-8", **(environment or {}))
        binds = [word for f in writable for word in ("--bind", f, f)]
        try:
            done = subprocess.run(
                [*self.command, *binds, "--", *command],
                env=inherited,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                preexec_fn=limit_sizes,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        return done.returncode
