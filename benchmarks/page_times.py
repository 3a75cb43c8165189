"""How long the pages of `lightbox serve` take over a store of many runs.

    python benchmarks/page_times.py .build/release --runs 10000 --output results/benchmarks/pages.md

`storebench points` makes the store: as many runs, each with 1,000 epochs of 3 metrics. Asked are
whole requests over a socket of this machine, after one to warm up; the figures are medians and worst
of the rounds. Starting is from the call of the program to its first line.
"""

import argparse
import http.client
import os
import pathlib
import signal
import statistics
import subprocess
import tempfile
import time


def memory(process, name="VmHWM"):
    """Most memory so far, in MiB, as the system counts it."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def ask(port, path):
    """Milliseconds to the first byte and to the last, and the answer's KiB."""
    start = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    first = time.monotonic()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return 1000 * (first - start), 1000 * (time.monotonic() - start), len(body) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("products", help="folder of lightbox and storebench")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", help="store that is made, or used where it is there")
    parser.add_argument("--output", help="file for the table; else standard output")
    options = parser.parse_args()
    products = os.path.abspath(options.products)
    some = ",".join(str(run) for run in range(1, min(options.runs, 200) + 1))
    pages = [
        ("runs", "/"),
        ("runs, sorted by test Dice", "/?sort=test_dice"),
        ("runs, a condition", "/?where=loss%20%3D%20%27tv%27"),
        ("runs, the last of 100 each", f"/?page={max(1, options.runs // 100)}"),
        ("groups over seeds", "/?group=seeds"),
        ("a run", f"/runs/{max(1, options.runs // 2)}"),
        ("200 curves over each other", f"/compare?runs={some}&curve=validation%20dice"),
        ("sweeps", "/experiments"),
        ("SQL", "/sql?sql=SELECT%20model,%20count(*)%20FROM%20run_overview%20GROUP%20BY%201"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or os.path.join(folder, "runs.db")
        if not os.path.exists(store):
            subprocess.run(
                [os.path.join(products, "storebench"), "points", "--store", store, "--runs",
                 str(options.runs), "--epochs", "1000", "--metrics", "3"],
                check=True, stdout=subprocess.DEVNULL)
        starts = []
        for round in range(options.rounds):
            begin = time.monotonic()
            server = subprocess.Popen(
                [os.path.join(products, "lightbox"), "serve", "--port", "0", "--store", store],
                stdout=subprocess.PIPE, text=True)
            port = int(server.stdout.readline().rstrip("/\n").split(":")[-1])
            starts.append(1000 * (time.monotonic() - begin))
            if round + 1 < options.rounds:
                server.send_signal(signal.SIGINT)
                server.wait()
        lines = [
            f"{options.runs:,} runs of 3,000 points ({os.path.getsize(store) >> 20} MiB):", "",
            "| page | first byte ms | whole ms | worst ms | KiB |", "|---|--:|--:|--:|--:|",
        ]
        for name, path in pages:
            ask(port, path)
            took = [ask(port, path) for _ in range(options.rounds)]
            lines.append(
                f"| {name} | {statistics.median(t[0] for t in took):.0f} "
                f"| {statistics.median(t[1] for t in took):.0f} | {max(t[1] for t in took):.0f} "
                f"| {took[0][2]:.0f} |")
        lines += [
            "", f"Start: {statistics.median(starts):.0f} ms, worst {max(starts):.0f} ms. "
            f"Memory of the server after all of them: {memory(server.pid):.0f} MiB at most.", ""]
        server.send_signal(signal.SIGINT)
        server.wait()
    text = "\n".join(lines)
    if options.output:
        pathlib.Path(options.output).write_text(text)
    else:
        print(text)


main()
