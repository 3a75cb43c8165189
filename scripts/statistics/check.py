"""Works out with SciPy, statsmodels and scikit-learn what `statisticsbench figures` prints, and
compares every number. Usage: check.py FIGURES.json
"""
import json
import sys

import numpy
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW, ttost_paired

TOLERANCE = 1e-9
MASK = (1 << 64) - 1
worst = {}


def compare(what, ours, theirs, tolerance=TOLERANCE):
    difference = abs(ours - theirs)
    count, most = worst.get(what, (0, 0.0))
    worst[what] = (count + 1, max(most, difference))
    if not difference <= tolerance:
        sys.exit(f"check.py: {what}: ours {ours!r}, theirs {theirs!r}")


def splitmix(state):
    """The random stream of SplitMix64.swift."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def vector(row):
    d = numpy.array(row["differences"])
    n, overlap = len(d), row["overlap"]
    if d.std() == 0:
        return
    if overlap == 0:
        test = stats.ttest_rel(d, numpy.zeros(n))
        low, high = DescrStatsW(d).tconfint_mean()
        same = ttost_paired(d, numpy.zeros(n), -0.005, 0.005)[0]
        compare("t interval, SciPy", row["low"], test.confidence_interval().low)
        compare("t-test, SciPy", row["p"], test.pvalue)
    else:
        # Nadeau and Bengio 2003, section 3: only the variance is another.
        error = d.std(ddof=1) * (1 / n + overlap) ** 0.5
        low, high = stats.t.interval(0.95, n - 1, d.mean(), error)
        compare("corrected t-test", row["p"], 2 * stats.t.sf(abs(d.mean() / error), n - 1))
        same = max(
            stats.t.sf((d.mean() + 0.005) / error, n - 1),
            stats.t.cdf((d.mean() - 0.005) / error, n - 1),
        )
    compare("mean", row["mean"], d.mean())
    compare("t interval", row["low"], low)
    compare("t interval", row["high"], high)
    compare("equivalence (TOST)", row["same"], same)
    if n <= 16:
        flips = stats.permutation_test(
            (d,), numpy.sum, permutation_type="samples", n_resamples=numpy.inf
        )
        compare("sign-flip test", row["signs"], flips.pvalue)
    if (d != 0).all() and len(set(abs(d))) == n:
        method = "exact" if n <= 50 else "asymptotic"
        found = stats.wilcoxon(d, method=method, correction=False).pvalue
        compare("Wilcoxon", row["wilcoxon"], found)


def two_level(row):
    networks = [{int(k): v for k, v in network.items()} for network in row["networks"]]
    images = sorted(set().union(*networks))
    stream = splitmix(1)
    draw = lambda bound: (next(stream) * bound) >> 64
    means = []
    while len(means) < 300:
        weight = dict.fromkeys(images, 0)
        for _ in images:
            weight[images[draw(len(images))]] += 1
        values = []
        for network in networks:
            total = sum(weight[i] for i in network)
            values.append(
                sum(weight[i] * v for i, v in network.items()) / total if total else None
            )
        drawn = [values[draw(len(networks))] for _ in networks]
        drawn = [v for v in drawn if v is not None]
        if drawn:
            means.append(numpy.mean(drawn))
    n = len(networks)
    mean = numpy.mean([numpy.mean(list(network.values())) for network in networks])
    half = stats.t.ppf(0.975, n - 1) * (n / (n - 1)) ** 0.5 * numpy.std(means, ddof=1)
    compare("two-level bootstrap", row["low"], mean - half)
    compare("two-level bootstrap", row["high"], mean + half)


def delong(scores, positive):
    """Variance of the area by its definition, all pairs written out."""
    x, y = scores[positive], scores[~positive]
    wins = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    return wins.mean(1).var(ddof=1) / len(x) + wins.mean(0).var(ddof=1) / len(y)


def bootstrap_areas(scores, positive, resamples):
    x, y = sorted(scores[positive]), sorted(scores[~positive])
    stream = splitmix(1)
    areas = []
    for _ in range(resamples):
        a = numpy.array([x[(next(stream) * len(x)) >> 64] for _ in x])
        b = numpy.array([y[(next(stream) * len(y)) >> 64] for _ in y])
        areas.append(roc_auc_score([1] * len(a) + [0] * len(b), numpy.concatenate([a, b])))
    return numpy.quantile(areas, [0.025, 0.975])


def classes(row, number):
    scores, positive = numpy.array(row["scores"]), numpy.array(row["positive"])
    area = roc_auc_score(positive, scores)
    compare("AUC, scikit-learn", row["area"], area)
    half = stats.norm.ppf(0.975) * delong(scores, positive) ** 0.5
    compare("AUC interval (DeLong)", row["low"], max(0, area - half))
    compare("AUC interval (DeLong)", row["high"], min(1, area + half))
    if number < 10:
        low, high = bootstrap_areas(scores, positive, 200)
        compare("AUC interval (bootstrap)", row["bootstrapLow"], low)
        compare("AUC interval (bootstrap)", row["bootstrapHigh"], high)
    false, true, _ = roc_curve(positive, scores, drop_intermediate=False)
    found = true[false <= 0.1 + 1e-12].max()
    compare("sensitivity at 90 % specificity, scikit-learn", row["sensitivity90"], found)
    compare("Brier score, scikit-learn", row["brier"], brier_score_loss(positive, scores))
    bins = [b for b in row["bins"] if b[0]]
    frequency, probability = calibration_curve(positive, scores, n_bins=10)
    for (count, hits, total), f, p in zip(bins, frequency, probability, strict=True):
        compare("reliability diagram, scikit-learn", hits / count, f)
        compare("reliability diagram, scikit-learn", total / count, p)
    error = sum(b[0] * abs(f - p) for b, f, p in zip(bins, frequency, probability))
    compare("expected calibration error", row["error"], error / len(scores))


def main():
    with open(sys.argv[1]) as file:
        figures = json.load(file)
    for row in figures["vectors"]:
        vector(row)
    for row in figures["holm"]:
        theirs = multipletests(row["p"], method="holm")[1]
        for a, b in zip(row["adjusted"], theirs, strict=True):
            compare("Holm, statsmodels", a, b)
    for row in figures["twoLevel"]:
        two_level(row)
    for number, row in enumerate(figures["scores"]):
        classes(row, number)
    for row in figures["power"]:
        error = row["sd"] * (1 / row["n"] + row["overlap"]) ** 0.5
        effect = row["difference"] / error / row["n"] ** 0.5
        theirs = TTestPower().power(effect, row["n"], 0.05)
        compare("power, statsmodels", row["power"], theirs)
    for needed in ("vectors", "holm", "twoLevel", "scores", "power"):
        if not figures[needed]:
            sys.exit(f"check.py: no {needed}")
    print(
        f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
        f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}"
    )
    for what, (count, most) in worst.items():
        print(f"{what}: {count} compared, largest difference {most:.1e}")


main()
