"""Compares exported networks in ONNX Runtime and OpenVINO with `lightbox predict`.

    python check.py LIGHTBOX STORE DATA FOLDER

Run by `make test-onnx`, which trains the runs of the store first. Every run of it is exported; onnx.checker has to
accept the file; 20 images of the size of the network are answered by all three. Ends with one line a run, and
with an AssertionError that names run, program and number where they differ.
"""
import csv
import glob
import json
import os
import subprocess
import sys

import numpy as np
import onnx
import openvino
from onnx.reference import ReferenceEvaluator
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples"))
import run_onnx  # noqa: E402

IMAGES = 20
# Of probabilities, beside ours; a map that is written as 16 bits is off by 8e-6 itself.
TOLERANCE = 1e-4


def lightbox(program, *arguments):
    return subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True
    ).stdout


def runtimes(path):
    """What answers a batch [N, 1, H, W], by name; outputs by name."""
    session, _ = run_onnx.metadata_of(path)
    names = [output.name for output in session.get_outputs()]
    core = openvino.Core()
    # As the weights are; some processors would take halves of their bits.
    compiled = core.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def onnx_runtime(batch):
        return dict(zip(names, session.run(None, {"image": batch})))

    def open_vino(batch):
        answer = compiled({"image": batch})
        return {name: answer[name] for name in names}

    return {"ONNX Runtime": onnx_runtime, "OpenVINO": open_vino}


def gray(path):
    return np.asarray(Image.open(path).convert("L"), dtype=np.float32)


def ours(program, store, run, images, folder, facts):
    """Masks [N, K, H, W], probabilities of the same shape, and those of classes [N, C]; None where none."""
    place = os.path.join(folder, f"run-{run}")
    structures = json.loads(facts["structures"])
    classes = json.loads(facts["classes"])
    os.makedirs(place)
    arguments = ["predict", "--store", store, "--run", str(run), "--csv", place + "/t.csv"]
    for image in images:
        arguments += ["--image", image]
    if structures:
        arguments += ["-o", place + "/masks", "--probability", place + "/maps"]
    lightbox(program, *arguments)

    def read(kind, image, name):
        stem = os.path.splitext(os.path.basename(image))[0]
        part = f".{name.replace(' ', '-')}" if len(structures) > 1 else ""
        return np.asarray(Image.open(f"{place}/{kind}/{stem}{part}.png"))

    masks = maps = shares = None
    if structures:
        masks = np.array([[read("masks", i, s) for s in structures] for i in images]) > 0
        maps = np.array([[read("maps", i, s) for s in structures] for i in images]) / 65535
    if classes:
        with open(place + "/t.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        shares = np.array([[float(row["probability " + name]) for name in classes] for row in rows])
    return masks, maps, shares


def check(program, store, run, model, data, folder):
    path = os.path.join(folder, f"run-{run}.onnx")
    lightbox(program, "export", "onnx", "--store", store, "--run", str(run), "--output", path)
    onnx.checker.check_model(path, full_check=True)
    text = open(path, "rb").read()
    assert folder.encode() not in text and data.encode() not in text, "a path stands in the file"
    session, facts = run_onnx.metadata_of(path)
    own = "chests/images/*.png" if len(json.loads(facts["structures"])) > 1 else "MontgomerySet/CXR_png/*.png"
    images = sorted(glob.glob(os.path.join(data, own)))[:IMAGES]
    assert len(images) == IMAGES, images
    batch = np.concatenate([run_onnx.prepare(gray(image), facts) for image in images])
    masks, maps, classes = ours(program, store, run, images, folder, facts)
    # Other sizes and batches than the trained: beside ONNX's own reference, which is slow.
    other = np.concatenate([batch[:3], batch[3:6]], 2)[:, :, 16:, :48]
    reference = dict(zip([o.name for o in session.get_outputs()], ReferenceEvaluator(path).run(None, {"image": other})))
    for name, answer in runtimes(path).items():
        found, line = answer(batch), [f"run {run} {model}, {name}:"]
        if maps is not None:
            probabilities = found["probabilities"]
            assert probabilities.shape == maps.shape, (probabilities.shape, maps.shape)
            worst = np.abs(probabilities - maps).max()
            theirs = np.array([run_onnx.foreground(one, facts) for one in probabilities])
            differing = int((theirs != masks).sum())
            assert 0.02 < masks.mean() < 0.98, f"masks are {masks.mean():.3f} full: nothing to compare"
            line.append(f"{differing} of {masks.size} mask pixels differ, probabilities to {worst:.1e}")
            assert differing == 0 and worst <= TOLERANCE, " ".join(line)
            alone = answer(batch[:1])["probabilities"]
            assert np.abs(alone - probabilities[:1]).max() <= 1e-5, "alone an image is answered otherwise"
        if classes is not None:
            worst = np.abs(found["classes"] - classes).max()
            line.append(f"classes to {worst:.1e}")
            assert worst <= TOLERANCE, " ".join(line)
            assert np.ptp(classes[:, 0]) > 1e-4, "all images are told alike: nothing to compare"
        found = answer(other)
        for output, expected in reference.items():
            worst = np.abs(found[output] - expected).max()
            assert found[output].shape == expected.shape and worst <= TOLERANCE, (name, output, worst)
        line.append(f"{other.shape} as ONNX's reference")
        print(" ".join(line), flush=True)


def main():
    program, store, data, folder = sys.argv[1:]
    table = lightbox(
        program, "query", "--store", store, "--format", "csv",
        "SELECT run, coalesce(model, '') || ' ' || procedure AS title FROM run_overview WHERE state = 'completed' ORDER BY run",
    )
    runs = list(csv.DictReader(table.splitlines()))
    assert runs, "no runs"
    for row in runs:
        check(program, store, int(row["run"]), row["title"].strip(), data, folder)
    print(
        f"ONNX Runtime and OpenVINO {openvino.__version__}, onnx {onnx.__version__}: "
        f"{len(runs)} networks agree on {IMAGES} images"
    )


if __name__ == "__main__":
    main()
