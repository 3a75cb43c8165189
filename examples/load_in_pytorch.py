#!/usr/bin/env python3
"""Loads a Lightbox checkpoint into PyTorch and segments an image with it.

    lightbox export safetensors --run 3 --output unet.safetensors
    python examples/load_in_pytorch.py unet.safetensors image.png mask.png
    python examples/load_in_pytorch.py unet.safetensors image.png mask.png --drawn drawn.png

Images and drawn masks are read as Lightbox reads them (docs/data.md). Needs torch, safetensors,
numpy and pillow. The file says by itself what it is: its metadata name the network, its width, the
image size and the scaling of the gray values. Lightbox keeps channels innermost (NHWC), so weights
are turned here: convolutions from [out, height, width, in] to [out, in, height, width], transposed
convolutions from [height, width, out, in] to [in, out, height, width].
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors import safe_open


class Segmentor:
    """The U-Net family of Lightbox (Sources/Models/UNet.swift), evaluation only."""

    def __init__(self, path):
        with safe_open(path, framework="pt") as file:
            self.metadata = file.metadata() or {}
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}

    # Layers, by the names of their tensors.

    def convolve(self, name, x, stride=1, padding=0):
        weight = self.tensors[name + ".weight"].permute(0, 3, 1, 2)
        return F.conv2d(x, weight, self.tensors.get(name + ".bias"), stride, padding)

    def normalise(self, name, x):
        t = self.tensors
        return F.batch_norm(
            x, t[name + ".running_mean"], t[name + ".running_var"], t[name + ".weight"],
            t[name + ".bias"], training=False, eps=1e-3,
        )

    def block(self, prefix, x, suffix="", padding=1):
        x = self.convolve(f"{prefix}.conv{suffix}", x, padding=padding)
        return F.relu(self.normalise(f"{prefix}.norm{suffix}", x))

    def double(self, name, x):
        return self.block(name, self.block(name, x, "1"), "2")

    def up(self, name, x):
        weight = self.tensors[name + ".conv.weight"].permute(3, 2, 0, 1)
        x = F.conv_transpose2d(x, weight, self.tensors.get(name + ".conv.bias"), stride=2)
        return F.relu(self.normalise(name + ".norm", x))

    def gate(self, name, x, signal):
        joined = F.relu(self.convolve(name + ".theta", x, stride=2) + self.convolve(name + ".phi", signal))
        alpha = enlarge(torch.sigmoid(self.convolve(name + ".psi", joined)), 2)
        return self.normalise(name + ".norm", self.convolve(name + ".output", alpha * x))

    def has(self, name):
        return any(tensor.startswith(name + ".") for tensor in self.tensors)

    @torch.no_grad()
    def __call__(self, image):
        """Foreground probabilities [N, 1, H, W] of images [N, 1, H, W]."""
        skips, x, shrunken = [], image, image
        for level in range(1, 5):
            if level > 1:
                x = F.max_pool2d(skips[-1], 2)
            if self.has(f"pyramid{level}"):
                shrunken = F.avg_pool2d(shrunken, 2)
                x = torch.cat([self.block(f"pyramid{level}", shrunken), x], 1)
            skips.append(self.double(f"encoder{level}", x))
        x = self.double("center", F.max_pool2d(skips[-1], 2))
        logits = None
        for level in range(4, 0, -1):
            skip = skips[level - 1]
            if self.has(f"attention{level}"):
                signal = self.block("gating", x, padding=0) if level == 4 else x
                skip = self.gate(f"attention{level}", skip, signal)
            x = self.double(f"decoder{level}", torch.cat([self.up(f"up{level}", x), skip], 1))
            head = "output" if level == 1 else f"side{level}"
            if self.has(head):
                own = self.convolve(head, x)
                logits = own if logits is None else own + enlarge(logits, 2)
        return torch.sigmoid(logits)


def enlarge(x, factor):
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def read_image(path):
    """The gray values of an image: luma of colours, transparent pixels as black, 16 bits kept."""
    image = Image.open(path)
    if image.format == "GIF":  # The first frame, opaque.
        return np.asarray(image.convert("RGB").convert("L"), dtype=np.float32)
    if image.mode in ("I", "I;16", "I;16B", "F"):
        return np.asarray(image, dtype=np.float32)
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        pixels = np.asarray(image.convert("RGBA"), dtype=np.uint32)
        gray = luma(pixels[..., 0], pixels[..., 1], pixels[..., 2])
        return ((gray * pixels[..., 3] + 127) // 255).astype(np.float32)
    return np.asarray(image.convert("RGB").convert("L"), dtype=np.float32)


def luma(red, green, blue):
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16


def read_mask(path):
    """Which pixels of a drawn mask are inside: True where its file has the brighter of two values.

    A transparent pixel is outside, whatever colour it hides; beside transparent pixels alone, what
    is opaque is inside. A file of more than two values is no mask of one structure.
    """
    image = Image.open(path)
    if image.mode in ("I", "I;16", "I;16B", "F"):
        gray = np.asarray(image).astype(np.int64)
        pixels = np.stack([gray, gray, gray, np.full_like(gray, 65535)], -1)
    else:
        pixels = np.asarray(image.convert("RGBA")).astype(np.int64)
    pixels = np.where(pixels[..., 3:] == 0, 0, pixels)
    values, numbers = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    numbers = numbers.reshape(pixels.shape[:2])
    white = pixels[..., 3].max(initial=1)
    grays = (luma(values[:, 0], values[:, 1], values[:, 2]) * values[:, 3] + white // 2) // white
    shown = [n for n in range(len(values)) if values[n, 3] > 0]
    cut = len(shown) < len(values)
    black = [n for n in shown if not values[n, :3].any()]
    coloured = [n for n in shown if len(set(values[n, :3])) > 1]
    if len(shown) == 1:
        inside = shown if cut or grays[shown[0]] > 0 else []
    elif len(shown) == 2 and len(black) == 1:
        inside = [n for n in shown if n not in black]
    elif len(shown) == 2 and not (cut or coloured) and grays[shown[0]] != grays[shown[1]]:
        inside = [max(shown, key=lambda n: grays[n])]
    elif shown:
        raise SystemExit(f"{path} is no mask of one structure: it has {len(values)} values")
    else:
        inside = []
    return np.isin(numbers, inside)


def shares(size, target):
    """How much of each of `size` pixels lies in each of `target` larger ones; rows sum to 1."""
    edges = np.arange(target + 1) * size / target
    low = np.maximum.outer(edges[:-1], np.arange(size))
    high = np.minimum.outer(edges[1:], np.arange(size) + 1)
    return np.maximum(high - low, 0) * target / size


def prepare(path, metadata):
    """The image as Lightbox feeds it: area average to the network's size, then scaled."""
    gray = read_image(path)
    side = int(metadata.get("lightbox.image", 128))
    height, width = gray.shape
    values = (shares(height, side) @ gray @ shares(width, side).T).astype(np.float32)
    scaling = metadata.get("lightbox.normalisation", "min-max")
    if scaling == "z-score":
        values = (values - values.mean()) / (values.std() or 1)
    else:
        low, high = values.min(), values.max()
        if scaling == "percentile":
            low, high = np.quantile(values, [0.01, 0.99])
        values = np.clip((values - low) / (high - low or 1), 0, 1)
    return torch.from_numpy(values.astype(np.float32))[None, None], (width, height)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("image")
    parser.add_argument("mask")
    parser.add_argument(
        "--drawn", action="append", default=[],
        help="drawn mask to compare with; several, such as left and right lung, are united",
    )
    arguments = parser.parse_args()
    network = Segmentor(arguments.weights)
    values, (width, height) = prepare(arguments.image, network.metadata)
    probabilities = F.interpolate(
        network(values), size=(height, width), mode="bilinear", align_corners=False
    )[0, 0]
    mask = (probabilities >= 0.5).numpy()
    Image.fromarray((mask * 255).astype(np.uint8)).save(arguments.mask)
    model = network.metadata.get("lightbox.model", "network")
    text = f"{arguments.mask}: {model}, {width} x {height}, {100 * mask.mean():.2f} % foreground"
    if arguments.drawn:
        drawn = np.any([read_mask(path) for path in arguments.drawn], axis=0)
        total = mask.sum() + drawn.sum()
        text += f", Dice {2 * (mask & drawn).sum() / total if total else 1:.4f}"
    print(text)


if __name__ == "__main__":
    main()
