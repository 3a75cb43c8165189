"""MLflow's own client, scikit-learn's autologging and Lightning's logger against `lightbox serve --log`.

    check_clients.py client LIGHTBOX STORE    (MLFLOW_TRACKING_URI names the server)
    check_clients.py autolog LIGHTBOX STORE   (needs scikit-learn)
    check_clients.py lightning LIGHTBOX STORE (needs lightning)
    check_clients.py many LIGHTBOX STORE      (16 processes at once)

Every mode ends with one line, or with a sentence about what differs.
"""

import math
import os
import subprocess
import sys
import tempfile

from check_imports import ask, expect


def refused(call, words):
    """The call is refused, and the sentence says why."""
    from mlflow.exceptions import MlflowException

    try:
        call()
    except MlflowException as error:
        expect(words in str(error), f"refused with '{error}', expected '{words}'")
        return error
    sys.exit(f"check_clients: not refused: {words}")


def names(runs):
    return [run.info.run_name for run in runs]


def check_client(lightbox, store):
    import mlflow
    from mlflow.entities import Metric, Param, RunTag, ViewType

    client = mlflow.tracking.MlflowClient()
    experiment = client.create_experiment(f"client {mlflow.__version__}")
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_run(run_name="parent", description="a note") as parent:
        mlflow.log_params({"lr": 0.1, "net": "a,\"b\"\nc", "n": 3})
        mlflow.set_tag("who", "me")
        for step in range(20):
            mlflow.log_metric("validation/dice", step / 20, step=step)
        mlflow.log_metrics({"nan": math.nan, "inf": math.inf}, step=5)
        metrics = [Metric("loss", 1 / (step + 1), 1760000000000 + step, step) for step in range(500)]
        client.log_batch(
            parent.info.run_id, metrics, [Param("batch", "yes")], [RunTag("tag", "text")])
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metric("loss", 0.25, step=1)
        mlflow.log_text("first\nline", "notes/text.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        with tempfile.TemporaryDirectory() as folder:
            large = os.path.join(folder, "large.bin")
            with open(large, "wb") as file:
                file.write(bytes(range(256)) * 20000)
            os.mkdir(os.path.join(folder, "deep"))
            with open(os.path.join(folder, "deep", "ü ß.txt"), "w") as file:
                file.write("x")
            open(os.path.join(folder, "empty"), "w").close()
            mlflow.log_artifacts(folder, "folder")
        live = client.get_run(parent.info.run_id)
        expect(live.info.status == "RUNNING", live.info.status)
    try:
        with mlflow.start_run(run_name="fails") as failing:
            mlflow.log_param("lr", 0.5)
            raise KeyError("on purpose")
    except KeyError:
        pass

    run = client.get_run(parent.info.run_id)
    expect(run.info.status == "FINISHED" and run.info.run_name == "parent", run.info)
    expect(run.info.start_time <= run.info.end_time, "times")
    expect(run.data.params == {"lr": "0.1", "net": "a,\"b\"\nc", "n": "3", "batch": "yes"},
           run.data.params)
    tags = run.data.tags
    expect(tags["who"] == "me" and tags["tag"] == "text", tags)
    expect(tags["mlflow.note.content"] == "a note" and tags["mlflow.runName"] == "parent", tags)
    expect(math.isnan(run.data.metrics["nan"]) and run.data.metrics["inf"] == math.inf, "special")
    expect(run.data.metrics["validation/dice"] == 0.95, run.data.metrics)
    history = client.get_metric_history(parent.info.run_id, "loss")
    expect([(p.step, p.value, p.timestamp) for p in history]
           == [(m.step, m.value, m.timestamp) for m in metrics], "the history of loss")
    expect(client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id,
           "the parent")
    expect(client.get_run(failing.info.run_id).info.status == "FAILED", "a run that fails")

    def search(words="", **more):
        return names(client.search_runs([experiment], words, **more))

    expect(search(order_by=["attributes.run_name"]) == ["child", "fails", "parent"], search())
    expect(search("metrics.loss < 0.1") == ["parent"], "metrics")
    expect(search("params.lr = '0.5'") == ["fails"], "params")
    expect(search("tags.who LIKE 'm%' AND attributes.status = 'FINISHED'") == ["parent"], "tags")
    expect(search(f"tags.mlflow.parentRunId = '{parent.info.run_id}'") == ["child"], "children")
    expect(search("metrics.loss > 0", order_by=["metrics.loss DESC"]) == ["child", "parent"], "order")
    expect(search("attributes.run_name ILIKE 'PA%'") == ["parent"], "ILIKE")
    expect(search(f"attributes.run_id IN ('{child.info.run_id}')") == ["child"], "IN")
    pages, token = [], None
    while True:
        page = client.search_runs(
            [experiment], order_by=["attributes.run_name"], max_results=2, page_token=token)
        pages.append(names(page))
        token = page.token
        if not token:
            break
    expect(pages == [["child", "fails"], ["parent"]], pages)
    table = mlflow.search_runs([experiment])
    expect(len(table) == 3 and set(table["params.lr"].dropna()) == {"0.1", "0.5"}, "the table")
    refused(lambda: search("metrics.loss < 'a'"), "expected a number")
    refused(lambda: client.log_param(parent.info.run_id, "lr", 0.2), "'lr'")
    refused(lambda: client.get_run("0" * 32), "unknown run")
    refused(lambda: client.delete_experiment(experiment), "lightbox delete")
    refused(lambda: client.create_experiment(f"client {mlflow.__version__}"), "already")

    listed = {f.path: f.file_size for f in client.list_artifacts(parent.info.run_id)}
    expect(listed == {"config.json": listed["config.json"], "folder": None, "notes": None}, listed)
    below = {f.path for f in client.list_artifacts(parent.info.run_id, "folder")}
    expect(below == {"folder/large.bin", "folder/deep", "folder/empty"}, below)
    with tempfile.TemporaryDirectory() as folder:
        place = client.download_artifacts(parent.info.run_id, "", folder)
        with open(os.path.join(place, "folder", "large.bin"), "rb") as file:
            expect(file.read() == bytes(range(256)) * 20000, "the large file")
        with open(os.path.join(place, "folder", "deep", "ü ß.txt")) as file:
            expect(file.read() == "x", "the deep file")
        expect(os.path.getsize(os.path.join(place, "folder", "empty")) == 0, "the empty file")
    expect(mlflow.artifacts.load_dict(f"runs:/{parent.info.run_id}/config.json") == {"a": [1, 2]},
           "the dictionary")

    client.set_tag(parent.info.run_id, "late", "yes")
    client.delete_tag(parent.info.run_id, "late")
    client.update_run(child.info.run_id, name="renamed")
    client.delete_run(failing.info.run_id)
    expect(search(order_by=["attributes.run_name"]) == ["parent", "renamed"], "after deleting")
    expect(search(run_view_type=ViewType.DELETED_ONLY) == ["fails"], "the deleted")
    client.restore_run(failing.info.run_id)
    client.rename_experiment(experiment, f"renamed {mlflow.__version__}")
    client.set_experiment_tag(experiment, "mlflow.note.content", "about it")
    expect(client.get_experiment(experiment).tags == {"mlflow.note.content": "about it"}, "the note")
    expect(f"renamed {mlflow.__version__}" in [e.name for e in client.search_experiments()], "names")
    with mlflow.start_run(run_id=child.info.run_id):
        mlflow.log_metric("loss", 0.125, step=2)
    expect(client.get_run(child.info.run_id).data.metrics["loss"] == 0.125, "a run that goes on")
    client.set_terminated(failing.info.run_id, "KILLED")

    rows = ask(lightbox, store, f"""
        SELECT o.name, o.state, o.step FROM any_run o
        WHERE o.experiment = 'renamed {mlflow.__version__}' ORDER BY o.name""")
    expect(rows == [{"name": "fails", "state": "failed", "step": None},
                    {"name": "parent", "state": "completed", "step": 499},
                    {"name": "renamed", "state": "completed", "step": 2}], rows)
    print(f"mlflow {mlflow.__version__}: runs, batches, searches, nested runs, artifacts")


def check_autolog(lightbox, store):
    import mlflow
    import sklearn
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment(f"autolog {mlflow.__version__}")
    mlflow.sklearn.autolog()
    images, classes = load_iris(return_X_y=True)
    with mlflow.start_run(run_name="iris") as run:
        LogisticRegression(max_iter=300, C=0.5).fit(images, classes)
    found = mlflow.tracking.MlflowClient().get_run(run.info.run_id)
    expect(found.data.params["C"] == "0.5" and found.data.params["max_iter"] == "300", "params")
    expect(found.data.metrics["training_accuracy_score"] > 0.9, found.data.metrics)
    expect(found.data.tags["estimator_name"] == "LogisticRegression", found.data.tags)
    expect([d.dataset.name for d in found.inputs.dataset_inputs] == ["dataset"], "the data set")
    files = {f.path for f in mlflow.tracking.MlflowClient().list_artifacts(run.info.run_id)}
    expect("training_confusion_matrix.png" in files, files)
    again = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    expect(again.score(images, classes) > 0.9, "the model")
    rows = ask(lightbox, store, f"""
        SELECT DISTINCT p.value FROM any_run o JOIN param p ON p.run = o.run
        WHERE o.experiment = 'autolog {mlflow.__version__}' AND p.name = 'C'""")
    expect(rows == [{"value": 0.5}], rows)
    print(f"mlflow {mlflow.__version__}: autologging of scikit-learn {sklearn.__version__}")


def check_lightning(lightbox, store):
    import lightning
    import torch
    from lightning.pytorch.loggers import MLFlowLogger

    class Line(lightning.LightningModule):
        def __init__(self, rate=0.1):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(1, 1)

        def training_step(self, batch, _):
            loss = ((self.layer(batch) - 2 * batch) ** 2).mean()
            self.log("train/loss", loss, on_step=True, on_epoch=False)
            return loss

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)

    logger = MLFlowLogger(
        experiment_name="lightning", run_name="line",
        tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
    data = torch.utils.data.DataLoader(torch.linspace(-1, 1, 64)[:, None], batch_size=8)
    trainer = lightning.Trainer(
        max_epochs=3, logger=logger, log_every_n_steps=1, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, accelerator="cpu")
    trainer.fit(Line(), data)
    rows = ask(lightbox, store, """
        SELECT o.state, count(*) AS points, max(m.position) AS last FROM any_run o
        JOIN any_metric m ON m.run = o.run AND m.name = 'loss' AND m.split = 'train'
        WHERE o.experiment = 'lightning' AND o.name = 'line'""")
    expect(rows == [{"state": "completed", "points": 24, "last": 23}], rows)
    rows = ask(lightbox, store, """
        SELECT DISTINCT p.value FROM any_run o JOIN param p ON p.run = o.run
        WHERE o.experiment = 'lightning' AND p.name = 'rate'""")
    expect(rows == [{"value": 0.1}], rows)
    print(f"lightning {lightning.__version__}: its MLFlowLogger")


def one_of_many(run, number):
    import mlflow
    from mlflow.entities import Metric

    client = mlflow.tracking.MlflowClient()
    own = client.create_run("0", run_name=f"many {number}")
    for start in range(0, 1000, 100):
        points = [Metric(f"m{number}", step, 1760000000000, step) for step in range(start, start + 100)]
        client.log_batch(run, points)
        client.log_batch(own.info.run_id, points)
    client.set_terminated(own.info.run_id)


def check_many(lightbox, store):
    import mlflow

    client = mlflow.tracking.MlflowClient()
    run = client.create_run("0", run_name="many together").info.run_id
    here = os.path.abspath(__file__)
    clients = [
        subprocess.Popen([sys.executable, here, "one-of-many", run, str(number)])
        for number in range(16)]
    expect(all(process.wait() == 0 for process in clients), "a client failed")
    rows = ask(lightbox, store, """
        SELECT count(DISTINCT o.run) AS runs, count(*) AS points, sum(m.value) AS sum
        FROM any_run o JOIN any_metric m ON m.run = o.run WHERE o.name LIKE 'many %'""")
    expect(rows == [{"runs": 17, "points": 32000, "sum": 32 * 499500}], rows)
    print("16 clients at once: nothing is lost")


if __name__ == "__main__":
    modes = {"client": check_client, "autolog": check_autolog, "lightning": check_lightning,
             "many": check_many, "one-of-many": one_of_many}
    modes[sys.argv[1]](*sys.argv[2:])
