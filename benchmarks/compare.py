"""Times Lightbox and PyTorch on the same work in the same run, alternating, and prints ratios.

    make bench            (or: .venv/bin/python benchmarks/compare.py --quick)

Every configuration of both is a process of its own that is kept warm and asked for one step at a
time, A B C A B C …, so that a change of the machine's speed meets all alike. A request runs the
work once untimed (the caches and the other's idling threads are then out of the way), then times it;
inference of one image is timed 20 times in a row. PyTorch's best configuration is the one with the
smallest median. Needs `.build/release/kernelbench`.
"""

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
FLOAT32 = [
    ("default layout", ["--layout", "default"]),
    ("channels-last", ["--layout", "channels-last"]),
]
COMPILED = [("channels-last, compiled", ["--layout", "channels-last", "--compile"])]
BFLOAT16 = [("bfloat16, channels-last", ["--precision", "bfloat16"])]
BFLOAT16_COMPILED = [("bfloat16, compiled", ["--precision", "bfloat16", "--compile"])]

# work, model, width, batch, threads, image
FULL = [
    ("step", model, width, batch, threads, 128)
    for model in ("unet", "attention-unet", "ppau-net")
    for width in (16, 32)
    for batch in (8, 16)
    for threads in (1, 2)
]
FULL += [("appau", "ppau-net", width, 8, threads, 128) for width in (16, 32) for threads in (1, 2)]
FULL += [("inference", "unet", 32, batch, 2, 128) for batch in (1, 16)]
FULL += [("step", "unet", 8, 8, threads, 64) for threads in (1, 2)]
QUICK = [
    ("step", "unet", 32, 8, 2, 128),
    ("step", "unet", 16, 8, 2, 128),
    ("step", "ppau-net", 32, 8, 2, 128),
    ("appau", "ppau-net", 16, 8, 2, 128),
    ("inference", "unet", 32, 1, 2, 128),
    ("inference", "unet", 32, 16, 2, 128),
    ("step", "unet", 32, 8, 1, 128),
    ("step", "unet", 8, 8, 2, 64),
]


class Server:
    """A process that runs one unit of work a line."""

    def __init__(self, name, command, inner):
        self.name, self.inner = name, inner
        self.times, self.peak, self.distances = [], 0, []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            stderr=subprocess.DEVNULL)
        ready = self.process.stdout.readline()
        self.ready = json.loads(ready) if ready else None

    def ask(self):
        self.process.stdin.write(f"{self.inner}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.times.append(answer["seconds"])
        self.peak = answer["peak_bytes"]
        self.distances += [answer["distance"]] if answer.get("distance") else []

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    @property
    def median(self):
        return statistics.median(self.times)


def measure(row, options, configurations, python):
    """Starts every process `launches` times (on a virtual machine a process can be slow for life)
    and pools their times."""
    ours, peers = launch(row, options.rounds, configurations, python)
    for _ in range(options.launches - 1):
        again, others = launch(row, options.rounds, configurations, python)
        for first, later in zip([ours] + peers, [again] + others):
            first.times += later.times
            first.distances += later.distances
            first.peak = max(first.peak, later.peak)
    return ours, peers


def launch(row, rounds, configurations, python):
    work, model, width, batch, threads, image = row
    common = ["--work", work, "--model", model, "--width", str(width), "--batch", str(batch),
              "--threads", str(threads), "--image", str(image)]
    inner = 1 if work != "inference" else 20 if batch == 1 else 3
    ours = Server("Lightbox", [str(ROOT / ".build/release/kernelbench"), "step"] + common, inner)
    servers = [ours]
    for name, extra in configurations:
        server = Server(name, [python, str(HERE / "peer_pytorch.py")] + common + extra, inner)
        if server.ready:
            servers.append(server)
        else:
            print(f"  PyTorch, {name}: does not run here", file=sys.stderr)
    if not ours.ready:
        sys.exit("compare: kernelbench did not start; run: make bench")
    for _ in range(rounds):
        for server in servers:
            server.ask()
    for server in servers:
        server.close()
    return ours, servers[1:]


def apart(distances):
    """How far apart the threads' processors were: the time of a cache line there and back. Where
    it is several hundred nanoseconds, they share no cache, and two threads are slower."""
    if not distances:
        return "–"
    return f"{statistics.median(distances):.0f} ({min(distances):.0f}–{max(distances):.0f})"


def cpu_name():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only the rows that have a target")
    parser.add_argument("--launches", type=int, default=3, help="starts of every process")
    parser.add_argument("--rounds", type=int, default=5, help="timed requests a start")
    parser.add_argument("--compile", action="store_true", help="also time torch.compile")
    parser.add_argument("--layouts", choices=["all", "channels-last"], default="all",
                        help="channels-last: leave out PyTorch's default layout, the slower one")
    parser.add_argument("--float32", action="store_true",
                        help="leave out bfloat16: slow where the processor has none")
    parser.add_argument("--only", default="", help='one row, as in "step unet 32 8 2 128"')
    parser.add_argument("--output", help="write the table to this file, too")
    options = parser.parse_args()
    python = sys.executable
    version = subprocess.run(
        [python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True)
    if version.returncode != 0:
        print("compare: PyTorch is not installed, so there is nothing to compare with; skipped")
        return
    lines = [
        f"Measured {datetime.date.today()} on {cpu_name()}, PyTorch {version.stdout.strip()}, "
        f"{options.launches} launches of {options.rounds} alternating rounds; medians.",
        "",
        "| work | network | b | batch | image | threads | Lightbox ms | PyTorch float32 ms | ratio "
        "| PyTorch bfloat16 ms | ratio | Lightbox MiB | PyTorch MiB | ratio | apart ns |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    print("\n".join(lines), flush=True)
    for row in QUICK if options.quick else FULL:
        if options.only and " ".join(map(str, row)) != options.only:
            continue
        configurations = (FLOAT32 if options.layouts == "all" else FLOAT32[1:])
        configurations = configurations if options.float32 else configurations + BFLOAT16
        if options.compile:
            configurations = configurations + COMPILED + BFLOAT16_COMPILED
        ours, peers = measure(row, options, configurations, python)
        exact = min((p for p in peers if "bfloat16" not in p.name), key=lambda p: p.median)
        brief = min((p for p in peers if "bfloat16" in p.name), key=lambda p: p.median,
                    default=None)
        work, model, width, batch, threads, image = row
        mib = 1 << 20
        line = (
            f"| {work} | {model} | {width} | {batch} | {image} | {threads} "
            f"| {ours.median * 1e3:.1f} "
            f"| {exact.median * 1e3:.1f} ({exact.name}) | **{exact.median / ours.median:.2f}** "
            + (f"| {brief.median * 1e3:.1f} ({brief.name}) | **{brief.median / ours.median:.2f}** "
               if brief else "| – | – ")
            + f"| {ours.peak / mib:.0f} | {exact.peak / mib:.0f} | {ours.peak / exact.peak:.2f} "
            f"| {apart(ours.distances)} |")
        print(line, flush=True)
        lines.append(line)
    if options.output:
        pathlib.Path(options.output).write_text("\n".join(lines) + "\n")


main()
