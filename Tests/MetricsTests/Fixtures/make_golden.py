"""Makes golden.json: metric values from scikit-image, SciPy and scikit-learn.

Run: python3 make_golden.py   (numpy, scipy, scikit-image, scikit-learn; versions are written to the file)
Only needed to remake the file; the tests read the JSON.
"""
import json
import os

import numpy as np
import scipy
import skimage
import sklearn
from scipy import ndimage
from scipy.spatial.distance import directed_hausdorff
from skimage.metrics import structural_similarity
from sklearn import metrics as sk

random = np.random.default_rng(20260101)


def ellipse(height, width, row, column, a, b):
    r, c = np.mgrid[0:height, 0:width]
    return ((r - row) ** 2 * b**2 + (c - column) ** 2 * a**2) <= a**2 * b**2


def boundary(mask):
    cross = ndimage.generate_binary_structure(2, 1)
    return mask & ~ndimage.binary_erosion(mask, cross, border_value=0)


def surfaces(target, prediction):
    to_prediction = ndimage.distance_transform_edt(~boundary(prediction))[boundary(target)]
    to_target = ndimage.distance_transform_edt(~boundary(target))[boundary(prediction)]
    both = np.concatenate([to_prediction, to_target])
    return {
        "hausdorff": float(both.max()),
        "hausdorff95": float(np.percentile(both, 95)),
        "assd": float(both.mean()),
    }


def overlap(target, prediction):
    t, p = target.ravel().astype(int), prediction.ravel().astype(int)
    return {
        "dice": float(sk.f1_score(t, p)),
        "jaccard": float(sk.jaccard_score(t, p)),
        "f1": float(sk.f1_score(t, p)),
        "sensitivity": float(sk.recall_score(t, p)),
        "recall": float(sk.recall_score(t, p)),
        "specificity": float(sk.recall_score(t, p, pos_label=0)),
        "precision": float(sk.precision_score(t, p)),
        "accuracy": float(sk.accuracy_score(t, p)),
    }


def published(target, prediction, positive):
    t, p = target.ravel().astype(int), prediction.ravel().astype(int)
    accuracy = float(sk.accuracy_score(t, p))
    rows = lambda mask: mask.astype(float)
    forward = float(directed_hausdorff(rows(target), rows(prediction))[0])
    reverse = float(directed_hausdorff(rows(prediction), rows(target))[0])
    return {
        "published/js": accuracy,
        "published/ds": 2 * accuracy / (1 + accuracy),
        "published/sn": float(sk.recall_score(t, p, pos_label=positive)),
        "published/rc": float(sk.recall_score(t, p, pos_label=positive)),
        "published/sp": float(sk.recall_score(t, p, pos_label=1 - positive)),
        "published/pr": float(sk.precision_score(t, p, pos_label=positive)),
        "published/f1": float(sk.f1_score(t, p, pos_label=positive)),
        "published/hd": forward,
        "published/hd-reverse": reverse,
        "published/hd-symmetric": max(forward, reverse),
        "published/ssim": ssim(target, prediction),
    }


def ssim(target, prediction):
    return float(structural_similarity(target.astype(float), prediction.astype(float), data_range=1))


def bits(mask):
    return "".join("1" if v else "0" for v in mask.ravel())


def pairs():
    yield 41, 33, ellipse(41, 33, 20, 15, 14, 8), ellipse(41, 33, 22, 17, 12, 9)
    yield 24, 70, ellipse(24, 70, 12, 20, 9, 12), ellipse(24, 70, 11, 45, 7, 14)
    noise = ndimage.gaussian_filter(random.standard_normal((40, 40)), 2)
    yield 40, 40, noise > 0.02, ndimage.gaussian_filter(noise, 1.5) > 0.0
    yield 32, 32, random.random((32, 32)) < 0.3, random.random((32, 32)) < 0.4
    single = np.zeros((16, 16), bool)
    single[3, 4] = True
    other = np.zeros((16, 16), bool)
    other[12, 15] = True
    other[3, 4] = True
    yield 16, 16, single, other
    full = np.ones((20, 20), bool)
    most = full.copy()
    most[:2] = False
    yield 20, 20, most, full


def segmentation():
    cases = []
    for index, (height, width, target, prediction) in enumerate(pairs()):
        positive = index % 2
        values = overlap(target, prediction) | surfaces(target, prediction)
        values |= {"ssim": ssim(target, prediction)} | published(target, prediction, positive)
        cases.append(
            {
                "height": height, "width": width, "target": bits(target),
                "prediction": bits(prediction),
                "polarity": "foreground" if positive else "background", "values": values,
            })
    return cases


def classification():
    cases = []
    for classes, count in ((2, 35), (3, 60)):
        target = random.integers(0, classes, count)
        scores = random.random((count, classes)) + 0.4 * np.eye(classes)[target]
        probabilities = np.round(scores / scores.sum(1, keepdims=True), 2)
        probabilities /= probabilities.sum(1, keepdims=True)
        prediction = probabilities.argmax(1)
        labels = list(range(classes))
        binary = [(target == k).astype(int) for k in labels]
        areas = [float(sk.roc_auc_score(binary[k], probabilities[:, k])) for k in labels]
        auc = areas[1] if classes == 2 else float(
            sk.roc_auc_score(target, probabilities, multi_class="ovr", average="macro"))
        highest = probabilities.max(1)
        bins = np.clip(np.ceil(highest * 10).astype(int) - 1, 0, 9)
        # Expected calibration error of the class told (Guo 2017), as torchmetrics' norm l1.
        ece = sum(
            abs((prediction == target)[bins == b].sum() - highest[bins == b].sum())
            for b in range(10)) / count
        calibration = {
            "ece": float(ece),
            "brier": float(sk.brier_score_loss(binary[1], probabilities[:, 1])) if classes == 2
            else float(((probabilities - np.eye(classes)[target]) ** 2).sum(1).mean()),
        }
        if classes == 2:
            false, true, _ = sk.roc_curve(target, probabilities[:, 1], drop_intermediate=False)
            calibration["sensitivity-at-90"] = float(true[false <= 0.1].max())
        per_class = lambda f: f(target, prediction, average=None, labels=labels, zero_division=0).tolist()
        cases.append(
            {
                "targets": target.tolist(), "probabilities": probabilities.tolist(),
                "confusion": sk.confusion_matrix(target, prediction, labels=labels).ravel().tolist(),
                "values": {
                    "class-accuracy": float(sk.accuracy_score(target, prediction)),
                    "macro-f1": float(sk.f1_score(target, prediction, average="macro")),
                    "balanced-accuracy": float(sk.balanced_accuracy_score(target, prediction)),
                    "auc": auc, **calibration,
                },
                "classes": [
                    {"precision": p, "recall": r, "f1": f, "auc": a}
                    for p, r, f, a in zip(
                        per_class(sk.precision_score), per_class(sk.recall_score),
                        per_class(sk.f1_score), areas)
                ],
            })
    return cases


golden = {
    "versions": {
        "numpy": np.__version__, "scipy": scipy.__version__, "scikit-image": skimage.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "segmentation": segmentation(),
    "classification": classification(),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as file:
    json.dump(golden, file, indent=1, sort_keys=True)
    file.write("\n")
