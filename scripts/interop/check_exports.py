"""Opens Lightbox's exports with the tools that they are for, and compares numbers.

    python check_exports.py tensorboard STORE.csv-folder EVENTS
    python check_exports.py mlflow CSV-folder mlflow.db
    python check_exports.py weights LIGHTBOX STORE RUN IMAGE
    python check_exports.py structures LIGHTBOX STORE RUN IMAGE MASK

Run by `make test-interop`, which makes the exports first. Every mode ends with one line, or with
an AssertionError that names the run and the number that differ.
"""
import csv
import math
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict


def rows(folder, table):
    with open(os.path.join(folder, table + ".csv"), newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else math.nan


def same(a, b, tolerance):
    return (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance * max(1, abs(b))


def curves(folder):
    """Run -> tag -> {epoch: value}, from the CSV export."""
    found = defaultdict(lambda: defaultdict(dict))
    for row in rows(folder, "curves"):
        found[int(row["run"])][f"{row['split']}/{row['name']}"][int(row["epoch"])] = number(row["value"])
    return found


def results(folder):
    """Run -> tag -> value, from the CSV export."""
    found = defaultdict(dict)
    for row in rows(folder, "results"):
        key = f"{row['weights']}/{row['split']}/{row['name']}"
        if row["mean"]:
            found[int(row["run"])][key] = number(row["mean"])
        if row["pooled"]:
            found[int(row["run"])][key + "/pooled"] = number(row["pooled"])
    return found


def check_tensorboard(folder, events):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    expected, final, count = curves(folder), results(folder), 0
    # Beside the runs lies Lightbox's own list of what it wrote.
    names = sorted(name for name in os.listdir(events) if not name.startswith("."))
    assert len(names) == len(rows(folder, "runs")), "a folder a run"
    for name in names:
        run = int(name.split("-")[0])
        accumulator = EventAccumulator(os.path.join(events, name), size_guidance={"scalars": 0})
        accumulator.Reload()
        assert accumulator.file_version == 2.0, accumulator.file_version
        tags = set(accumulator.Tags()["scalars"])
        assert tags == set(expected[run]) | set(final[run]), (name, tags)
        for tag, points in expected[run].items():
            found = {event.step: event.value for event in accumulator.Scalars(tag)}
            assert found.keys() == points.keys(), (name, tag)
            for step, value in points.items():
                assert same(found[step], value, 1e-6), (name, tag, step, found[step], value)
                count += 1
        for tag, value in final[run].items():
            assert same(accumulator.Scalars(tag)[-1].value, value, 1e-6), (name, tag)
            count += 1
    import tensorboard

    print(f"TensorBoard {tensorboard.__version__}: {len(names)} runs, {count} numbers agree")


def check_mlflow(folder, database):
    import mlflow
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{database}")
    expected, final, count = curves(folder), results(folder), 0
    settings = defaultdict(dict)
    for row in rows(folder, "settings"):
        settings[int(row["run"])][row["name"]] = row["value"]
    seen = set()
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id], max_results=10000):
            number_of_run = int(run.data.tags["lightbox.run"])
            seen.add(number_of_run)
            for name, value in settings[number_of_run].items():
                assert run.data.params[name] == value[:250], (number_of_run, name)
            for tag, points in expected[number_of_run].items():
                found = {m.step: m.value for m in client.get_metric_history(run.info.run_id, tag)}
                assert found.keys() == points.keys(), (number_of_run, tag)
                for step, value in points.items():
                    assert same(found[step], value, 1e-12), (number_of_run, tag, step)
                    count += 1
            for tag, value in final[number_of_run].items():
                assert same(run.data.metrics[tag], value, 1e-12), (number_of_run, tag)
                count += 1
    wanted = {int(row["run"]) for row in rows(folder, "runs")}
    assert seen == wanted, (seen, wanted)
    # A filter of MLflow's own, a further run, and a soft delete.
    experiment = [e for e in client.search_experiments() if e.name != "Default"][0]
    found = client.search_runs([experiment.experiment_id], "metrics.`best/test/dice` > 0")
    assert found, "no run has a test Dice above 0"
    run = client.create_run(experiment.experiment_id)
    client.log_metric(run.info.run_id, "dice", 0.5, step=1)
    client.set_terminated(run.info.run_id)
    client.delete_run(run.info.run_id)
    print(f"MLflow {mlflow.__version__}: {len(seen)} runs, {count} numbers agree")


