"""Writes one network and one batch for all programs that `compare.py` times.

    python benchmarks/inference_state.py FOLDER --model unet --width 32 --batch 1 --image 128

FOLDER gets `state.safetensors` for kernelbench, `network.onnx` for OpenVINO and ONNX Runtime, and
`PyTorch.npy`, what PyTorch answers in float32: the answer that others are compared with.
"""

import argparse
import pathlib

import numpy
import torch
from safetensors.torch import save_file

import networks

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--model", default="unet")
parser.add_argument("--width", type=int, default=32)
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--image", type=int, default=128)
options = parser.parse_args()


class Last(torch.nn.Module):
    """The finest of a network's outputs alone."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image):
        return self.network(image)[-1]


network, x = networks.example(options.model, options.width, options.batch, options.image)
tensors = {"weights/" + name: value for name, value in networks.weights(network).items()}
tensors["images"] = x.permute(0, 2, 3, 1).contiguous()
save_file(tensors, options.folder / "state.safetensors")
with torch.inference_mode():
    numpy.save(options.folder / "PyTorch.npy", network(x)[-1].numpy())
torch.onnx.export(
    Last(network), (x,), str(options.folder / "network.onnx"), dynamo=False, opset_version=17,
    input_names=["image"], output_names=["mask"])
