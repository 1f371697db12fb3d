"""Time hpa and what users would otherwise run, alternately, and print the ratios (make bench-peers).

usage: peers.py HPA FOLDER     FOLDER keeps what is made for the peers: ONNX Runtime, models, images

Settings from the environment (make variables of `make bench-peers`):
  ROUNDS  rounds of each comparison (5); every round runs each contestant once, in a fresh process
  STEPS   timed steps of a process, after an untimed one (3); its figure is their median
  THREADS of every contestant (cores of this process)
  TRAIN   trainings, "SIZE:BATCH ..." ("256:16 128:32 512:8 224:16")
  INFER   inferences, likewise ("256:16 256:1")
  LOADER  sizes at which loading is compared, one thread each ("128")
  PYTHON  an interpreter that has torch (this one, then /usr/bin/python3)
An empty TRAIN, INFER or LOADER leaves that part out. Peak memory is what the kernel counted for the
whole process, seen from outside. CPU time per image tells a slow program from a busy machine; a
thread that spins while it waits adds to it, so it is no substitute for a quiet machine. Of a peer's modes the one with the best median counts. The tables
are Markdown, to be copied into LOG.md.
"""
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))


class Contestant:
    def __init__(self, name, command, ours=False, env=None):
        self.name, self.command, self.ours = name, command, ours
        self.env = {**os.environ, **(env or {})}
        self.results = []

    def run(self):
        result = watch(self.command, self.env)
        self.results.append(result)
        return result

    def median(self, key):
        values = sorted(r[key] for r in self.results)
        middle = len(values) // 2
        return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2

    def spread(self, key):
        values = [r[key] for r in self.results]
        return min(values), max(values)


