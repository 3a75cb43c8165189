#!/usr/bin/env python3
"""A random forest of scikit-learn over features of pixels, swept by Lightbox: scikit.yaml names it.

    pip install ./python numpy scipy scikit-learn
    lightbox sweep examples/trainers/scikit.yaml --data data

A forest has no epochs: the experiment says `epochs: 1`, and one is reported.
"""
import lightbox
import numpy as np
from scipy import ndimage
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

FORESTS = {"random-forest": RandomForestClassifier, "extra-trees": ExtraTreesClassifier}


def features(image):
    """`[H * W, F]`: gray values at several scales, edges, and the place in the image."""
    height, width = image.shape
    rows, columns = np.mgrid[0:height, 0:width]
    maps = [image, rows / height, columns / width, np.abs(columns / width - 0.5)]
    for sigma in (1, 2, 4, 8):
        maps.append(ndimage.gaussian_filter(image, sigma))
        maps.append(ndimage.gaussian_gradient_magnitude(image, sigma))
    return np.stack([plane.ravel() for plane in maps], axis=1)


def main():
    cell = lightbox.cell()
    random = np.random.default_rng(cell.seed)
    planes, targets = [], []
    for image in cell.labelled:
        if image.has_mask:
            values = features(cell.images[image.index, 0])
            drawn = cell.masks[image.index, 0].ravel()
            some = random.choice(len(drawn), min(cell.train.get("pixels", 500), len(drawn)), False)
            planes.append(values[some])
            targets.append(drawn[some])
    forest = FORESTS[cell.model](
        n_estimators=cell.train.get("trees", 50), min_samples_leaf=cell.train.get("leaf", 5),
        n_jobs=cell.threads, random_state=cell.seed % 2**32,
    )
    forest.fit(np.concatenate(planes), np.concatenate(targets))

    def predict(image):
        probabilities = forest.predict_proba(features(cell.images[image.index, 0]))[:, 1]
        return probabilities.reshape(cell.images.shape[2:]).astype(np.float32)

    def dice(image):
        found, drawn = predict(image) >= 0.5, cell.masks[image.index, 0] == 1
        return 2 * (found & drawn).sum() / max(1, found.sum() + drawn.sum())

    cell.log(1, dice=np.mean([dice(image) for image in cell.validation if image.has_mask]))
    for image in cell.to_predict:
        cell.predict(image, predict(image))


if __name__ == "__main__":
    main()
