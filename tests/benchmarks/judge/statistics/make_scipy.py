"""Writes fixtures/scipy.json: reference values of the statistics, by SciPy.

    python make_scipy.py

The versions are in the file.
"""

import json
import pathlib
import platform

import numpy as np
import scipy
from scipy import stats

A = [44.17, 45.02, 44.61, 44.9, 45.33, 44.48, 44.75]
B = [43.9, 44.2, 44.35, 44.1, 44.6, 44.55, 44.0]


def paired(n):
    a, b = A[:n], B[:n]
    test = stats.ttest_rel(a, b)
    interval = test.confidence_interval(0.95)
    d = np.subtract(a, b)
    return {
        "n": n, "mean": d.mean(), "sd": d.std(ddof=1), "pValue": test.pvalue,
        "low": interval.low, "high": interval.high,
    }


def tost(n, margin):
    d = np.subtract(A[:n], B[:n])
    lower = stats.ttest_1samp(d, -margin, alternative="greater").pvalue
    upper = stats.ttest_1samp(d, margin, alternative="less").pvalue
    interval = stats.ttest_1samp(d, 0).confidence_interval(0.9)
    return {
        "n": n, "margin": margin, "pValue": max(lower, upper),
        "low": interval.low, "high": interval.high,
    }


def power(pairs, difference, sd, alpha):
    degrees = pairs - 1
    critical = stats.t.ppf(1 - alpha / 2, degrees)
    shift = difference * pairs**0.5 / sd
    return {
        "pairs": pairs, "difference": difference, "sd": sd, "alpha": alpha,
        "power": stats.nct.sf(critical, degrees, shift),
    }


def needed(difference, sd):
    pairs = 2
    while power(pairs, difference, sd, 0.05)["power"] < 0.8:
        pairs += 1
    return {"difference": difference, "sd": sd, "pairs": pairs}


def line(x, y, at):
    n = len(x)
    fit = stats.linregress(x, y)
    t = stats.t.ppf(0.975, n - 2)
    # The mean's standard error from the residuals, not from the coefficients' own errors.
    residuals = np.subtract(y, fit.intercept + fit.slope * np.array(x))
    sigma = np.sqrt((residuals**2).sum() / (n - 2))
    spread = ((np.array(x) - np.mean(x)) ** 2).sum()
    error = sigma * np.sqrt(1 / n + (at - np.mean(x)) ** 2 / spread)
    return {
        "x": x, "y": y, "at": at,
        "intercept": [fit.intercept, t * fit.intercept_stderr],
        "slope": [fit.slope, t * fit.stderr],
        "rSquared": fit.rvalue**2,
        "there": [fit.intercept + fit.slope * at, t * error],
    }


def bootstrap():
    random = np.random.default_rng(17)
    baseline = random.lognormal(2, 0.1, 60)
    arm = baseline * random.lognormal(0.05, 0.05, 60)
    interval = stats.bootstrap(
        (arm / baseline,), np.median, n_resamples=20000, method="percentile", rng=random
    ).confidence_interval
    return {
        "baseline": baseline.tolist(), "arm": arm.tolist(),
        "median": np.median(arm / baseline), "low": interval.low, "high": interval.high,
    }


def mann_whitney(x, y):
    """Exact with ties too: every way to deal the pooled values out."""
    def u(a, b):
        return stats.mannwhitneyu(a, b, method="asymptotic").statistic

    test = stats.permutation_test((x, y), u, n_resamples=np.inf, alternative="two-sided")
    return {"x": x, "y": y, "u": test.statistic, "pValue": test.pvalue}


def holm():
    """SciPy has no Holm: its definition, by loops."""
    p = [0.01, 0.04, 0.03, 0.005, 0.8, 0.6]
    order = np.argsort(p)
    adjusted = [0.0] * len(p)
    for i, index in enumerate(order):
        adjusted[index] = max(min(1, p[j] * (len(p) - k)) for k, j in enumerate(order[: i + 1]))
    return {"p": p, "adjusted": adjusted}


def welch(x, y):
    """Degrees of freedom and interval of the difference of means; the variances may differ."""
    test = stats.ttest_ind(x, y, equal_var=False)
    interval = test.confidence_interval(0.95)
    return {
        "x": x, "y": y, "degrees": test.df, "pValue": test.pvalue,
        "low": interval.low, "high": interval.high,
    }


