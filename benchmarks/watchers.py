"""What it costs a sweep that many people watch it: the same sweep with and without clients of `lightbox serve`.

    python benchmarks/watchers.py .build/release/lightbox --clients 50

Rounds alternate. Each trains the same cells of a small U-Net on phantoms into a new store, on all
processors; in every second one a server shows the store and each client listens to the news of a page, half to
the list of runs and half to a run. What counts is the time that the store gives the runs, in all; beside it
stands the processor time that the server took from its start to its end, as a share of all processors, which
the machine's own ups and downs do not touch.
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
import threading
import time

EXPERIMENT = """name: watched
grid: {dataset: mcx, model: unet, loss: kltv, seed: [1, 2, 3, 4]}
train: {epochs: 40, image: 64, width: 8, batch: 8}
"""


class Watcher(threading.Thread):
    """A client that reads all that the server sends about a page."""

    def __init__(self, port, page):
        super().__init__(daemon=True)
        self.port, self.page, self.events = port, page, 0
        self.start()

    def run(self):
        address = self.page.replace("/", "%2F")
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(
                f"GET /events?address={address}&seen= HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                "Accept: text/event-stream\r\n\r\n".encode())
            while data := connection.recv(1 << 16):
                self.events += data.count(b"event:") + data.count(b"\ndata:")


def train(lightbox, folder, data, clients):
    """Seconds of all runs, events seen, and the server's share of the processors."""
    store = os.path.join(folder, "runs.db")
    server, watchers = None, []
    subprocess.run([lightbox, "runs", "--store", store], capture_output=True)
    command = [lightbox, "sweep", "watched.yaml", "--data", data, "--store", store, "--jobs", "2",
               "--threads", "1", "--quiet"]
    sweep = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    if clients:
        while not os.path.exists(store):
            time.sleep(0.05)
        time.sleep(0.5)
        server = subprocess.Popen(
            [lightbox, "serve", "--port", "0", "--store", store], stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline().rstrip("/\n").split(":")[-1])
        watchers = [Watcher(port, "/" if i % 2 else "/runs/1") for i in range(clients)]
    begin, share = time.monotonic(), 0.0
    if sweep.wait():
        raise SystemExit("the sweep failed")
    if server:
        wall = time.monotonic() - begin
        server.send_signal(signal.SIGINT)
        _, _, used = os.wait4(server.pid, 0)
        share = (used.ru_utime + used.ru_stime) / wall / os.cpu_count()
    with sqlite3.connect(store) as connection:
        seconds = connection.execute("SELECT sum(seconds) FROM run").fetchone()[0]
    return seconds, sum(w.events for w in watchers), share


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lightbox")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output")
    options = parser.parse_args()
    lightbox = os.path.abspath(options.lightbox)
    took, events, shares = {0: [], options.clients: []}, 0, []
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        subprocess.run([lightbox, "data", "phantom", data, "--count", "60"], check=True,
                       stdout=subprocess.DEVNULL)
        pathlib.Path(folder, "watched.yaml").write_text(EXPERIMENT)
        for round in range(2 * options.rounds):
            clients = options.clients if round % 2 else 0
            place = tempfile.mkdtemp(dir=folder)
            pathlib.Path(place, "watched.yaml").write_text(EXPERIMENT)
            seconds, seen, share = train(lightbox, place, data, clients)
            took[clients].append(seconds)
            shares += [share] if clients else []
            events = max(events, seen)
    alone, watched = (statistics.median(times) for times in took.values())
    text = (
        f"A sweep of four cells on all processors, {options.rounds} alternating rounds, seconds of its "
        f"runs in all (median, lowest and highest):\n\n| watched by | seconds | range |\n"
        f"|---|--:|--:|\n"
        + "".join(f"| {clients} clients | {statistics.median(times):.2f} "
                  f"| {min(times):.2f}–{max(times):.2f} |\n" for clients, times in took.items())
        + f"| ratio | {watched / alone:.3f} | |\n\nThe server took {100 * statistics.median(shares):.1f} % of the "
        f"processors (median; {100 * min(shares):.1f} to {100 * max(shares):.1f} %), its start included. The "
        f"clients saw up to {events} pieces of news a sweep.\n")
    if options.output:
        pathlib.Path(options.output).write_text(text)
    print(text)


main()
