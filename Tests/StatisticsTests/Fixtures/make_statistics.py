"""Makes statistics.json: what SciPy, statsmodels and scikit-learn say, for the tests of
Sources/Statistics.

Run with: python make_statistics.py SHIPPED_STORE > statistics.json
"""
import itertools, json, sqlite3, sys
import numpy, scipy, sklearn, statsmodels
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW, ttost_paired

M = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & M
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        yield z ^ (z >> 31)


def interval(values, level, resamples, seed):
    """The percentile bootstrap with the SplitMix64 stream of Bootstrap.swift."""
    stream = splitmix(seed)
    n = len(values)
    means = [
        sum(values[(next(stream) * n) >> 64] for _ in range(n)) / n for _ in range(resamples)
    ]
    tail = (1 - level) / 2
    return [float(q) for q in numpy.quantile(means, [tail, 1 - tail])]


def exact_with_ties(d):
    """Two-sided p by enumerating all signs of the midranks."""
    d = numpy.array([x for x in d if x != 0])
    ranks = stats.rankdata(abs(d))
    observed = ranks[d > 0].sum()
    low = min(observed, ranks.sum() - observed)
    hits = sum(
        1
        for signs in itertools.product([0, 1], repeat=len(d))
        if numpy.dot(signs, ranks) <= low + 1e-9
    )
    return min(1.0, 2 * hits / 2 ** len(d))


rng = numpy.random.default_rng(20191013)
wilcoxon = []
for n in (1, 2, 5, 9, 20, 35, 50):
    d = rng.normal(0.3, 1, n).round(12).tolist()
    p = float(stats.wilcoxon(d, method="exact").pvalue)
    wilcoxon.append(dict(name=f"exact {n}", d=d, n=n, p=p))
for n, shift in ((51, 0.1), (132, 0.2), (228, 0.0)):
    d = rng.normal(shift, 1, n).round(12).tolist()
    p = float(stats.wilcoxon(d, method="asymptotic").pvalue)
    wilcoxon.append(dict(name=f"normal {n}", d=d, n=n, p=p))
d = rng.normal(0.1, 1, 120).round(1).tolist()
kept = [x for x in d if x != 0]
p = float(stats.wilcoxon(kept, method="asymptotic").pvalue)
wilcoxon.append(dict(name="normal, ties and zeros", d=d, n=len(kept), p=p))
for name, d in (
    ("ties", [1, 1, 2, -2, 3, 3, -1, 4, 5, 5, 5]),
    ("ties and zeros", [0.5, 0, 0.5, -0.5, 0, 1.5, 1.5, 2.0]),
):
    wilcoxon.append(dict(name=name, d=d, n=len([x for x in d if x]), p=exact_with_ties(d)))

values = rng.normal(0.95, 0.02, 35).round(12).tolist()
pvalues = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
holm, running = [0.0] * len(pvalues), 0.0
for position, index in enumerate(numpy.argsort(pvalues, kind="stable")):
    running = max(running, min(1.0, pvalues[index] * (len(pvalues) - position)))
    holm[index] = running
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)


def rows(sql, *arguments):
    return store.execute(sql, arguments).fetchall()


def dice(run):
    return dict(
        rows(
            """SELECT v.image_id, v.value FROM evaluation e JOIN image_value v
               ON v.evaluation_id = e.id JOIN measure m ON m.id = v.measure_id
               WHERE e.run = ? AND e.weights = 'best' AND e.split = 'test' AND m.name = 'dice'""",
            run,
        )
    )


def differences(dataset, model, other, loss):
    """Per seed, the differences in Dice on the test images, of runs with all labels."""
    found = []
    for seed in (1, 2, 3):
        runs = [
            rows(
                """SELECT min(r.id) FROM run r JOIN experiment_run x ON x.run = r.id
                   JOIN experiment e ON e.id = x.experiment_id
                   WHERE e.name = 'p1-table1-quick' AND dataset = ? AND model = ? AND loss = ?
                       AND labels = 100 AND seed = ? AND procedure = 'supervised'""",
                dataset, name, loss, seed,
            )[0][0]
            for name in (model, other)
        ]
        a, b = (dice(run) for run in runs)
        found.append([a[image] - b[image] for image in sorted(a)])
    return found


