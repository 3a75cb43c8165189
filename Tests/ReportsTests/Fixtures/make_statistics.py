"""Makes statistics.json: SciPy's answers for the tests of Sources/Reports/Statistics.

Run with: python make_statistics.py > statistics.json
"""
import itertools, json, sys
import numpy, scipy
from scipy import stats

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
p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
holm, running = [0.0] * len(p), 0.0
for position, index in enumerate(numpy.argsort(p, kind="stable")):
    running = max(running, min(1.0, p[index] * (len(p) - position)))
    holm[index] = running
scipy_interval = stats.bootstrap(
    (values,), numpy.mean, n_resamples=20000, method="percentile",
    rng=numpy.random.default_rng(1),
).confidence_interval
json.dump(
    dict(
        versions=dict(
            python=sys.version.split()[0], scipy=scipy.__version__, numpy=numpy.__version__
        ),
        wilcoxon=wilcoxon,
        bootstrap=[
            dict(values=values, level=level, resamples=resamples, seed=seed,
                 interval=interval(values, level, resamples, seed))
            for level, resamples, seed in ((0.95, 2000, 1), (0.9, 500, 7))
        ],
        scipyBootstrap=[float(x) for x in scipy_interval],
        holm=dict(p=p, adjusted=holm),
        summary=dict(
            values=values, mean=float(numpy.mean(values)), sd=float(numpy.std(values, ddof=1)),
            median=float(numpy.median(values)), p90=float(numpy.quantile(values, 0.9)),
        ),
    ),
    sys.stdout,
    separators=(",", ":"),
)
print()
