"""Makes stores with the tools themselves, and compares what Lightbox took with what their readers say.

    check_imports.py make-mlflow URI
    check_imports.py make-events FOLDER          (needs torch and tensorboard)
    check_imports.py mlflow LIGHTBOX STORE URI   (imported runs against MLflow's client)
    check_imports.py same URI URI                (two MLflow stores: what an export gives back)
    check_imports.py events LIGHTBOX STORE FOLDER
    check_imports.py make-wandb FOLDER           (runs without W&B's service)
    check_imports.py wandb LIGHTBOX STORE FOLDER (needs a W&B client that has DataStore, 0.25 or older)
"""

import datetime
import glob
import json
import math
import os
import random
import signal
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


def make_wandb(folder):
    """Runs that W&B logs offline: settings, curves, one that fails, and one that is killed.

    Everything that says who ran them, and where, has 'jane' in it.
    """
    home = os.path.join(folder, "home-of-jane")
    os.makedirs(home)
    for command in [
            ["init", "-q"], ["remote", "add", "origin", "git@example.org:jane/secret.git"],
            ["-c", "user.name=jane", "-c", "user.email=jane@example.org", "commit", "-q",
             "--allow-empty", "-m", "x"]]:
        subprocess.run(["git", *command], cwd=home, check=True)
    os.chdir(home)
    os.environ.update(
        WANDB_MODE="offline", WANDB_DIR=folder, WANDB_SILENT="true", WANDB_HOST="host-of-jane",
        WANDB_USERNAME="user-jane", WANDB_USER_EMAIL="jane@example.org", WANDB_ENTITY="team-of-jane",
        WANDB_API_KEY="jane" * 10)
    import wandb

    chance = random.Random(3)
    project = "chests " + wandb.__version__
    for number in range(3):
        run = wandb.init(
            project=project, id=f"run{number}", name=f"unet {number}", group="g", job_type="train",
            tags=["a", "b"], notes=f"note {number}",
            config={"lr": 0.1 / (number + 1), "model": {"name": "unet", "width": 16},
                    "sizes": [1, 2], "large": 2**62, "flag": True})
        run.define_metric("val/dice", summary="max")
        for step in range(300):
            run.log({"loss": chance.gauss(0, 1), "val/dice": chance.random(), "word": "x",
                     "validation/dice": chance.random() * 1e-9, "flag": step % 2 == 0,
                     "nested": {"a": step, "b": {"c": -step}}})
        run.log({"nan": float("nan"), "inf": float("inf"), "-inf": -float("inf"),
                 "large": 2**62, "table": wandb.Table(columns=["a"], data=[[1]])}, step=400)
        run.summary["best"] = 0.5 + number
        run.config.update({"later": "é\n" * 20_000})
        run.log_artifact(wandb.Artifact("data", "dataset"))
        run.finish(exit_code=number % 2)
    # One that is killed with all that writes for it.
    program = """if True:
        import wandb
        run = wandb.init(project=%r, id="killed", name="killed")
        for step in range(10**9):
            run.log({"loss": 1 / (step + 1), "long": "x" * 1000})
            if step == 2000: print("now", flush=True)
    """ % project
    child = subprocess.Popen(
        [sys.executable, "-c", program], start_new_session=True, stdout=subprocess.PIPE)
    child.stdout.readline()
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    # Its last record may have been whole.
    [path] = glob.glob(folder + "/wandb/offline-run-*/run-killed.wandb")
    os.truncate(path, os.path.getsize(path) - 5)


def read_wandb(path):
    """The records of a file, by the reader of W&B's own client, up to where it is torn."""
    import wandb
    from wandb.proto.wandb_internal_pb2 import Record
    from wandb.sdk.internal.datastore import DataStore

    wandb._assert_is_internal_process = True
    file = DataStore()
    file.open_for_scan(path)
    while True:
        try:
            data = file.scan_data()
        except AssertionError:
            return
        if data is None:
            return
        yield Record.FromString(data)


def update(values, items):
    """Sets what W&B's items say, by the names that lead there."""
    for item in items:
        path, group = list(item.nested_key) or [item.key], values
        for name in path[:-1]:
            group = group.setdefault(name, {})
        group[path[-1]] = json.loads(item.value_json)