def watch(command, env):
    """Run to the end; the JSON object it printed last, with its peak memory in MB."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
        child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=messages)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        messages.seek(0)
        text = out.read().decode()
        if child.returncode:
            tail = messages.read().decode(errors="replace").strip()[-600:]
            raise RuntimeError(f"{' '.join(command)}: exit code {child.returncode}\n{tail}")
    result = json.loads(text[text.index("{"):])
    result["rss"] = usage.ru_maxrss * 1024 / 1e6
    return result


def works(command, env=None):
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=120, check=False)
        return done.stdout.decode() if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired):
        return None


class Torch:
    def __init__(self):
        self.python = None
        for python in filter(None, [os.environ.get("PYTHON"), sys.executable, "/usr/bin/python3"]):
            found = works([python, f"{here}/torch_peer.py", "version"])
            if found:
                self.python, self.version = python, json.loads(found)["version"]
                return
        print("PyTorch is absent (Debian: python3-torch python3-torchvision): left out.\n")

    def command(self, *arguments):
        return [self.python, f"{here}/torch_peer.py", *map(str, arguments)]

    def contestants(self, what, modes, threads, size, batch, steps):
        if not self.python:
            return []
        return [Contestant(f"PyTorch {self.version.split()[0]}, {mode}",
                           self.command(what, mode, threads, size, batch, steps)) for mode in modes]


class Onnx:
    def __init__(self, folder, torch):
        self.version, self.folder, self.torch = None, folder, torch
        self.env = {"NODE_PATH": f"{folder}/node_modules"}
        if not shutil.which("node") or not torch.python:
            print("ONNX Runtime needs node, and PyTorch to write its model: left out.\n")
            return
        found = self.ask_version() or (self.install() and self.ask_version())
        if found:
            self.version = json.loads(found)["version"]
        else:
            print("ONNX Runtime is absent and could not be installed by npm: left out.\n")

    def ask_version(self):
        return works(["node", f"{here}/onnx_peer.js", "version"], {**os.environ, **self.env})

    def install(self):
        """No install scripts: the package holds the library for the CPU."""
        print("Installing ONNX Runtime for node into", self.folder, flush=True)
        return works(["npm", "install", "--prefix", self.folder, "--no-audit", "--no-fund",
                      "--ignore-scripts", "onnxruntime-node"]) is not None

    def contestants(self, threads, size, batch, steps):
        if not self.version:
            return []
        model = f"{self.folder}/resnet34-{size}.onnx"
        if not os.path.exists(model):
            watch(self.torch.command("export", model + ".part", size), os.environ)
            os.rename(model + ".part", model)
        command = ["node", f"{here}/onnx_peer.js", model, *map(str, (threads, size, batch, steps))]
        return [Contestant(f"ONNX Runtime {self.version}", command, env=self.env)]


def show(text):
    """A line that the next one replaces, where somebody watches."""
    if sys.stderr.isatty():
        print("\r" + text.ljust(78) + "\r", end="", file=sys.stderr, flush=True)


def alternate(contestants, rounds):
    """Every round runs all, in turn; a contestant that fails drops out, and the names of those."""
    loads, dropped = [], []
    for i in range(rounds):
        for c in list(contestants):
            loads.append(os.getloadavg()[0])
            show(f"  round {i + 1}/{rounds}: {c.name}")
            try:
                c.run()
            except (RuntimeError, ValueError) as error:
                print(f"\n{error}", file=sys.stderr)
                contestants.remove(c)
                dropped.append(f"{c.name} (round {i + 1})")
                if c.ours:
                    raise SystemExit("hpa itself failed") from error
    show("")
    return loads, dropped


def report_dropped(dropped):
    if dropped:
        print(f"\nFailed and left out: {', '.join(dropped)}. The comparison is incomplete.")


def best_of(contestants, product, key):
    """The best mode of a peer named `product`, or None."""
    modes = [c for c in contestants if c.name.startswith(product) and c.results]
    return max(modes, key=lambda c: c.median(key), default=None)


def report(title, contestants, rounds):
    key = "images_per_second"
    loads, dropped = alternate(contestants, rounds)
    ours = contestants[0]
    print(f"### {title}: median of {rounds}, load {min(loads):.1f} to {max(loads):.1f}\n")
    print("| program | images/s | lowest to highest | CPU s/image | peak RSS MB | hpa is | by CPU time | its memory |")
    print("|---|---|---|---|---|---|---|---|")
    for c in contestants:
        low, high = c.spread(key)
        rss = c.median("rss")
        ratio = "" if c.ours else f"{ours.median(key) / c.median(key):.2f}x"
        memory = "" if c.ours else f"{ours.median('rss') / rss:.2f}x"
        cpu = c.median("cpu_seconds_per_image")
        by_cpu = "" if c.ours else f"{cpu / ours.median('cpu_seconds_per_image'):.2f}x"
        print(f"| {c.name} | {c.median(key):.2f} | {low:.2f} to {high:.2f} | {cpu:.3f} | {rss:.0f} | {ratio} "
              f"| {by_cpu} | {memory} |")
    if "effective_gflops" in ours.results[0]:
        peak = max(r["fma_peak_gflops"] for r in ours.results)
        effective = ours.median("effective_gflops")
        print(f"\nhpa: {effective:.0f} GFLOP/s by the direct count, {100 * effective / peak:.0f}% of the "
              f"FMA peak ({peak:.0f} GFLOP/s); planned {ours.results[0]['planned_mb']:.0f} MB")
    for product in ("PyTorch", "ONNX Runtime"):
        best = best_of(contestants, product, key)
        if best:
            print(f"\n**{ours.median(key) / best.median(key):.2f}x** {best.name}")
    report_dropped(dropped)
    print(flush=True)


def pairs(name, default):
    for text in os.environ.get(name, default).split():
        size, batch = text.split(":")
        yield int(size), int(batch)


def hpa_net(hpa, what, threads, size, batch, steps):
    return Contestant("hpa", [hpa, "bench", what, "--json", "-q", "--no-memory", "--threads", str(threads),
                              "--size", str(size), "--batch", str(batch), "--rounds", str(steps),
                              "-s", "train.model=resnet34", "-s", "train.optimizer=sgd"], ours=True)


def loader_contestants(hpa, folder, torch, size, steps):
    data = f"{folder}/images"
    if not os.path.exists(f"{data}/train.csv"):
        subprocess.run([hpa, "-q", "synth", data, "--samples", "128", "--test", "2", "--size", "512"],
                       check=True, cwd=folder)
    ours = Contestant("hpa", [hpa, "bench", "loader", "--json", "-q", "-c", f"{data}/hpa.conf", "-s",
                              f"work.dir={folder}/work", "--size", str(size), "--batch", "16",
                              "--rounds", str(steps)], ours=True)
    if not torch.python:
        return [ours]
    name = f"PyTorch {torch.version.split()[0]} DataLoader, Pillow, one process"
    return [ours, Contestant(name, torch.command("loader", data, 1, size, 16, steps))]


def report_loader(contestants, size, rounds):
    loads, dropped = alternate(contestants, rounds)
    ours = contestants[0]
    print(f"### loading at {size} px, four PNGs of 512 px a sample, one thread: median of {rounds}, "
          f"load {min(loads):.1f} to {max(loads):.1f}\n")
    print("| program | samples/s from images | from the cache |\n|---|---|---|")
    print(f"| hpa | {ours.median('images_samples_per_second'):.1f} | "
          f"{ours.median('cache_samples_per_second'):.1f} |")
    for c in contestants[1:]:
        rate = c.median("images_per_second")
        print(f"| {c.name} | {rate:.1f} | |")
        print(f"\n**{ours.median('images_samples_per_second') / rate:.2f}x** {c.name} from images, "
              f"**{ours.median('cache_samples_per_second') / rate:.0f}x** from the cache")
    report_dropped(dropped)
    print(flush=True)


def describe_machine(hpa):
    machine = watch([hpa, "bench", "gemm", "--rounds", "1", "--json"], os.environ)["machine"]
    commit = works(["git", "-C", here, "describe", "--always", "--dirty"]) or "unknown"
    print(f"## {datetime.date.today()}, commit {commit.strip()}: {machine['cpu']}, {machine['cores']} cores, "
          f"kernels {machine['tier']}, load {machine['load']:.1f}\n")
    print(f"One core: FMA peak {machine['fma_peak_gflops']:.0f} GFLOP/s, "
          f"memory {machine['memory_gb_per_second']:.0f} GB/s.")


def main(hpa, folder):
    hpa = os.path.abspath(hpa)
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    for name in [n for n in os.environ if n.startswith("HPA_")]:
        del os.environ[name]
    rounds = int(os.environ.get("ROUNDS", 5))
    steps = int(os.environ.get("STEPS", 3))
    threads = int(os.environ.get("THREADS") or len(os.sched_getaffinity(0)))
    torch = Torch()
    onnx = Onnx(folder, torch)
    describe_machine(hpa)
    print(f"Each with {threads} threads; {steps} timed steps in each of {rounds} alternating rounds.\n", flush=True)
    for size, batch in pairs("TRAIN", "256:16 128:32 512:8 224:16"):
        report(f"training ResNet-34, {size} px, batch {batch}",
               [hpa_net(hpa, "train", threads, size, batch, steps),
                *torch.contestants("train", ["channels_last"], threads, size, batch, steps)],
               rounds)
    for size, batch in pairs("INFER", "256:16 256:1"):
        report(f"inference ResNet-34, {size} px, batch {batch}",
               [hpa_net(hpa, "infer", threads, size, batch, steps),
                *onnx.contestants(threads, size, batch, steps),
                *torch.contestants("infer", ["plain", "channels_last", "frozen"], threads, size, batch, steps)],
               rounds)
    for size in map(int, os.environ.get("LOADER", "128").split()):
        report_loader(loader_contestants(hpa, folder, torch, size, steps), size, rounds)


if len(sys.argv) != 3:
    raise SystemExit(__doc__)
main(sys.argv[1], sys.argv[2])
