"""Trains the PyTorch twin of a Lightbox sweep on the same images and splits, as a check that the
engine learns what PyTorch learns.

    python benchmarks/learn_pytorch.py --store results/lightbox.db --data DIR --experiment mcx-quick \
        --loss kltv --output results/benchmarks/learning.json

Images, splits and settings are read from the store; the network is `networks.py`. Weights start
from the same distribution, not the same numbers. The weights of the best validation Dice are
tested, as Lightbox does.
"""

import argparse
import json
import pathlib
import sqlite3
import statistics

import numpy as np
import torch
from PIL import Image

import networks

parser = argparse.ArgumentParser()
parser.add_argument("--store", required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--experiment", default="mcx-quick")
parser.add_argument("--loss", default="kltv", choices=["kltv"])
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--width", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--output")
options = parser.parse_args()
torch.set_num_threads(options.threads)

store = sqlite3.connect(f"file:{options.store}?mode=ro", uri=True)
runs = store.execute(
    """SELECT r.seed, o.split_id, r.test_dice FROM run_overview r JOIN run o ON o.id = r.run
       WHERE r.experiment = ? AND r.loss = ? AND r.state = 'completed' ORDER BY r.seed""",
    (options.experiment, options.loss)).fetchall()
folder = next(pathlib.Path(options.data).glob("**/CXR_png")).parent


def reduced(path):
    """Area average to 128x128."""
    return np.asarray(Image.open(path).convert("L").resize((128, 128), Image.BOX), np.float32)


def load(name):
    image = reduced(folder / "CXR_png" / f"{name}.png")
    image = (image - image.min()) / max(image.max() - image.min(), 1e-9)
    mask = np.zeros((128, 128), np.float32)
    for side in ("leftMask", "rightMask"):
        lung = Image.open(folder / "ManualMask" / side / f"{name}.png").convert("L")
        lung = np.asarray(lung.point(lambda v: 255 if v else 0).resize((128, 128), Image.BOX), np.float32)
        mask = np.maximum(mask, (lung >= 127.5).astype(np.float32))
    return image, mask


def part(split, name):
    rows = store.execute(
        "SELECT image FROM dataset_split WHERE split_id = ? AND part = ? ORDER BY image",
        (split, name))
    pairs = [load(row[0]) for row in rows]
    stack = lambda i: torch.tensor(np.stack([p[i] for p in pairs]))[:, None]
    return (stack(0).to(memory_format=torch.channels_last), stack(1))


def dice(network, x, y):
    network.eval()
    with torch.inference_mode():
        p = torch.cat([network(x[i:i + 16])[-1] for i in range(0, len(x), 16)]) >= 0.5
    y = y > 0.5
    both = (p & y).sum((1, 2, 3)).double()
    return (2 * both / (p.sum((1, 2, 3)) + y.sum((1, 2, 3)))).mean().item()


results = []
for seed, split, ours in runs:
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    network = networks.glorot(networks.segmentor("unet", options.width), seed)
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    x, y = part(split, "train")
    validation, test = part(split, "validation"), part(split, "test")
    best, kept = -1.0, None
    for epoch in range(options.epochs):
        network.train()
        shuffled = order.permutation(len(x))
        for start in range(0, len(x), options.batch):
            pick = shuffled[start:start + options.batch]
            loss = networks.kltv(network(x[pick])[-1], y[pick])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        score = dice(network, *validation)
        if score > best:
            best, kept = score, {k: v.clone() for k, v in network.state_dict().items()}
    network.load_state_dict(kept)
    results.append({"seed": seed, "lightbox": ours, "pytorch": dice(network, *test)})
    print(results[-1], flush=True)
mean = lambda key: statistics.fmean(r[key] for r in results)
summary = {
    "torch": torch.__version__, "runs": results, "lightbox_mean": mean("lightbox"),
    "pytorch_mean": mean("pytorch"), "difference": mean("lightbox") - mean("pytorch"),
}
print(json.dumps(summary))
if options.output:
    pathlib.Path(options.output).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(options.output).write_text(json.dumps(summary, indent=1) + "\n")