def flat(values, before=""):
    """Values as Lightbox names them: members of groups with points between, W&B's own left out."""
    for name, value in values.items():
        if not before and name in ("_wandb", "_step", "_timestamp", "_runtime"):
            continue
        if isinstance(value, dict) and value and "_type" not in value:
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_wandb(lightbox, store, folder):
    """The values in the store are those that W&B's own reader finds in its files, to the last bit."""
    wanted = {}
    for path in glob.glob(folder + "/*/wandb/offline-run-*/*.wandb"):
        config, summary = {}, {}
        one = {"curves": {}, "state": "interrupted", "tags": {}}
        for record in read_wandb(path):
            if record.HasField("run"):
                run = record.run
                one.update(name=run.display_name, experiment=run.project, notes=run.notes or None)
                one["start"] = run.start_time.seconds + round(run.start_time.nanos / 1e9, 3)
                if run.tags:
                    one["tags"] = {"wandb.tags": ", ".join(run.tags), "wandb.group": run.run_group,
                                   "wandb.job_type": run.job_type}
            if record.HasField("exit"):
                one["state"] = "failed" if record.exit.exit_code else "completed"
            if record.HasField("history"):
                values = {}
                update(values, record.history.item)
                for key, value in flat(values):
                    if is_number(value):
                        one["curves"][key, record.history.step.num] = float(value)
            for values, updates in [
                    (config, record.run.config.update), (config, record.config.update),
                    (summary, record.run.summary.update), (summary, record.summary.update)]:
                update(values, updates)
        known = {key for key, _ in one["curves"]}
        one["curves"].update(
            {(key, 0): float(value) for key, value in flat(summary)
             if is_number(value) and key not in known})
        one["config"] = dict(flat(config))
        wanted[one["experiment"], one["name"]] = one
    runs = ask(lightbox, store, """
        SELECT o.run, o.experiment, o.name, o.state, n.text AS notes, o.started
        FROM any_run o LEFT JOIN note n ON n.run = o.run""")
    expect({(run["experiment"], run["name"]) for run in runs} == set(wanted), f"{runs}")
    found, names = {}, {run["run"]: (run["experiment"], run["name"]) for run in runs}
    for row in ask(lightbox, store, """
            SELECT run, iif(split = '', name, split || '/' || name) AS key, position,
                iif(abs(value) > 1.7976931348623157e308, CAST(value AS TEXT), value) AS value
            FROM any_metric"""):
        value = float(row["value"]) if isinstance(row["value"], str) else row["value"]
        found.setdefault(row["run"], {})[row["key"], row["position"]] = value
    count = 0
    for run in runs:
        one, curves = wanted[names[run["run"]]], found[run["run"]]
        expect(run["state"] == one["state"], f"{run}: {one['state']}")
        expect(run["notes"] == one["notes"], f"{run}: {one['notes']}")
        started = datetime.datetime.fromisoformat(run["started"]).timestamp()
        expect(abs(started - one["start"]) < 0.002, f"{run}: {one['start']}")
        expect(set(curves) == set(one["curves"]), f"{run}: {set(curves) ^ set(one['curves'])}")
        for place, value in one["curves"].items():
            expect(equal(curves[place], value), f"{run}, {place}: {curves[place]} {value}")
            count += 1
        settings = {row["name"]: row["value"] for row in ask(
            lightbox, store, f"SELECT name, value FROM param WHERE run = {run['run']}")}
        values = {key: value if is_number(value) or isinstance(value, str)
                  else json.dumps(value, separators=(",", ":")) if isinstance(value, list) else value
                  for key, value in one["config"].items()}
        expect(settings == values, f"{run}: settings {settings} {values}")
        tags = {row["name"]: row["value"] for row in ask(
            lightbox, store, f"SELECT name, value FROM tag WHERE run = {run['run']}")}
        expect(tags == one["tags"], f"{run}: tags {tags}")
    for name in [store, store + "-wal"]:
        if os.path.exists(name):
            expect(b"jane" not in open(name, "rb").read(), f"{name} says who ran them")
    print(f"W&B: {len(runs)} runs and {count} values as its own reader has them, and no names")


if __name__ == "__main__":
    verbs = {"make-mlflow": make_mlflow, "make-events": make_events, "mlflow": check_mlflow,
             "same": check_same, "events": check_events, "make-wandb": make_wandb,
             "wandb": check_wandb}
    verbs[sys.argv[1]](*sys.argv[2:])
