"""How long every report takes to render from a store of many runs.

    python benchmarks/report_times.py .build/release --runs 1000 --output results/benchmarks/reports.md

`storebench cells` makes the store: a grid of 3 networks x 2 losses x 5 label fractions x
3 procedures with as many seeds as the runs fill, each with 50 epochs of 20 metrics and two
evaluations of 228 test images with 21 metrics each. A report is a whole process of `lightbox report`
that writes its table and figures; the figures below are medians and worst of the rounds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time

REPORTS = [
    ["p1-table1", "--metrics", "both"],
    ["p1-table2", "--metrics", "both"],
    ["p2-table1", "--metrics", "both"],
    ["ablation"],
    ["label-fraction"],
    ["leaderboard"],
    ["sweep"],
    ["sweep", "--reference", "loss=tv"],
    ["sweep", "--columns", "labels", "--values", "dice,hausdorff95"],
]
FORMATS = ["md", "html", "tex", "csv"]


def processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("products", help="folder of lightbox and storebench")
    parser.add_argument("--runs", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--images", type=int, default=228)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stores", help="folder that keeps the stores for another time")
    parser.add_argument("--output", help="file for the table; else standard output")
    options = parser.parse_args()
    products = os.path.abspath(options.products)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for runs in options.runs:
            store = os.path.join(options.stores or folder, f"{runs}.db")
            make = [os.path.join(products, "storebench"), "cells", "--store", store]
            make += ["--cells", str(runs), "--images", str(options.images), "--epochs", "50"]
            if not os.path.exists(store):
                subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
            lines += [
                f"{runs:,} runs of {options.images} test images ({os.path.getsize(store) >> 20} MiB):",
                "",
                "| report | format | median ms | worst ms | processor ms | KiB |",
                "|---|---|--:|--:|--:|--:|",
            ]
            for report in REPORTS:
                for format in FORMATS if report == REPORTS[0] else FORMATS[:1]:
                    output = os.path.join(folder, f"report.{format}")
                    command = [os.path.join(products, "lightbox"), "report", *report]
                    command += ["--store", store, "--output", output]
                    walls, used = [], []
                    for _ in range(options.rounds):
                        start, before = time.monotonic(), processor()
                        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                        walls.append(1000 * (time.monotonic() - start))
                        used.append(1000 * (processor() - before))
                    lines.append(
                        f"| `{' '.join(report)}` | {format} | {statistics.median(walls):.0f} "
                        f"| {max(walls):.0f} | {statistics.median(used):.0f} "
                        f"| {os.path.getsize(output) >> 10} |"
                    )
            lines.append("")
            if not options.stores:
                os.remove(store)
    text = "\n".join(lines)
    if options.output:
        with open(options.output, "w") as file:
            file.write(text)
    print(text)


if __name__ == "__main__":
    main()
