"""What a sweep costs besides training: each cell from start to finish, and a sweep with nothing
to do.

    python benchmarks/runner_cost.py .build/release/lightbox

Cells train for one epoch of one step with the smallest network on images of 16 x 16. What such a
cell takes beyond the training seconds that its run records is the runner: order to the worker,
lease, data set, split, metrics, two evaluations of the test images with every measure, two files
of weights brought to the disk, the end. Worker processes stay for the whole sweep; their start is
part of the total. Processor time is what counts on a busy machine.
"""

import argparse
import ctypes
import os
import resource
import sqlite3
import subprocess
import tempfile
import time

EXPERIMENT = """name: cost
grid: {dataset: mcx, model: unet, loss: tv, seed: [SEEDS]}
train: {epochs: 1, image: 16, width: 1, batch: 32, checkpoint-every: 0}
"""


def measured(command, folder, stop_when=None):
    """Wall and processor seconds of a command with all processes that it starts."""
    # Workers outlive their sweep by a moment; as their heir this process is told what they took.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    while stop_when and not stop_when():
        time.sleep(0.05)
    if stop_when:
        process.kill()
    process.wait()
    wall = time.monotonic() - start
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used


def sweep(program, folder, store, cells, **options):
    with open(os.path.join(folder, "cost.yaml"), "w") as file:
        file.write(EXPERIMENT.replace("SEEDS", ", ".join(map(str, range(1, cells + 1)))))
    command = [program, "sweep", "cost.yaml", "--store", store, "--jobs", "1", "--threads", "1"]
    return measured(command + ["--quiet"], folder, **options)


def ask(path, sql):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60) as connection:
            return connection.execute(sql).fetchone()
    except sqlite3.OperationalError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="lightbox")
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--finished", type=int, default=10_000)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as folder:
        phantoms = [program, "data", "phantom", "data", "--count", "12", "--size", "64"]
        subprocess.run(phantoms, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        wall, used = sweep(program, folder, "few.db", options.cells)
        path = os.path.join(folder, "few.db")
        done, training = ask(
            path, "SELECT count(*), sum(seconds) FROM run WHERE state = 'completed'"
        )
        print(
            f"{done} cells in {wall:.2f} s ({used:.2f} s of processor), {training:.2f} s of it "
            f"training: {1000 * (wall - training) / done:.1f} ms a cell beside training; "
            f"{1000 * used / done:.1f} ms of processor a cell with its training"
        )

        path = os.path.join(folder, "many.db")
        planned = lambda: (ask(path, "SELECT count(*) FROM run") or [0])[0] >= options.finished
        sweep(program, folder, "many.db", options.finished, stop_when=planned)
        with sqlite3.connect(path, timeout=60) as connection:
            connection.execute("UPDATE run SET state = 'completed', finished = created")
            connection.execute("DELETE FROM lease")
        connection.close()
        for _ in range(3):
            wall, used = sweep(program, folder, "many.db", options.finished)
            print(
                f"a sweep over {options.finished} finished cells: {wall:.2f} s "
                f"({used:.2f} s of processor)"
            )


if __name__ == "__main__":
    main()
