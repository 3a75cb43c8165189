"""Times Lightbox and others on the same work in the same run, alternating, and prints ratios.

    make bench            (or: .venv/bin/python benchmarks/compare.py --quick)

Every configuration of every program is a process of its own that is kept warm and asked for one step at a
time, A B C A B C …, so that a change of the machine's speed meets all alike. A request runs the
work once untimed (the caches and the other's idling threads are then out of the way), then times it;
inference of one small image is timed 20 times in a row. Training steps are beside PyTorch, whose best
configuration is the one with the smallest median; inference also beside OpenVINO and ONNX Runtime, where
they are installed, with the same weights and images, and with how far the answers are apart. Needs
`.build/release/kernelbench`.
"""

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import astuple, dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
FLOAT32 = [
    ("default layout", ["--layout", "default"]),
    ("channels-last", ["--layout", "channels-last"]),
]
COMPILED = [("channels-last, compiled", ["--layout", "channels-last", "--compile"])]
BFLOAT16 = [("bfloat16, channels-last", ["--precision", "bfloat16"])]
BFLOAT16_COMPILED = [("bfloat16, compiled", ["--precision", "bfloat16", "--compile"])]
MIB = 1 << 20


@dataclass(frozen=True)
class Row:
    """One work at one size."""

    work: str
    model: str
    width: int
    batch: int
    threads: int
    image: int = 128
    structures: int = 1

    @property
    def text(self):
        return " ".join(map(str, astuple(self)))

    @property
    def inner(self):
        """How often the work is done for one answer."""
        pixels = self.batch * self.image**2
        return 1 if self.work != "inference" else 20 if pixels <= 128**2 else 3

    @property
    def arguments(self):
        return ["--work", self.work, "--model", self.model, "--width", str(self.width), "--batch",
                str(self.batch), "--threads", str(self.threads), "--image", str(self.image)]


FULL = [
    Row("step", model, width, batch, threads)
    for model in ("unet", "attention-unet", "ppau-net")
    for width in (16, 32)
    for batch in (8, 16)
    for threads in (1, 2)
]
FULL += [Row("appau", "ppau-net", width, 8, threads) for width in (16, 32) for threads in (1, 2)]
# Small works, and large ones.
FULL += [Row("step", "unet", 8, 8, threads, 64) for threads in (1, 2)]
FULL += [Row("step", "unet", 4, batch, 2, 32) for batch in (1, 4)]
FULL += [Row("step", "unet", 8, batch, 2, 64) for batch in (1, 4)]
FULL += [Row("step", "unet", 16, 8, 2, 256), Row("step", "unet", 16, 8, 2, 256, 5)]
FULL += [Row("step", "unet", 16, 4, 2, 512), Row("step", "unet", 32, 4, 2, 512)]
QUICK = [
    Row("step", "unet", 32, 8, 2),
    Row("step", "unet", 16, 8, 2),
    Row("step", "ppau-net", 32, 8, 2),
    Row("appau", "ppau-net", 16, 8, 2),
    Row("step", "unet", 32, 8, 1),
    Row("step", "unet", 8, 8, 2, 64),
]
INFERENCE = [Row("inference", "unet", 32, batch, 2) for batch in (1, 16)]
INFERENCE += [Row("inference", "unet", 32, 1, 2, 512)]


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


def measure(options, inner, commands):
    """Starts every program `launches` times (on a virtual machine a process can be slow for life) and
    pools its times; the first of the commands, by name, is Lightbox. Programs that do not run are left
    out."""
    pooled = {}
    for _ in range(options.launches):
        servers = []
        for name, command in commands.items():
            server = Server(name, command, inner)
            if server.ready:
                servers.append(server)
            else:
                print(f"  {name}: does not run here", file=sys.stderr)
        if not servers or servers[0].name != "Lightbox":
            sys.exit("compare: kernelbench did not start; run: make bench")
        for _ in range(options.rounds):
            for server in servers:
                server.ask()
        for server in servers:
            server.close()
            first = pooled.setdefault(server.name, server)
            if first is not server:
                first.times += server.times
                first.distances += server.distances
                first.peak = max(first.peak, server.peak)
    return list(pooled.values())


def kernelbench(row, extra=()):
    return [str(ROOT / ".build/release/kernelbench"), "step", *row.arguments,
            "--structures", str(row.structures), *extra]


def pytorch(row, python, extra):
    return [python, str(HERE / "peer_pytorch.py"), *row.arguments,
            "--structures", str(row.structures), *extra]