paired = []
for dataset in ("mcx", "scx"):
    for loss in ("tv", "kltv"):
        per_seed = differences(dataset, "ppau-net", "unet", loss)
        ratio = 35 / 92 if dataset == "mcx" else 142 / 381
        means = [float(numpy.mean(d)) for d in per_seed]
        for name, d, overlap in (
            ("seeds", means, 0.0), ("seeds, redrawn", means, ratio),
            ("nine images", per_seed[0][:9], 0.0), ("images", per_seed[1], 0.0),
        ):
            d = numpy.array(d)
            n = len(d)
            error = d.std(ddof=1) * (1 / n + overlap) ** 0.5
            low, high = stats.t.interval(0.95, n - 1, d.mean(), error)
            p = 2 * stats.t.sf(abs(d.mean()) / error, n - 1)
            same = max(
                stats.t.sf((d.mean() + 0.005) / error, n - 1),
                stats.t.cdf((d.mean() - 0.005) / error, n - 1),
            )
            if overlap == 0:
                assert abs(p - stats.ttest_rel(d, 0 * d).pvalue) < 1e-12
                assert abs(low - DescrStatsW(d).tconfint_mean()[0]) < 1e-12
                assert abs(same - ttost_paired(d, 0 * d, -0.005, 0.005)[0]) < 1e-12
            signs = None
            if n <= 16:
                signs = float(
                    stats.permutation_test(
                        (d,), numpy.sum, permutation_type="samples", n_resamples=numpy.inf
                    ).pvalue
                )
            paired.append(
                dict(
                    name=f"{dataset} {loss}, {name}", d=d.tolist(), overlap=overlap, low=low,
                    high=high, p=float(p), same=float(same), signs=signs,
                )
            )

power = []
for n, difference, overlap in (
    (2, 0.005, 0), (3, 0.005, 0), (5, 0.005, 0), (8, 0.002, 0), (10, 0.0, 0), (30, 0.004, 0.3)
):
    error = 0.005 * (1 / n + overlap) ** 0.5
    found = TTestPower().power(difference / error / n**0.5, n, 0.05)
    power.append(dict(n=n, difference=difference, sd=0.005, overlap=overlap, power=float(found)))

scores = []
for (run,) in rows(
    """SELECT e.run FROM evaluation e JOIN run r ON r.id = e.run JOIN image_class c
       ON c.evaluation_id = e.id WHERE e.weights = 'best' AND e.split = 'test'
       AND r.dataset IN ('mcx', 'scx') GROUP BY e.run ORDER BY r.dataset, e.run LIMIT 2"""
) + rows(
    """SELECT min(e.run) FROM evaluation e JOIN run r ON r.id = e.run JOIN image_class c
       ON c.evaluation_id = e.id WHERE e.weights = 'best' AND r.dataset = 'scx'"""
):
    told = rows(
        """SELECT c.target <> 'normal', c.predicted <> 'normal', c.probability FROM evaluation e
           JOIN image_class c ON c.evaluation_id = e.id
           WHERE e.run = ? AND e.weights = 'best' AND e.split = 'test' ORDER BY c.image_id""",
        run,
    )
    y = numpy.array([bool(t) for t, _, _ in told])
    p = numpy.array([q if is_second else 1 - q for _, is_second, q in told])
    wins = (p[y][:, None] > p[~y]) + 0.5 * (p[y][:, None] == p[~y])
    variance = wins.mean(1).var(ddof=1) / y.sum() + wins.mean(0).var(ddof=1) / (~y).sum()
    area = roc_auc_score(y, p)
    half = stats.norm.ppf(0.975) * variance**0.5
    false, true, _ = roc_curve(y, p, drop_intermediate=False)
    frequency, probability = calibration_curve(y, p, n_bins=10)
    counts = numpy.histogram(p, bins=numpy.linspace(0, 1, 11))[0]
    counts = counts[counts > 0]
    scores.append(
        dict(
            p=p.tolist(), y=y.tolist(), area=float(area), low=max(0, area - half),
            high=min(1, area + half), sensitivity90=float(true[false <= 0.1].max()),
            brier=float(brier_score_loss(y, p)),
            ece=float((counts * abs(frequency - probability)).sum() / len(p)),
            frequency=frequency.tolist(), probability=probability.tolist(),
        )
    )
assert numpy.allclose(multipletests(pvalues, method="holm")[1], holm, atol=1e-15)

scipy_interval = stats.bootstrap(
    (values,), numpy.mean, n_resamples=20000, method="percentile",
    rng=numpy.random.default_rng(1),
).confidence_interval
json.dump(
    dict(
        versions=dict(
            python=sys.version.split()[0], scipy=scipy.__version__, numpy=numpy.__version__,
            statsmodels=statsmodels.__version__, sklearn=sklearn.__version__,
        ),
        wilcoxon=wilcoxon,
        bootstrap=[
            dict(values=values, level=level, resamples=resamples, seed=seed,
                 interval=interval(values, level, resamples, seed))
            for level, resamples, seed in ((0.95, 2000, 1), (0.9, 500, 7))
        ],
        scipyBootstrap=[float(x) for x in scipy_interval],
        holm=dict(p=pvalues, adjusted=holm),
        paired=paired, power=power, scores=scores,
        summary=dict(
            values=values, mean=float(numpy.mean(values)), sd=float(numpy.std(values, ddof=1)),
            median=float(numpy.median(values)), p90=float(numpy.quantile(values, 0.9)),
        ),
    ),
    sys.stdout,
    separators=(",", ":"),
)
print()
