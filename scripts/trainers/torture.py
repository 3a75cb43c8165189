"""Kills a sweep over PyTorch's U-Net at random moments, and compares what it leaves with a sweep left alone.

    torture.py LIGHTBOX [--kills 30] [--data FOLDER] [--epochs 6] [--jobs 2] ...

The sweep has 2 losses x 3 seeds of examples/trainers/pytorch_unet.py on Montgomery, beside Lightbox's own
U-Net with the same losses and seeds: phantoms, or the images in --data. `python3` of the search path has
to have torch and numpy, and PYTHONPATH the package in `python`. A kill is SIGKILL to the sweep and its
workers, or to these and the programs that they started, as when the power goes. The next sweep begins at once. Where
one ends before there were enough kills, another begins in an empty store.

Of every kill: the store is whole; what was completed before is as it was and was not begun again; no value
that was there has changed. Of every finished store: each run once, each epoch of it once, every value that was
ever there, and runs, values of images, table and paired comparison, byte for byte those of the sweep left alone.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples" / "trainers"

GRID = """
grid: {{dataset: mcx, model: {model}, loss: [dice, xe], labels: 100, seed: [1, 2, 3]}}
train: {{epochs: {epochs}, image: {image}, width: {width}, batch: 8{more}}}
"""
TRAINER = """trainer:
  command: [python3, pytorch_unet.py]
  code: [pytorch_unet.py, loop.py]
