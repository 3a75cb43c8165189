"""Writes the validation curves of a sweep's runs as a table for benchmarks/peer_search.py.

    lightbox data phantom data --count 24 --size 64 --seed 3
    lightbox sweep benchmarks/search-curves.yaml --data data --store curves.db
    python benchmarks/record_curves.py curves.db results/benchmarks/search-curves.json
"""

import json
import sqlite3
import sys

AXES = {"loss": str, "learning-rate": float, "width": int, "batch": int}


def main(store, output):
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    curves = []
    runs = connection.execute(
        "SELECT r.id, r.loss, r.epochs FROM run r JOIN experiment_run x ON x.run = r.id "
        "JOIN experiment e ON e.id = x.experiment_id "
        "WHERE e.name = 'search-curves' AND r.state = 'completed' ORDER BY x.position"
    ).fetchall()
    for run, loss, epochs in runs:
        values = dict(connection.execute("SELECT name, value FROM param WHERE run = ?", [run]))
        values["loss"] = loss
        dice = connection.execute(
            "SELECT value FROM metric WHERE run = ? AND split = 'validation' AND name = 'dice' "
            "ORDER BY epoch", [run]
        ).fetchall()
        curves.append(
            {
                "at": [kind(values[name]) for name, kind in AXES.items()],
                "dice": [round(value or 0.0, 5) for (value,) in dice],
            }
        )
    axes = {
        name: list(dict.fromkeys(curve["at"][index] for curve in curves))
        for index, name in enumerate(AXES)
    }
    with open(output, "w") as file:
        head = json.dumps({"axes": axes, "epochs": runs[0][2]})[:-1]
        rows = ",\n".join(json.dumps(curve) for curve in curves)
        file.write(f'{head}, "curves": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