def check_weights(lightbox, store, run, image):
    import numpy as np
    from PIL import Image

    here = os.path.dirname(os.path.abspath(__file__))
    loader = os.path.join(here, "..", "..", "examples", "load_in_pytorch.py")
    with tempfile.TemporaryDirectory() as folder:
        weights, ours, theirs = (
            os.path.join(folder, name) for name in ("w.safetensors", "ours.png", "theirs.png")
        )
        base = [lightbox]
        subprocess.run(
            base + ["export", "safetensors", "--store", store, "--run", run, "--output", weights],
            check=True, stdout=subprocess.DEVNULL,
        )
        subprocess.run(
            base + ["predict", "--store", store, "--run", run, "--image", image, "--output", ours],
            check=True, stdout=subprocess.DEVNULL,
        )
        subprocess.run(
            [sys.executable, loader, weights, image, theirs], check=True,
            stdout=subprocess.DEVNULL,
        )
        a = np.asarray(Image.open(ours).convert("L")) > 0
        b = np.asarray(Image.open(theirs).convert("L")) > 0
    assert a.shape == b.shape, (a.shape, b.shape)
    differing = int((a != b).sum())
    # Probabilities differ in the last bits; a pixel at one half may fall on either side.
    assert differing <= a.size // 2000, f"{differing} of {a.size} pixels differ"
    assert 0.02 < a.mean() < 0.98, f"the mask is {a.mean():.3f} full: nothing to compare"
    import torch

    print(f"PyTorch {torch.__version__}: {differing} of {a.size} mask pixels differ")


def check_structures(lightbox, store, run, image, mask):
    """The label map of a run of several structures, and how it reads a drawn one."""
    import numpy as np
    from PIL import Image

    here = os.path.dirname(os.path.abspath(__file__))
    loader = os.path.join(here, "..", "..", "examples", "load_in_pytorch.py")
    with tempfile.TemporaryDirectory() as folder:
        weights, ours, theirs = (
            os.path.join(folder, name) for name in ("w.safetensors", "ours.png", "theirs.png")
        )
        subprocess.run(
            [lightbox, "export", "safetensors", "--store", store, "--run", run, "--output", weights],
            check=True, stdout=subprocess.DEVNULL,
        )
        said = subprocess.run(
            [lightbox, "predict", "--store", store, "--run", run, "--image", image, "--output", ours]
            + ["--mask", mask],
            check=True, capture_output=True, text=True,
        ).stdout
        command = [sys.executable, loader, weights, image, theirs]
        silent = subprocess.run(command, capture_output=True, text=True)
        assert silent.returncode and "expected --structure" in silent.stderr, silent
        told = subprocess.run(
            command + ["--structure", "all", "--drawn", mask], check=True, capture_output=True,
            text=True,
        ).stdout
        a, b = (np.asarray(Image.open(path)) for path in (ours, theirs))
    differing = int((a != b).sum())
    assert differing <= a.size // 500, f"{differing} of {a.size} pixels differ"
    assert len(np.unique(a)) > 1, "the label map is empty: nothing to compare"
    dice = [float(text) for text in re.findall("Dice ([0-9.]+)", said)]
    others = [float(text) for text in re.findall("Dice ([0-9.]+)", told)]
    assert len(dice) == len(others) and all(abs(x - y) < 0.01 for x, y in zip(dice, others)), (
        said, told,
    )
    print(f"PyTorch, several structures: {differing} of {a.size} labels differ, Dice {others}")


if __name__ == "__main__":
    modes = {
        "tensorboard": check_tensorboard, "mlflow": check_mlflow, "weights": check_weights,
        "structures": check_structures,
    }
    modes[sys.argv[1]](*sys.argv[2:])