"""
# What a run leaves, apart from how long it took.
OUTCOMES = [
    "SELECT digest, state, best_epoch, epochs FROM run ORDER BY 1",
    """SELECT r.digest, m.split, m.name, m.epoch, m.value FROM metric m JOIN run r ON r.id = m.run
       WHERE m.name NOT IN ('seconds', 'images-per-second') ORDER BY 1, 2, 3, 4""",
    """SELECT r.digest, m.weights, m.split, m.image, m.name, m.value FROM image_metric m
       JOIN run r ON r.id = m.run ORDER BY 1, 2, 3, 4, 5""",
]
TABLES = [
    ["--rows", "model,loss"],
    ["--rows", "loss,model", "--reference", "model=unet"],
]


def fail(words):
    sys.exit(f"torture: {words}")


class Place:
    """A store, and the sweeps into it."""

    def __init__(self, options, folder, name):
        self.options, self.folder = options, folder
        self.store = str(folder / name / "runs.db")

    def command(self, experiment):
        return [
            self.options.lightbox, "sweep", str(self.folder / f"{experiment}.yaml"), "--data",
            self.options.data, "--store", self.store, "--jobs", str(self.options.jobs), "--threads",
            "1"]

    def sweep(self, experiment):
        """Sweeps to the end."""
        done = subprocess.run(self.command(experiment), capture_output=True, text=True)
        if done.returncode:
            fail(f"the sweep of {experiment} ended with {done.returncode}: {done.stderr[-2000:]}")

    def start(self):
        return subprocess.Popen(
            self.command("outside"), stdout=subprocess.DEVNULL, stderr=open(self.store + ".err", "ab"),
            start_new_session=True)

    def ask(self, sql):
        answer = subprocess.run(
            [self.options.lightbox, "query", sql, "--store", self.store, "--format", "json",
             "--timeout", "0"], capture_output=True, text=True)
        if answer.returncode:
            fail(f"{sql}: {answer.stderr}")
        return json.loads(answer.stdout)

    def tables(self):
        """The table of all, and the one with the paired comparison."""
        return [
            subprocess.run(
                [self.options.lightbox, "report", "sweep", *words, "--store", self.store],
                check=True, capture_output=True).stdout for words in TABLES]

    def check(self):
        found = subprocess.run(
            [self.options.lightbox, "check", "--store", self.store], capture_output=True, text=True)
        if found.returncode:
            fail(f"the store is not whole: {found.stdout}{found.stderr}")

    def completed(self):
        """What completed runs say of themselves, by number."""
        rows = self.ask(
            "SELECT id, attempts, started, finished FROM run WHERE state = 'completed'")
        return {row["id"]: row for row in rows}

    def points(self):
        """Values of curves by their places."""
        rows = self.ask(
            "SELECT run, split, name, epoch, value FROM metric "
            "WHERE name NOT IN ('seconds', 'images-per-second')")
        return {(r["run"], r["split"], r["name"], r["epoch"]): r["value"] for r in rows}

    def programs(self):
        """Groups of the programs that train cells of this store."""
        found = set()
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if f"LIGHTBOX_CELL={os.path.dirname(self.store)}/".encode() in (
                        process / "environ").read_bytes():
                    found.add(os.getpgid(int(process.name)))
            except OSError:
                pass
        return found


def torture(place, left, longest, tally):
    """Sweeps until a sweep ends by itself, with as many kills as are left."""
    seen, done, starts = {}, place.completed(), 0
    while True:
        sweep = place.start()
        starts += 1
        if left > 0:
            deadline = time.monotonic() + random.uniform(0, longest)
            while sweep.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        else:
            sweep.wait()
        if sweep.poll() is not None:
            if sweep.returncode:
                fail(f"a sweep ended with {sweep.returncode}; see {place.store}.err: "
                     + open(place.store + ".err").read()[-2000:])
            break
        programs = place.programs() if random.random() < 0.5 else set()
        os.killpg(sweep.pid, signal.SIGKILL)
        for group in programs:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        sweep.wait()
        left -= 1
        tally["kills"] += 1
        tally["with their programs"] += bool(programs)
        place.check()
        now, points = place.completed(), place.points()
        for run, words in done.items():
            if now.get(run) != words:
                fail(f"run {run} was completed, {words}, and is {now.get(run)}")
        for point, value in points.items():
            if seen.get(point, value) != value:
                fail(f"{point} was {seen[point]}, and is {value}")
        done = now
        seen.update(points)
        tally["values seen"] = tally["values seen"] + len(points)
    place.check()
    now = place.completed()
    for run, words in done.items():
        if now.get(run) != words:
            fail(f"run {run} was completed, {words}, and is another one")
    points = place.points()
    for point, value in seen.items():
        if points.get(point) != value:
            fail(f"{point} was {value}, and is {points.get(point)} in the end")
    tally["sweeps started"] += starts
    return left


def once(place, epochs):
    """Each cell has one run, and each run each of its epochs once."""
    cells = place.ask("SELECT DISTINCT model, loss, seed FROM run")
    runs = place.ask("SELECT count(*) AS n FROM run WHERE state = 'completed'")[0]["n"]
    rows = place.ask(
        "SELECT run, count(DISTINCT epoch) AS epochs, count(*) AS n, min(epoch) AS first, "
        "max(epoch) AS last FROM metric WHERE split = 'train' AND name = 'loss' GROUP BY 1")
    for row in rows:
        if (row["epochs"], row["n"], row["first"], row["last"]) != (epochs, epochs, 1, epochs):
            fail(f"run {row['run']} has other epochs: {row}")
    if (len(cells), runs, len(rows)) != (12, 12, 12):
        fail(f"{len(cells)} cells, {runs} completed runs, {len(rows)} with epochs; expected 12 of each")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lightbox")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--data")
    for name, value in [("epochs", 6), ("image", 64), ("width", 8), ("jobs", 2)]:
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    options.lightbox = os.path.realpath(options.lightbox)
    with tempfile.TemporaryDirectory() as folder:
        play(options, pathlib.Path(os.path.realpath(folder)))


def play(options, folder):
    if not options.data:
        options.data = str(folder / "data")
        subprocess.run(
            [options.lightbox, "data", "phantom", options.data, "--count", "40", "--size", "64",
             "--seed", "3"], check=True, capture_output=True)
    for name in ["pytorch_unet.py", "loop.py"]:
        shutil.copy(EXAMPLES / name, folder / name)
    sizes = {name: getattr(options, name) for name in ["epochs", "image", "width"]}
    (folder / "outside.yaml").write_text(
        "name: outside\n" + TRAINER + GRID.format(model="pytorch-unet", more=", lr: 1.0e-3", **sizes))
    (folder / "own.yaml").write_text("name: own\n" + GRID.format(model="unet", more="", **sizes))

    alone = Place(options, folder, "alone")
    alone.sweep("own")
    begun = time.monotonic()
    alone.sweep("outside")
    took = time.monotonic() - begun
    alone.check()
    once(alone, options.epochs)
    print(f"torture: the sweep left alone took {took:.0f} s", flush=True)

    left, attempts, tally = options.kills, [], collections.Counter()
    begun = time.monotonic()
    while left > 0:
        tally["stores"] += 1
        place = Place(options, folder, f"killed-{tally['stores']}")
        # In the same order, so that runs have the same numbers.
        place.sweep("own")
        left = torture(place, left, took / 3, tally)
        once(place, options.epochs)
        for sql in OUTCOMES:
            if place.ask(sql) != alone.ask(sql):
                fail(f"a killed sweep left other rows than one left alone: {sql}")
        for words, found, wanted in zip(TABLES, place.tables(), alone.tables()):
            if found != wanted:
                fail(f"another table with {' '.join(words)}:\n{found.decode()}\n{wanted.decode()}")
        attempts += [row["attempts"] for row in place.ask(
            "SELECT attempts FROM run WHERE model = 'pytorch-unet' ORDER BY id")]
    print(alone.tables()[1].decode())
    print(
        f"torture: {tally['kills']} kills ({tally['with their programs']} with the programs) in "
        f"{time.monotonic() - begun:.0f} s, {tally['sweeps started']} sweeps started in {tally['stores']} "
        f"stores; {tally['values seen']} values looked at; each cell was begun {min(attempts)} to "
        f"{max(attempts)} times ({' '.join(map(str, attempts))}) and trained once; every table as of the sweep "
        "left alone")


main()
