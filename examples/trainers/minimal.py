#!/usr/bin/env python3
"""The shortest trainer: what is darker than a gray value is lung. Needs the package alone, not even NumPy.

    pip install ./python
    lightbox sweep examples/trainers/minimal.yaml --data data
"""
import lightbox

cell = lightbox.cell()
images, masks = cell.images, cell.masks


def mask(image, threshold):
    return [[int(value < threshold) for value in row] for row in images[image.index][0]]


def dice(image, threshold):
    drawn = [value for row in masks[image.index][0] for value in row]
    found = [value for row in mask(image, threshold) for value in row]
    both = sum(int(a == 1 and b == 1) for a, b in zip(drawn, found))
    total = sum(int(a == 1) for a in drawn) + sum(found)
    return 2 * both / total if total else 1.0


# An epoch tries a threshold; the labelled images choose.
best = (-1.0, 0.5)
for epoch in cell.epochs():
    threshold = epoch / (cell.epoch_count + 1)
    score = sum(dice(image, threshold) for image in cell.labelled) / len(cell.labelled)
    best = max(best, (score, threshold))
    checked = [dice(image, best[1]) for image in cell.validation]
    cell.log(epoch, loss=1 - best[0], dice=sum(checked) / len(checked))
for image in cell.to_predict:
    cell.predict(image, mask(image, best[1]))
