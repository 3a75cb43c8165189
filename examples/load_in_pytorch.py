#!/usr/bin/env python3
"""Loads a Lightbox checkpoint into PyTorch and segments an image with it.

    lightbox export safetensors --run 3 --output unet.safetensors
    python examples/load_in_pytorch.py unet.safetensors image.png mask.png
    python examples/load_in_pytorch.py unet.safetensors image.png mask.png --drawn drawn.png
    python examples/load_in_pytorch.py organs.safetensors image.png heart.png --structure heart
    python examples/load_in_pytorch.py organs.safetensors image.png labels.png --structure all

Of a run of several structures, --structure says which one is written; 'all' writes a label map: 1 for the
first, 2 for the second and so on, later ones on top, as `lightbox predict` does.

Images and drawn masks are read as Lightbox reads them (docs/data.md). Needs torch, safetensors,
numpy and pillow. The file says by itself what it is: its metadata name the network, its width, the
image size and the scaling of the gray values. Lightbox keeps channels innermost (NHWC), so weights
are turned here: convolutions from [out, height, width, in] to [out, in, height, width], transposed
convolutions from [height, width, out, in] to [in, out, height, width].
"""
import argparse
import csv
import json
import os
import re

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
        self.is_exclusive = self.metadata.get("lightbox.exclusive") == "true"
        self.structures = json.loads(self.metadata.get("lightbox.structures", '["mask"]'))

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
        """Probabilities [N, K, H, W] of K structures in images [N, 1, H, W]."""
        height, width = image.shape[2:]
        # Up to the next multiples of 16; what was added is cropped from the answer.
        image = F.pad(image, (0, -width % 16, 0, -height % 16), mode="replicate")
        return self.probabilities(image)[:, :, :height, :width]

    def probabilities(self, image):
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
        if self.is_exclusive:  # A softmax with the background, whose logit is 0.
            background = torch.zeros_like(logits[:, :1])
            return torch.softmax(torch.cat([background, logits], 1), 1)[:, 1:]
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


def read_values(path):
    """The distinct values of a mask's file (red, green, blue, alpha), and each pixel's number."""
    image = Image.open(path)
    if image.mode in ("I", "I;16", "I;16B", "F"):
        gray = np.asarray(image).astype(np.int64)
        pixels = np.stack([gray, gray, gray, np.full_like(gray, 65535)], -1)
    else:
        pixels = np.asarray(image.convert("RGBA")).astype(np.int64)
    pixels = np.where(pixels[..., 3:] == 0, 0, pixels)
    values, numbers = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    palette = []
    if image.mode == "P" and image.format == "PNG":
        flat = image.getpalette("RGB") or []
        palette = [tuple(flat[n : n + 3]) for n in range(0, len(flat), 3)]
    return values, numbers.reshape(pixels.shape[:2]), palette


def read_mask(path, structure=None):
    """Which pixels of a drawn mask are inside: True where its file has the brighter of two values.

    A transparent pixel is outside, whatever colour it hides; beside transparent pixels alone, what
    is opaque is inside. A file of more than two values is a label map: structures.csv beside it, or
    in the folder above, says what its values show, and `structure` is what is wanted.
    """
    table = read_table(path)
    values, numbers, palette = read_values(path)
    if table is not None:
        return read_labels(path, structure, table, values, numbers, palette)
    white = values[:, 3].max(initial=1)
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
        raise SystemExit(
            f"{path} is no mask of one structure: it has {len(values)} values; say in structures.csv "
            "what each value shows"
        )
    else:
        inside = []
    return np.isin(numbers, inside)


def read_table(path):
    """What the values of a label map show, {value: name}; None where masks show a structure each.

    A value is a number or a colour (red, green, blue).
    """
    folder = os.path.dirname(os.path.abspath(path))
    for place in (folder, os.path.dirname(folder)):
        description = os.path.join(place, "dataset.yaml")
        if os.path.exists(description):
            with open(description, encoding="utf-8-sig") as file:
                text = file.read()
            if re.search(r"^[\"']?labels[\"']?\s*:", text, re.MULTILINE):
                raise SystemExit(
                    f"{description} says what label maps show, and this example reads structures.csv "
                    "only; write the values there, or compare with `lightbox predict --mask`"
                )
            if re.search(r"^masks\s*:\s*(\{|#|$)", text, re.MULTILINE):
                return None
        table = os.path.join(place, "structures.csv")
        if os.path.exists(table):
            return parse_table(table)
    return None


def parse_table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    rows = list(csv.DictReader(text.splitlines(), delimiter=separator, skipinitialspace=True))
    result = {}
    for line, row in enumerate(rows, 2):
        row = {(name or "").strip().lower(): (text or "").strip() for name, text in row.items()}
        names = [row[k] for k in ("name", "structure", "organ", "names", "structures") if k in row]
        name = names[0] if names else row.get("label", "")
        keys = ["value", "values", "id", "index", "gray", "grey", "number", "colour", "color", "rgb", "hex"]
        if names:
            keys.append("label")
        texts = [row[key] for key in keys if row.get(key)]
        for channels in (("red", "green", "blue"), ("r", "g", "b")):
            if all(row.get(channel) for channel in channels):
                texts.append(" ".join(row[channel] for channel in channels))
        if not texts or not name:
            raise SystemExit(f"{path}, line {line}: expected a value or a colour, and a name")
        for text in texts:
            result[parse_value(text, path, line)] = name
    return result


