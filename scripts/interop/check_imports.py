"""Makes stores with the tools themselves, and compares what Lightbox took with what their readers say.

    check_imports.py make-mlflow URI
    check_imports.py make-events FOLDER          (needs torch and tensorboard)
    check_imports.py mlflow LIGHTBOX STORE URI   (imported runs against MLflow's client)
    check_imports.py same URI URI                (two MLflow stores: what an export gives back)
    check_imports.py events LIGHTBOX STORE FOLDER
"""

import json
import math
import os
import random
import subprocess
import sys


def ask(lightbox, store, sql):
    """The rows of a query as dictionaries."""
    answer = subprocess.run(
        [lightbox, "query", "--store", store, "--format", "json", "--timeout", "0", sql],
        check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def expect(condition, words):
    """Ends with the words where the condition does not hold."""
    if not condition:
        sys.exit(f"check_imports: {words}")


def equal(found, wanted):
    """Whether two numbers are the same; NaN is itself, and NULL is NaN."""
    if found is None or (isinstance(found, float) and math.isnan(found)):
        return wanted is None or math.isnan(wanted)
    return found == wanted


def make_mlflow(uri):
    """Three experiments of runs that log all that a client can log."""
    import mlflow
    from mlflow.entities import Metric

    mlflow.set_tracking_uri(uri)
    client = mlflow.tracking.MlflowClient()
    chance = random.Random(1)
    for name in ["resnets", "Übung 2", "deleted"]:
        mlflow.set_experiment(name)
        for number in range(4):
            with mlflow.start_run(run_name=f"{name} {number}") as run:
                mlflow.log_params({"lr": 0.1 / (number + 1), "net": "a,\"b\"\nc", "n": number})
                mlflow.set_tags({"who": "me", "mlflow.note.content": f"note {number}"})
                metrics = [
                    Metric(key, chance.gauss(0, 1), 1760000000000 + step, step)
                    for key in ["loss", "val/loss", "validation/dice"] for step in range(50)]
                client.log_batch(run.info.run_id, metrics=metrics)
                mlflow.log_metric("nan", float("nan"), step=3)
                mlflow.log_metric("inf", float("inf"), step=3)
                mlflow.log_metric("negative", 1.0, step=-3)
                for value in [1.0, 2.0, 3.0]:
                    client.log_metric(
                        run.info.run_id, "twice", value, timestamp=int(1760000000000 + value),
                        step=5)
                with mlflow.start_run(run_name="child", nested=True):
                    mlflow.log_metric("loss", number, step=0)
            ending = [None, "FAILED", "KILLED", None][number]
            if ending:
                client.set_terminated(run.info.run_id, ending)
        if name == "deleted":
            client.delete_experiment(mlflow.get_experiment_by_name(name).experiment_id)
    runs = client.search_runs([mlflow.get_experiment_by_name("resnets").experiment_id])
    client.delete_run(runs[0].info.run_id)
    open_run = client.create_run(mlflow.get_experiment_by_name("resnets").experiment_id)
    client.log_metric(open_run.info.run_id, "loss", 1.0, step=0)


def read_mlflow(uri):
    """Every run that is not deleted, as MLflow's own client tells it."""
    import mlflow

    mlflow.set_tracking_uri(uri)
    client = mlflow.tracking.MlflowClient()
    runs = {}
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id], max_results=10000):
            curves = {}
            for key in run.data.metrics:
                values = {}
                history = client.get_metric_history(run.info.run_id, key)
                for point in sorted(history, key=lambda p: (p.step, p.timestamp)):
                    if point.step >= 0:
                        values[point.step] = (point.value, point.timestamp)
                if values:
                    curves[key] = values
            runs[run.info.run_id] = {
                "experiment": experiment.name, "name": run.info.run_name,
                "status": run.info.status, "start": run.info.start_time,
                "end": run.info.end_time, "params": dict(run.data.params),
                "tags": dict(run.data.tags), "curves": curves}
    return runs