def trend(values):
    test = stats.spearmanr(np.arange(len(values)), values)
    centred = np.subtract(values, np.mean(values))
    return {
        "values": values, "correlation": test.statistic, "pValue": test.pvalue,
        "autocorrelation": np.dot(centred[1:], centred[:-1]) / np.dot(centred, centred),
    }


def outliers(values):
    """Counts by Tukey's fences, by loops: SciPy has the quartiles only."""
    low, high = np.percentile(values, [25, 75])
    distance = stats.iqr(values)
    beyond = {"low": [low - v for v in values], "high": [v - high for v in values]}
    counts = {
        (side, kind): sum(1 for b in beyond[side] if first * distance < b <= last * distance)
        for side in beyond for kind, first, last in (("Mild", 1.5, 3), ("Severe", 3, np.inf))
    }
    return {"values": values, **{side + kind: count for (side, kind), count in counts.items()}}


random = np.random.default_rng(5)
fixture = {
    "versions": {
        "scipy": scipy.__version__, "numpy": np.__version__, "python": platform.python_version(),
    },
    "tCdf": [
        [t, degrees, stats.t.cdf(t, degrees)]
        for t in (-40.0, -2.1, 0.0, 0.3, 2.0, 7.5) for degrees in (1, 2, 3, 4, 5, 11, 30, 199)
    ],
    "tQuantile": [
        [p, degrees, stats.t.ppf(p, degrees)]
        for p in (0.001, 0.05, 0.6, 0.975, 0.9995) for degrees in (1, 2, 3, 5, 10, 63)
    ],
    "a": A, "b": B,
    "paired": [paired(n) for n in (2, 3, 6, 7)],
    "tost": [tost(n, margin) for n in (2, 7) for margin in (0.3, 0.8, 2.0)],
    "power": [
        power(*args) for args in (
            (2, 0.7, 0.3, 0.05), (4, 0.7, 0.42, 0.05), (6, 0.7, 0.42, 0.05), (3, 0.1, 0.4, 0.05),
            (25, 0.2, 0.4, 0.01), (200, 0.05, 0.4, 0.05),
        )
    ],
    "needed": [needed(*args) for args in ((0.7, 0.42), (0.7, 0.1), (0.2, 0.4), (0.1, 0.6))],
    "bootstrap": bootstrap(),
    "mannWhitney": [
        mann_whitney([1.0, 2.0, 3.0, 4.5, 6.0], [2.5, 5.0, 7.0, 8.0, 9.0, 10.0]),
        mann_whitney([5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0]),
        mann_whitney([3.0, 1.0, 8.0, 6.5], [2.0, 7.0, 4.0, 5.0, 6.0]),
        mann_whitney([1.0, 2.0, 2.0, 3.0, 3.0], [2.0, 3.0, 4.0, 4.0, 5.0]),
    ],
    "holm": holm(),
    "welch": [welch(A, B), welch(A[:2], B), welch([1.0, 9.0, 4.5], [2.0, 2.1, 2.2, 1.9, 2.05, 2.0])],
    "trend": [
        trend(random.normal(100, 3, 20).tolist()),
        trend((random.normal(100, 3, 30) + np.arange(30) / 3).tolist()),
        trend([3.0, 3.0, 2.0, 5.0, 5.0, 5.0, 7.0, 1.0]),
    ],
    "outliers": [
        outliers(np.round(random.normal(100, 3, 40), 3).tolist()),
        outliers(np.round(random.standard_t(1, 60), 3).tolist()),
    ],
    "line": [
        line([0.57, 0.14, 0.035, 0.0088], [0.61, 0.17, 0.02, 0.011], 0.004),
        line([1e-6, 3e-6, 4e-6, 9e-6, 9e-6], [210.0, 250.0, 240.0, 390.0, 360.0], 0.0),
        line([4e6, 8e6, 2.35e7, 9.38e7, 1.5e8], [1.6e7, 1.5e7, 4.6e7, 1.21e8, 1.9e8], 5e7),
    ],
}
path = pathlib.Path(__file__).parent / "fixtures" / "scipy.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
