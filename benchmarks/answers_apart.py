"""How far the answers of programs are from `PyTorch.npy`, for `compare.py`: JSON, by program the largest
difference of a probability and the pixels of masks (above 0.5) that differ.

    python benchmarks/answers_apart.py FOLDER
"""

import json
import pathlib
import sys

import numpy
from safetensors.numpy import load_file

folder = pathlib.Path(sys.argv[1])
expected = numpy.load(folder / "PyTorch.npy")
answers = {
    file.stem: numpy.load(file) for file in folder.glob("*.npy") if file.stem != "PyTorch"}
answers["Lightbox"] = load_file(folder / "Lightbox.safetensors")["masks"].transpose(0, 3, 1, 2)
print(json.dumps({
    name: (f"{numpy.abs(found - expected).max():.1e}",
           f"{int(((found > 0.5) != (expected > 0.5)).sum())} of {expected.size}")
    for name, found in answers.items()}))