def check_mlflow(lightbox, store, uri):
    """The runs in the store are those that MLflow's client tells, to the last bit."""
    wanted = read_mlflow(uri)
    found = ask(lightbox, store, """
        SELECT r.id AS run, json_extract(r.configuration, '$.logged') AS id, o.name, o.experiment,
            o.state, o.started, o.finished
        FROM run r JOIN any_run o ON o.run = r.id
        WHERE json_extract(r.configuration, '$.source') = 'mlflow'""")
    expect({row["id"] for row in found} == set(wanted), "other runs than MLflow has")
    ids = {row["run"]: row["id"] for row in found}
    states = {"FINISHED": "completed", "FAILED": "failed", "KILLED": "failed",
              "RUNNING": "interrupted", "SCHEDULED": "interrupted"}
    for row in found:
        run = wanted[row["id"]]
        expect(row["name"] == run["name"], f"{row['id']}: name {row['name']}")
        expect(row["experiment"] == run["experiment"], f"{row['id']}: {row['experiment']}")
        expect(row["state"] == states[run["status"]], f"{row['id']}: {row['state']}")
    curves = {run: {} for run in wanted}
    count = 0
    for row in ask(lightbox, store, """
            SELECT m.run, iif(m.split = '', m.name, m.split || '/' || m.name) AS key, m.position,
                iif(abs(m.value) > 1.7976931348623157e308, CAST(m.value AS TEXT), m.value) AS value,
                CAST(round(m.time * 1000) AS INTEGER) AS time FROM any_metric m"""):
        if row["run"] in ids:
            values = curves[ids[row["run"]]].setdefault(row["key"], {})
            value = row["value"]
            values[row["position"]] = (
                float(value) if isinstance(value, str) else value, row["time"])
            count += 1
    for run, words in wanted.items():
        expect(set(curves[run]) == set(words["curves"]), f"{run}: other curves")
        for key, values in words["curves"].items():
            expect(set(values) == set(curves[run][key]), f"{run}, {key}: other steps")
            for step, (value, time) in values.items():
                one, when = curves[run][key][step]
                expect(equal(one, value) and when == time, f"{run}, {key}, {step}: {one}, {value}")
    params, tags = {run: {} for run in wanted}, {run: {} for run in wanted}
    for row in ask(lightbox, store, "SELECT run, name, value FROM param"):
        if row["run"] in ids:
            params[ids[row["run"]]][row["name"]] = str(row["value"])
    for row in ask(lightbox, store, "SELECT run, name, value FROM tag"):
        if row["run"] in ids:
            tags[ids[row["run"]]][row["name"]] = row["value"]
    for run, words in wanted.items():
        expect(params[run] == words["params"], f"{run}: params {params[run]}")
        rest = {k: v for k, v in words["tags"].items()
                if k not in ("mlflow.runName", "mlflow.note.content")}
        expect(tags[run] == rest, f"{run}: tags {tags[run]} {rest}")
    print(f"{uri.split('/')[-1]}: {len(wanted)} runs and {count} values as MLflow's client has them")


def check_same(one, other):
    """What an export of imported runs gives back is what MLflow had."""
    first, second = read_mlflow(one), read_mlflow(other)
    expect(set(first) <= set(second), "runs are missing")
    count = 0
    for run, words in first.items():
        again = second[run]
        expect(words["params"] == again["params"], f"{run}: params")
        expect(words["experiment"] == again["experiment"], f"{run}: experiment")
        expect(words["name"] == again["name"], f"{run}: name")
        tags = {k: v for k, v in words["tags"].items() if k != "mlflow.note.content"}
        expect(tags.items() <= again["tags"].items(), f"{run}: tags")
        expect(set(words["curves"]) == set(again["curves"]), f"{run}: curves")
        for key, values in words["curves"].items():
            for step, (value, time) in values.items():
                one_value, when = again["curves"][key][step]
                expect(equal(one_value, value) and when == time, f"{run}, {key}, {step}")
                count += 1
    print(f"{len(first)} runs and {count} values came back")


def make_events(folder):
    """Event files of PyTorch's writer."""
    import numpy
    from torch.utils.tensorboard import SummaryWriter

    chance = random.Random(2)
    for name in ["one", "deep/two"]:
        with SummaryWriter(os.path.join(folder, name)) as writer:
            for step in range(200):
                writer.add_scalar("Loss/train", chance.gauss(0, 1), step)
                writer.add_scalar("validation/dice", chance.random(), step * 10)
            writer.add_scalar("nan", float("nan"), 0)
            writer.add_scalar("new style", 0.25, 7, new_style=True)
            writer.add_histogram("weights", numpy.arange(10.0), 1)
            writer.add_text("words", "hello", 1)
    with SummaryWriter(os.path.join(folder, "tuned")) as writer:
        writer.add_hparams({"lr": 0.1, "net": "unet", "deep": True}, {"best": 0.5}, run_name="a")


def check_events(lightbox, store, folder):
    """The scalars in the store are those that TensorBoard's own reader finds."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    curves = {}
    for row in ask(lightbox, store, """
            SELECT o.name AS run, iif(m.split = '', m.name, m.split || '/' || m.name) AS key,
                m.position, m.value, m.time FROM any_metric m JOIN any_run o USING (run)"""):
        curves.setdefault(row["run"], {}).setdefault(row["key"], {})[row["position"]] = (
            row["value"], row["time"])
    count = 0
    for place, _, files in os.walk(folder):
        if not any("tfevents" in file for file in files):
            continue
        name = os.path.relpath(place, folder)
        reader = EventAccumulator(place, size_guidance={"scalars": 0, "tensors": 0})
        reader.Reload()
        wanted = {tag: [(e.step, e.value, e.wall_time) for e in reader.Scalars(tag)]
                  for tag in reader.Tags()["scalars"]}
        for tag in reader.Tags()["tensors"]:
            if reader.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
                wanted[tag] = [
                    (e.step, float(tensor_util.make_ndarray(e.tensor_proto)), e.wall_time)
                    for e in reader.Tensors(tag)]
        expect(set(wanted) == set(curves.get(name, {})), f"{name}: {sorted(wanted)}")
        for tag, values in wanted.items():
            for step, value, time in values:
                one, when = curves[name][tag][step]
                expect(equal(one, value) and when == time, f"{name}, {tag}, {step}: {one} {value}")
                count += 1
    settings = ask(lightbox, store, "SELECT name, value FROM param ORDER BY name")
    expect([(s["name"], s["value"]) for s in settings]
           == [("deep", 1), ("lr", 0.1), ("net", "unet")], f"settings {settings}")
    print(f"events: {count} scalars as TensorBoard's reader has them")


if __name__ == "__main__":
    verbs = {"make-mlflow": make_mlflow, "make-events": make_events, "mlflow": check_mlflow,
             "same": check_same, "events": check_events}
    verbs[sys.argv[1]](*sys.argv[2:])