def parse_value(text, path, line):
    if re.fullmatch("#[0-9a-fA-F]{6}", text):
        return tuple(int(text[n : n + 2], 16) for n in (1, 3, 5))
    numbers = [int(number) for number in re.findall("[0-9]+", text.removesuffix(".0"))]
    if len(numbers) not in (1, 3):
        raise SystemExit(f"{path}, line {line}: '{text}' is no value")
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def read_labels(path, structure, table, values, numbers, palette):
    """Which pixels of a label map show a structure: grays, colours or the entries of a palette."""

    def of_number(number):
        return table.get(number, "background" if number == 0 else None)

    def as_shown(value):
        red, green, blue, alpha = (int(channel) for channel in value)
        if alpha == 0:
            return "background"
        gray = red == green == blue
        named = table.get(red) if gray else None
        return named or table.get((red, green, blue)) or (of_number(0) if gray and red == 0 else None)

    def as_entry(value):
        if value[3] == 0:
            return "background"
        entries = {of_number(n) for n, c in enumerate(palette) if c == tuple(value[:3])} - {None}
        return entries.pop() if len(entries) == 1 else None

    shown = [as_shown(value) for value in values]
    entries = [as_entry(value) for value in values] if palette else [None]
    if None not in entries and None not in shown and entries != shown:
        raise SystemExit(f"{path}: its values are entries of a palette and grays; name colours")
    meanings = shown if None in entries else entries
    if None in meanings:
        unknown = [tuple(value[:3].tolist()) for value, name in zip(values, shown) if name is None]
        raise SystemExit(f"{path} has values that structures.csv does not name: {unknown[:8]}")
    known = set(table.values())
    parts = {structure}
    if structure not in known and structure:
        parts = {f"left {structure[:-1]}", f"right {structure[:-1]}"}
    if not parts <= known:
        names = ", ".join(sorted(known - {"background", "ignore"}))
        raise SystemExit(f"structures.csv beside {path} names no '{structure}'; known: {names}")
    return np.isin(numbers, [n for n, name in enumerate(meanings) if name in parts])


def shares(size, target):
    """How much of each of `size` pixels lies in each of `target` larger ones; rows sum to 1."""
    edges = np.arange(target + 1) * size / target
    low = np.maximum.outer(edges[:-1], np.arange(size))
    high = np.minimum.outer(edges[1:], np.arange(size) + 1)
    return np.maximum(high - low, 0) * target / size


def prepare(path, metadata):
    """The image as Lightbox feeds it: area average to the network's size, then scaled."""
    gray = read_image(path)
    size = json.loads(metadata.get("lightbox.image", "128"))
    rows, columns = size if isinstance(size, list) else (size, size)
    height, width = gray.shape
    values = (shares(height, rows) @ gray @ shares(width, columns).T).astype(np.float32)
    for name, usual in (("resize", "stretch"), ("channels", "gray")):
        found = metadata.get(f"lightbox.{name}", usual)
        if found != usual:
            raise SystemExit(f"the run was trained with {name}: {found}; run_onnx.py shows how that is done")
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
    parser.add_argument(
        "--structure", help="which structure of several is written; 'all' writes a label map"
    )
    arguments = parser.parse_args()
    network = Segmentor(arguments.weights)
    names = network.structures
    wanted = arguments.structure or (names[0] if len(names) == 1 else None)
    if wanted not in names + ["all"]:
        raise SystemExit(
            f"{arguments.weights} has {', '.join(names)}; expected --structure with one of them, or "
            "'all' for a label map"
        )
    if wanted == "all" and any(read_table(path) is None for path in arguments.drawn):
        raise SystemExit("--drawn with --structure all takes label maps that structures.csv explains")
    values, (width, height) = prepare(arguments.image, network.metadata)
    probabilities = F.interpolate(
        network(values), size=(height, width), mode="bilinear", align_corners=False
    )[0]
    masks = (probabilities >= 0.5).numpy()
    if network.is_exclusive:  # The most probable structure, or the background.
        all_maps = torch.cat([probabilities, 1 - probabilities.sum(0, keepdim=True)])
        best = all_maps.argmax(0).numpy()
        masks = np.stack([best == index for index in range(len(names))])
    chosen = range(len(names)) if wanted == "all" else [names.index(wanted)]
    if wanted == "all":
        picture = np.zeros((height, width), np.uint8)
        for index in chosen:
            picture[masks[index]] = index + 1
    else:
        picture = (masks[chosen[0]] * 255).astype(np.uint8)
    Image.fromarray(picture).save(arguments.mask)
    model = network.metadata.get("lightbox.model", "network")
    text = f"{arguments.mask}: {model}, {width} x {height}"
    for index in chosen:
        name = f" {names[index]}" if len(names) > 1 else " foreground"
        text += f", {100 * masks[index].mean():.2f} %{name}"
        if arguments.drawn:
            drawn = np.any([read_mask(path, names[index]) for path in arguments.drawn], axis=0)
            total = masks[index].sum() + drawn.sum()
            text += f", Dice {2 * (masks[index] & drawn).sum() / total if total else 1:.4f}"
    print(text)


if __name__ == "__main__":
    main()
