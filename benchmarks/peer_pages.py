"""How long a page takes until its content stands in a browser: Lightbox, MLflow and trackio with the same runs.

    python benchmarks/peer_pages.py .build/release --mlflow VENV/bin/python --trackio VENV/bin/python

Needs Chromium and Playwright in this Python (`make test-browser` installs both), and environments that have
mlflow and trackio. `storebench points` makes the runs, each with 1,000 epochs of 3 metrics; `lightbox export
mlflow` and this program copy them. Each page is opened in a fresh browser window without a cache, one tool after
the other; the clock stops when a run's name, or a drawing of curves, is visible. Medians of the rounds. Memory is
that of the server's processes at the end.
"""

import argparse
import os
import pathlib
import signal
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.request

from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

PROJECT = "bench"
# Seconds after which a page is given up.
PATIENCE = 120
# What trackio's own module makes its tables with, then one row a step, as its client writes them.
FILL = """
import json, sqlite3, sys
from trackio.sqlite_storage import SQLiteStorage
path = SQLiteStorage.init_db(sys.argv[2])
source, target = sqlite3.connect(sys.argv[1]), sqlite3.connect(path)
for run, name in source.execute("SELECT run_uuid, name FROM runs").fetchall():
    steps = {}
    for key, value, step in source.execute(
            "SELECT key, value, step FROM metrics WHERE run_uuid = ?", [run]):
        steps.setdefault(step, {})[key] = value
    settings = dict(source.execute("SELECT key, value FROM params WHERE run_uuid = ?", [run]))
    when = "2026-01-01T00:00:00+00:00"
    target.execute(
        "INSERT INTO configs (run_id, run_name, config, created_at) VALUES (?, ?, ?, ?)",
        [run, name, json.dumps(settings), when])
    target.executemany(
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)",
        [[run, when, name, step, json.dumps(values)] for step, values in sorted(steps.items())])
target.commit()
"""
SHOW = "import sys, trackio; trackio.show(open_browser=False, block_thread=True, server_port=int(sys.argv[1]))"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(port, server):
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit(f"{server.args[0]}: ended with {server.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server does not answer")


def memory(group):
    """MiB in use by the processes of a group."""
    total = 0
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == group:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    return total / 2**20


def opened(browser, address, selector):
    """Milliseconds until what the selector names is visible; None where that takes too long."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    start = time.monotonic()
    page.goto(address, wait_until="commit")
    try:
        page.locator(selector).first.wait_for(state="visible", timeout=1000 * PATIENCE)
        return 1000 * (time.monotonic() - start)
    except Late:
        return None
    finally:
        context.close()


def median(browser, address, selector, rounds):
    """The middle of the rounds after one to warm up, in words."""
    if opened(browser, address, selector) is None:
        return f"none in {PATIENCE} s"
    took = [opened(browser, address, selector) for _ in range(rounds)]
    return "none" if None in took else f"{statistics.median(took):,.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("products", help="folder of lightbox and storebench")
    parser.add_argument("--mlflow", required=True, help="a Python that has mlflow")
    parser.add_argument("--trackio", required=True, help="a Python that has trackio")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the stores are made, or are used where they are there")
    parser.add_argument("--output", help="file for the table; else standard output")
    parser.add_argument("--remark", default="")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    lightbox = os.path.join(options.products, "lightbox")
    store, mlflow, trackio = folder / "runs.db", folder / "mlflow.db", folder / "trackio"
    if not store.exists():
        subprocess.run(
            [os.path.join(options.products, "storebench"), "points", "--store", store, "--runs",
             str(options.runs), "--epochs", "1000", "--metrics", "3"],
            check=True, stdout=subprocess.DEVNULL)
    if not mlflow.exists():
        subprocess.run([lightbox, "export", "mlflow", "--store", store, "--output", mlflow], check=True)
        subprocess.run(
            [options.mlflow, "-m", "mlflow", "db", "upgrade", f"sqlite:///{mlflow}"], check=True,
            stderr=subprocess.DEVNULL)
    surroundings = {**os.environ, "TRACKIO_DIR": str(trackio), "MLFLOW_DISABLE_TELEMETRY": "true"}
    if not (trackio / f"{PROJECT}.db").exists():
        subprocess.run(
            [options.trackio, "-c", FILL, mlflow, PROJECT], check=True, env=surroundings)
    database = sqlite3.connect(mlflow)
    # The newest run: every tool shows it first.
    experiment, run, name = database.execute(
        "SELECT experiment_id, run_uuid, name FROM runs ORDER BY start_time DESC LIMIT 1").fetchone()
    tools = [
        ("`lightbox serve`",
         lambda port: [lightbox, "serve", "--port", str(port), "--store", store],
         [("/", "main table tbody tr"), (f"/runs/{options.runs}", ".panels svg")]),
        ("`mlflow server`",
         lambda port: [options.mlflow, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port",
                       str(port), "--workers", "1", "--backend-store-uri", f"sqlite:///{mlflow}"],
         [(f"/#/experiments/{experiment}/runs", f"text={name}"),
          (f"/#/experiments/{experiment}/runs/{run}/model-metrics", "svg.main-svg")]),
        ("trackio",
         lambda port: [options.trackio, "-c", SHOW, str(port)],
         [(f"/?project={PROJECT}", f"text={name}"),
          (f"/?project={PROJECT}", "svg.marks, canvas.marks")]),
    ]
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for title, command, pages in tools:
            port = free_port()
            server = subprocess.Popen(
                [str(word) for word in command(port)], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True, env=surroundings)
            try:
                begin = time.monotonic()
                wait(port, server)
                start = 1000 * (time.monotonic() - begin)
                took = [
                    median(browser, f"http://127.0.0.1:{port}{path}", selector, options.rounds)
                    for path, selector in pages]
                rows.append(
                    f"| {title} | {start:,.0f} | {took[0]} | {took[1]} | {memory(server.pid):,.0f} |")
            finally:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait()
        browser.close()
    text = "\n".join([
        f"`python benchmarks/peer_pages.py {options.products} --mlflow … --trackio … --runs {options.runs}`, "
        + time.strftime("%Y-%m-%d") + (f": {options.remark}" if options.remark else "") + ".", "",
        f"{options.runs:,} runs of 3,000 points, in Chromium, medians of {options.rounds}:", "",
        "| | start ms | runs visible ms | a run's curves visible ms | memory MiB |",
        "|---|--:|--:|--:|--:|", *rows, "",
        "trackio has no address of a single run: its page draws the curves of all runs of a project.", ""])
    if options.output:
        pathlib.Path(options.output).write_text(text)
    else:
        print(text)


main()
