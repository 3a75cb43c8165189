"""The functions over which searches are compared; every one is to be made small."""

import json
import math


def uniform(low, high):
    return {"uniform": [low, high]}


def names(count, kind):
    return {f"x{index}": kind for index in range(count)}


def sphere(x):
    return sum((value - 1.0) ** 2 for value in x.values())


def rosenbrock(x):
    v = list(x.values())
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(v, v[1:]))


def ackley(x):
    v = list(x.values())
    mean_square = sum(a * a for a in v) / len(v)
    mean_cosine = sum(math.cos(2 * math.pi * a) for a in v) / len(v)
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(mean_square)) - math.exp(mean_cosine)


def branin(x):
    a, b = x["x0"], x["x1"]
    bend = b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6
    return bend * bend + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10 - 0.397887


HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann(x):
    v = list(x.values())
    total = 0.0
    for weight, a, p in zip([1.0, 1.2, 3.0, 3.2], HARTMANN_A, HARTMANN_P):
        total += weight * math.exp(-sum(s * (q - c) ** 2 for s, q, c in zip(a, v, p)))
    return 3.32237 - total


def mixed(x):
    """Shaped like a training: a valley in log learning rate that moves with the width."""
    best = -2.5 - 0.01 * x["width"] + {"tv": 0.0, "kltv": -0.3, "dice": 0.4}[x["loss"]]
    valley = (math.log10(x["rate"]) - best) ** 2
    choice = {"tv": 0.02, "kltv": 0.0, "dice": 0.05}[x["loss"]]
    return 0.1 * valley + choice + 0.3 * (x["alpha"] - 0.35) ** 2 + 0.4 / x["width"]


FUNCTIONS = {
    "sphere, 4 numbers": (sphere, names(4, uniform(-5, 5)), 60),
    "Branin, 2 numbers": (branin, {"x0": uniform(-5, 10), "x1": uniform(0, 15)}, 60),
    "Rosenbrock, 4 numbers": (rosenbrock, names(4, uniform(-2, 2)), 100),
    "Ackley, 5 numbers": (ackley, names(5, uniform(-32, 32)), 100),
    "Hartmann, 6 numbers": (hartmann, names(6, uniform(0, 1)), 100),
    "mixed: rate, width, loss, alpha": (
        mixed,
        {
            "alpha": uniform(0, 1),
            "loss": {"choice": ["tv", "kltv", "dice"]},
            "rate": {"logUniform": [1e-5, 1e-1]},
            "width": {"integer": [4, 64]},
        },
        60,
    ),
}


class Curves:
    """Recorded trainings: the validation Dice of every epoch at every point of a grid."""

    def __init__(self, path):
        with open(path) as file:
            content = json.load(file)
        self.axes = content["axes"]
        self.epochs = content["epochs"]
        self.curves = {tuple(entry["at"]): entry["dice"] for entry in content["curves"]}
        # Axes that rise are numbers to a search; others are choices.
        self.space = {
            name: {"choice": values}
            if isinstance(values[0], str)
            else {"integer": [0, len(values) - 1]}
            for name, values in self.axes.items()
        }

    def curve(self, x):
        """The best Dice up to each epoch."""
        at = tuple(
            x[name] if isinstance(values[0], str) else values[int(x[name])]
            for name, values in self.axes.items()
        )
        best, curve = 0.0, []
        for value in self.curves[at]:
            best = max(best, value)
            curve.append(best)
        return curve

    def regret(self, x):
        """How much the best Dice of the whole grid is better than the one reached there."""
        return self.best - self.curve(x)[-1]

    @property
    def best(self):
        return max(max(curve) for curve in self.curves.values())
