#!/usr/bin/env python3
"""Segments and classifies an image with a network that Lightbox exported to ONNX.

    lightbox export onnx --run 3 --output unet.onnx
    python examples/run_onnx.py unet.onnx image.png mask.png

The file says by itself what it is: its metadata has the size, channels and scaling of the images, and the
names of structures and classes (docs/reports.md). Of several structures the mask is a label map: 1 for the
first, 2 for the second and so on, later ones on top, as `lightbox predict` writes it.

Images are read as Pillow reads them, gray or in colours as the network wants them (docs/formats.md says how Lightbox
reads every kind). Needs onnxruntime, numpy and pillow.
"""
import json
import sys

import numpy as np
from PIL import Image


def metadata_of(path):
    """What the file says about its network, without "lightbox." before the names."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entries = session.get_modelmeta().custom_metadata_map
    return session, {name.removeprefix("lightbox."): text for name, text in entries.items()}


def shares(size, target):
    """How much of each of `size` pixels lies in each of `target` larger ones; rows sum to 1."""
    edges = np.arange(target + 1) * size / target
    low = np.maximum.outer(edges[:-1], np.arange(size))
    high = np.minimum.outer(edges[1:], np.arange(size) + 1)
    return np.maximum(high - low, 0) * target / size


def placement(height, width, facts):
    """The size that an image of those pixels is reduced to, and where it lies in what the network sees."""
    target = rows, columns = int(facts["image-height"]), int(facts["image-width"])
    resize = facts.get("resize", "stretch")
    if resize == "stretch" or height * columns == width * rows:
        scaled = target
    elif (height * columns > width * rows) == (resize == "fit"):
        across = max(1, (2 * width * rows + height) // (2 * height))
        scaled = rows, min(across, columns) if resize == "fit" else max(across, columns)
    else:
        down = max(1, (2 * height * columns + width) // (2 * width))
        scaled = min(down, rows) if resize == "fit" else max(down, rows), columns
    return target, scaled, ((rows - scaled[0]) // 2, (columns - scaled[1]) // 2)


def overlap(size, other, start):
    """Which places of one extent are which of another that starts there."""
    low, high = max(0, start), min(other, start + size)
    return slice(low - start, high - start), slice(low, high)


def moved(maps, size, start):
    """Maps [..., h, w] in zeros of another size, from a row and column on, which may be negative."""
    result = np.zeros(maps.shape[:-2] + tuple(size), maps.dtype)
    (rows, to_rows), (columns, to_columns) = (
        overlap(maps.shape[axis - 2], size[axis], start[axis]) for axis in (0, 1)
    )
    result[..., to_rows, to_columns] = maps[..., rows, columns]
    return result


def prepare(pixels, facts):
    """The input [1, C, H, W] of pixels [h, w] or [h, w, 3]: area average, put where it belongs, and what is seen
    scaled."""
    assert facts["format"] == "1", facts
    planes = np.atleast_3d(pixels).transpose(2, 0, 1)
    target, scaled, start = placement(*pixels.shape[:2], facts)
    values = shares(pixels.shape[0], scaled[0]) @ planes @ shares(pixels.shape[1], scaled[1]).T
    values = values.astype(np.float32)
    (rows, to_rows), (columns, to_columns) = (
        overlap(scaled[axis], target[axis], start[axis]) for axis in (0, 1)
    )
    seen = np.zeros((len(planes), *target), np.float32)
    seen[:, to_rows, to_columns] = normalise(values[:, rows, columns], facts)
    return seen[None]


def normalise(values, facts):
    if facts["normalisation"] == "z-score":
        values = (values - values.mean()) / (values.std() or 1)
    else:
        low, high = values.min(), values.max()
        if facts["normalisation"] == "percentile":
            low, high = np.quantile(values, [0.01, 0.99])
        values = np.clip((values - low) / (high - low or 1), 0, 1)
    return values.astype(np.float32)


def restore(maps, height, width, facts):
    """Maps [K, H, W] of what the network saw at the pixels of the image; what was cut off is 0."""
    _, scaled, start = placement(height, width, facts)
    return enlarge(moved(maps, scaled, (-start[0], -start[1])), height, width)


def enlarge(maps, height, width):
    """Maps [K, h, w] at the pixel centers of an image: bilinear, the edge repeats."""

    def places(count, side):
        half = np.float32(0.5)
        x = (np.arange(count, dtype=np.float32) + half) * np.float32(side) / np.float32(count) - half
        x = np.clip(x, 0, side - 1)
        low = x.astype(int)
        return low, np.minimum(low + 1, side - 1), (x - low).astype(np.float32)

    (top, bottom, down), (left, right, along) = places(height, maps.shape[1]), places(width, maps.shape[2])
    rows = maps[:, :, left] * (1 - along) + maps[:, :, right] * along
    down = down[:, None]
    return rows[:, top] * (1 - down) + rows[:, bottom] * down


def foreground(maps, facts, cuts=None):
    """Masks [K, H, W] of maps of probabilities: from one half on, or the most probable structure."""
    if facts["exclusive"] == "true":
        best = maps.argmax(0)
        rest = 1 - maps.sum(0)
        return np.stack([(best == k) & (maps.max(0) >= rest) for k in range(len(maps))])
    cuts = np.float32(cuts if cuts is not None else [0.5] * len(maps))
    return maps >= cuts[:, None, None]


def main():
    model, image, target = sys.argv[1:]
    session, facts = metadata_of(model)
    mode = "RGB" if facts["channels"] == "3" else "L"
    pixels = np.asarray(Image.open(image).convert(mode), dtype=np.float32)
    height, width = pixels.shape[:2]
    values = prepare(pixels, facts)
    names = [output.name for output in session.get_outputs()]
    answer = dict(zip(names, session.run(None, {"image": values})))
    if "classes" in answer:
        for name, share in zip(json.loads(facts["classes"]), answer["classes"][0]):
            print(f"{name}: {share:.4f}")
    if "probabilities" in answer:
        masks = foreground(restore(answer["probabilities"][0], height, width, facts), facts)
        picture = np.zeros((height, width), np.uint8)
        for index, (name, mask) in enumerate(zip(json.loads(facts["structures"]), masks)):
            picture[mask] = index + 1 if len(masks) > 1 else 255
            print(f"{name}: {100 * mask.mean():.2f} % of the image")
        Image.fromarray(picture).save(target)


if __name__ == "__main__":
    main()
