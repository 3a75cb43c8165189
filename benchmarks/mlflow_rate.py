"""How fast values are logged through MLflow's `log-batch`: `lightbox serve --log` and `mlflow server` on SQLite.

    python benchmarks/mlflow_rate.py .build/release/lightbox --output results/benchmarks/mlflow.md

Needs mlflow. Each server gets the same 100 calls of 1,000 values (10 curves, 100 steps a call) in one
run, one after the other over one connection, and is then asked how many values it has. The calls are
written before the clock starts, so that what is timed is the server; the second figure is with MLflow's
own client, which makes the same calls from its objects: what it needs of the processor itself is told,
since no server can be faster than that. The best of the rounds counts.
"""

import argparse
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

CALLS, CURVES, STEPS = 100, 10, 100


def post(connection, path, body):
    """The answer to a call."""
    connection.request(
        "POST", "/api/2.0/mlflow/" + path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {text[:200]}")
    return json.loads(text)


def points(call):
    """What one call logs: key, value, time and step."""
    return [(f"curve {curve}", curve + 1 / (step + 1), 1760000000000 + step, step)
            for step in range(call * STEPS, (call + 1) * STEPS) for curve in range(CURVES)]


def bare(port):
    """Seconds for all calls over a plain connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    run = post(connection, "runs/create", json.dumps({"experiment_id": "0"}))["run"]["info"]["run_id"]
    names = ["key", "value", "timestamp", "step"]
    bodies = [
        json.dumps({"run_id": run, "metrics": [dict(zip(names, p)) for p in points(call)]})
        for call in range(CALLS)]
    start = time.monotonic()
    for body in bodies:
        post(connection, "runs/log-batch", body)
    took = time.monotonic() - start
    count(port, run)
    return took


def with_client(port):
    """Seconds for all calls by MLflow's client, and how many of them it was at work itself."""
    from mlflow.entities import Metric
    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"http://127.0.0.1:{port}")
    run = client.create_run("0").info.run_id
    batches = [[Metric(*point) for point in points(call)] for call in range(CALLS)]
    start, busy = time.monotonic(), time.process_time()
    for batch in batches:
        client.log_batch(run, batch)
    took, busy = time.monotonic() - start, time.process_time() - busy
    count(port, run)
    return took, busy


def count(port, run):
    """Every value has to be there."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for curve in range(CURVES):
        query = urllib.parse.urlencode({"run_id": run, "metric_key": f"curve {curve}"})
        connection.request("GET", "/api/2.0/mlflow/metrics/get-history?" + query)
        found = len(json.loads(connection.getresponse().read())["metrics"])
        if found != CALLS * STEPS:
            raise SystemExit(f"{found} values of curve {curve}; expected {CALLS * STEPS}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(port):
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server does not answer")


def main():
    import mlflow

    parser = argparse.ArgumentParser()
    parser.add_argument("lightbox")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output")
    parser.add_argument("--remark", default="")
    options = parser.parse_args()
    lines = [
        f"`python benchmarks/mlflow_rate.py {options.lightbox}`, {time.strftime('%Y-%m-%d')}"
        + (f": {options.remark}" if options.remark else "") + ".", "",
        f"{CALLS * CURVES * STEPS:,} values in {CALLS} calls of `log-batch`, best of {options.rounds}:",
        "", "| server | calls written before | MLflow's client |", "|---|--:|--:|"]
    rates = []
    for name in ["lightbox", "mlflow"]:
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            command = (
                [options.lightbox, "serve", "--log", "--port", str(port), "--store",
                 os.path.join(folder, "runs.db")] if name == "lightbox" else
                [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
                 "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
                 "--artifacts-destination", folder])
            server = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True)
            try:
                wait(port)
                plain = min(bare(port) for _ in range(options.rounds))
                took, busy = min(with_client(port) for _ in range(options.rounds))
            finally:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait()
        rates.append([CALLS * CURVES * STEPS / seconds for seconds in [plain, took, busy]])
        title = "`lightbox serve --log`" if name == "lightbox" else (
            f"`mlflow server` {mlflow.__version__} on SQLite, one worker")
        lines.append(f"| {title} | {rates[-1][0]:,.0f} values/s | {rates[-1][1]:,.0f} values/s |")
    lines += [
        f"| ratio | {rates[0][0] / rates[1][0]:.1f} | {rates[0][1] / rates[1][1]:.1f} |", "",
        f"MLflow's client itself makes {rates[0][2]:,.0f} values in a second of its processor "
        "time; a server that took no time would be no faster.", ""]
    text = "\n".join(lines)
    if options.output:
        pathlib.Path(options.output).write_text(text)
    print(text)


main()