def step_line(row, options, python):
    """A line of the table of training steps."""
    configurations = FLOAT32 if options.layouts == "all" else FLOAT32[1:]
    configurations = configurations if options.float32 else configurations + BFLOAT16
    if options.compile:
        configurations = configurations + COMPILED + BFLOAT16_COMPILED
    commands = {"Lightbox": kernelbench(row)}
    commands |= {name: pytorch(row, python, extra) for name, extra in configurations}
    ours, *peers = measure(options, row.inner, commands)
    exact = min((p for p in peers if "bfloat16" not in p.name), key=lambda p: p.median)
    brief = min((p for p in peers if "bfloat16" in p.name), key=lambda p: p.median, default=None)
    return (
        f"| {row.work} | {row.model} | {row.width} | {row.batch} | {row.image} | {row.structures} "
        f"| {row.threads} | {ours.median * 1e3:.1f} "
        f"| {exact.median * 1e3:.1f} ({exact.name}) | **{exact.median / ours.median:.2f}** "
        + (f"| {brief.median * 1e3:.1f} ({brief.name}) | **{brief.median / ours.median:.2f}** "
           if brief else "| – | – ")
        + f"| {ours.peak / MIB:.0f} | {exact.peak / MIB:.0f} | {ours.peak / exact.peak:.2f} "
        f"| {apart(ours.distances)} |")


def inference_lines(row, options, python):
    """The lines of one size in the table of inferences, a program each."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [python, str(HERE / "inference_state.py"), folder, "--model", row.model, "--width",
             str(row.width), "--batch", str(row.batch), "--image", str(row.image)],
            capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"compare: inference_state.py failed: {made.stderr[-400:]}")
        ours = f"{folder}/Lightbox.safetensors"
        commands = {"Lightbox": kernelbench(
            row, ["--state", f"{folder}/state.safetensors", "--answers", ours])}

        def peer(name, command):
            commands[name] = command + ["--answers", f"{folder}/{name}.npy"]

        for precision in ["float32"] + ([] if options.float32 else ["bfloat16"]):
            short = {"float32": "", "bfloat16": ", bfloat16"}[precision]
            peer(f"PyTorch, channels-last{short}", pytorch(row, python, ["--precision", precision]))
            peer(f"PyTorch, frozen, channels-last{short}",
                 pytorch(row, python, ["--precision", precision, "--frozen"]))
            for runtime, name in [("openvino", "OpenVINO"), ("onnxruntime", "ONNX Runtime")]:
                if runtime == "openvino" or precision == "float32":
                    peer(f"{name}{short}", [
                        python, str(HERE / "peer_runtimes.py"), folder, "--runtime", runtime,
                        "--precision", precision, "--threads", str(row.threads)])
        servers = measure(options, row.inner, commands)
        compared = subprocess.run(
            [python, str(HERE / "answers_apart.py"), folder], capture_output=True, text=True)
        distances = json.loads(compared.stdout) if compared.returncode == 0 else {}
    lines = []
    for server in servers:
        largest, pixels = distances.get(server.name, ("–", "–"))
        lines.append(
            f"| {row.model} | {row.width} | {row.batch} | {row.image} | {row.threads} "
            f"| {server.name} | {server.median * 1e3:.1f} "
            f"| **{server.median / servers[0].median:.2f}** | {server.peak / MIB:.0f} "
            f"| {largest} | {pixels} | {apart(server.distances)} |")
    return lines


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


def versions(python):
    """What is compared with, by name; empty without PyTorch."""
    names = ["torch", "openvino", "onnxruntime"]
    code = ("import importlib.metadata as m, json\nfound = {}\n"
            f"for name in {names}:\n"
            "    try: found[name] = m.version(name)\n"
            "    except m.PackageNotFoundError: pass\n"
            "print(json.dumps(found))")
    found = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return json.loads(found.stdout) if found.returncode == 0 else {}


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
    parser.add_argument("--only", action="append", default=[],
                        help='rows, as in "step unet 32 8 2 128 1" (repeatable)')
    parser.add_argument("--output", help="write the tables to this file, too")
    options = parser.parse_args()
    python = sys.executable
    found = versions(python)
    if "torch" not in found:
        print("compare: PyTorch is not installed, so there is nothing to compare with; skipped")
        return
    lines = []

    def say(text):
        print(text, flush=True)
        lines.append(text)

    named = {"torch": "PyTorch", "openvino": "OpenVINO", "onnxruntime": "ONNX Runtime"}
    peers = ", ".join(f"{named[name]} {version}" for name, version in found.items())
    say(f"Measured {datetime.date.today()} on {cpu_name()}, {peers}, {options.launches} launches of "
        f"{options.rounds} alternating rounds; medians. Ratios are the other's time over Lightbox's.")
    steps = [row for row in (QUICK if options.quick else FULL)
             if not options.only or row.text in options.only]
    if steps:
        say("")
        say("| work | network | b | batch | image | structures | threads | Lightbox ms | PyTorch "
            "float32 ms | ratio | PyTorch bfloat16 ms | ratio | Lightbox MiB | PyTorch MiB | ratio "
            "| apart ns |")
        say("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in steps:
        say(step_line(row, options, python))
    rows = [row for row in INFERENCE if not options.only or row.text in options.only]
    if rows:
        say("")
        say("Inference. The last columns before the distance: largest difference of a probability from "
            "PyTorch's in float32, and pixels of the masks that differ.")
        say("")
        say("| network | b | batch | image | threads | program | ms | ratio | MiB | difference "
            "| pixels | apart ns |")
        say("|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        for line in inference_lines(row, options, python):
            say(line)
    if options.output:
        pathlib.Path(options.output).write_text("\n".join(lines) + "\n")


main()
