"""Steep, flat, oscillating and cancelling functions."""

from __future__ import annotations

import numpy as np

from tests.hard.kit import Hard, fixed
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    sigmoid,
    sigmoid_slope,
    softmax,
    softplus,
    tanh_slope,
)


def tanh_series(x):
    """x - sin x, without cancellation near 0."""
    q = x * x
    near = x * q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110 * (1 - q / 156)))))
    return np.where(np.abs(x) < 0.5, near, x - np.sin(x))


def erf_like(x):
    """The integral of exp(-t^2) from 0 to x by Gauss-Legendre on [0, x], for |x| < 3."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    t = (x[..., None] / 2) * (nodes + 1)
    return (np.exp(-t * t) * weights).sum(axis=-1) * x / 2


def bessel(x):
    """A three-term recurrence, run upwards for orders 0 to 5, from a cosine."""
    a, b = np.cos(x), np.sin(x)
    for k in range(1, 6):
        a, b = b, 2 * k / (3 + x * x) * b - a
    return b


def bessel_slope(x):
    a, b, da, db = np.cos(x), np.sin(x), -np.sin(x), np.cos(x)
    q = 3 + x * x
    for k in range(1, 6):
        a, b, da, db = b, 2 * k / q * b - a, db, 2 * k / q * db - 4 * k * x / q**2 * b - da
    return db


def logistic_map(x):
    y = sigmoid(x)
    for _ in range(12):
        y = 2.8 * y * (1 - y)
    return y


def logistic_map_slope(x):
    y, d = sigmoid(x), sigmoid_slope(x)
    for _ in range(12):
        y, d = 2.8 * y * (1 - y), 2.8 * d * (1 - 2 * y)
    return d


def log_cosh(x):
    a = np.abs(x)
    return a + np.log1p(np.exp(-2 * a)) - np.log(x.dtype.type(2))


def log_mean_exp(x):
    m = x.max()
    return m + np.log(np.exp(x - m).mean())


def logsumexp_pair(x, y):
    return np.logaddexp(x, y)


HARD: tuple[Hard, ...] = (
    fixed(
        "tanh(1000 x)",
        elementwise(lambda x: np.tanh(1000 * x), lambda x: 1000 * tanh_slope(1000 * x), 5),
        "steep, not a kink",
    ),
    fixed(
        "softplus, beta 5000",
        elementwise(lambda x: softplus(5000 * x) / 5000, lambda x: sigmoid(5000 * x), 5),
        "almost a relu",
    ),
    fixed(
        "sharp bump",
        elementwise(
            lambda x: np.exp(-((100 * (x - 1)) ** 2)), lambda x: -2e4 * (x - 1) * np.exp(-((100 * (x - 1)) ** 2)), 4
        ),
        "flat nearly everywhere",
    ),
    fixed("cube", elementwise(lambda x: x**3, lambda x: 3 * x * x, 4), "a zero slope at 0 that is no kink"),
    fixed("x - sin x", elementwise(tanh_series, lambda x: 2 * np.sin(x / 2) ** 2, 5), "slopes of 1e-24 near 0"),
    fixed(
        "fifth power of tanh",
        elementwise(lambda x: np.tanh(x) ** 5, lambda x: 5 * np.tanh(x) ** 4 * tanh_slope(x), 4),
        "flat at 0 and far off",
    ),
    fixed(
        "sin 300 x",
        elementwise(lambda x: np.sin(300 * x), lambda x: 300 * np.cos(300 * x), 4),
        "oscillates within any step",
    ),
    fixed("cos", elementwise(np.cos, lambda x: -np.sin(x), 6), "the argument of 1e5 has few digits left"),
    fixed(
        "chirp",
        elementwise(lambda x: np.sin(x * x), lambda x: 2 * x * np.cos(x * x), 4, domain=(-20.0, 20.0)),
        "frequency grows",
    ),
    fixed(
        "gauss tails", elementwise(lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x), 5), "underflows at 27"
    ),
    fixed(
        "logistic bump",
        elementwise(sigmoid_slope, lambda x: sigmoid_slope(x) * (1 - 2 * sigmoid(x)), 5),
        "saturates on both sides",
    ),
    fixed("log cosh", elementwise(log_cosh, np.tanh, 5), "x^2/2 near 0 from a difference of 0.69s"),
    fixed(
        "log mean exp",
        Plain(args(x=(4,)), log_mean_exp, lambda v, x: v * softmax(x)),
        "the greatest entry, and what is below its rounding",
    ),
    fixed(
        "logaddexp",
        Plain(args(x=(4,), y=(4,)), logsumexp_pair, lambda v, x, y: (v * sigmoid(x - y), v * sigmoid(y - x))),
        "a smooth maximum",
    ),
    fixed(
        "erf by quadrature",
        elementwise(erf_like, lambda x: np.exp(-x * x), 4, domain=(-3.0, 3.0)),
        "a sum of forty terms",
    ),
    fixed("recurrence", elementwise(bessel, bessel_slope, 4), "rounding grows from term to term"),
    fixed("iterated map", elementwise(logistic_map, logistic_map_slope, 4), "twelve iterations that contract"),
    fixed(
        "constant",
        Plain(args(x=(4,)), lambda x: 3 + 0 * x, lambda v, x: 0 * v, lambda x: np.zeros((4, 4))),
        "no slope at all",
    ),
    fixed(
        "constant scalar",
        Plain(args(x=(4,)), lambda x: np.asarray(2.5, x.dtype), lambda v, x: np.zeros_like(x)),
        "does not look at x",
    ),
    fixed("nearly constant", elementwise(lambda x: 1e6 + np.sin(x), np.cos, 4), "six digits go to a constant"),
    fixed(
        "softmax, sharp",
        Plain(args(x=(5,)), lambda x: softmax(50 * x), lambda v, x: 50 * softmax(50 * x) * (v - v @ softmax(50 * x))),
        "one-hot but for tiny rests",
    ),
    fixed(
        "exponential, one side",
        elementwise(lambda x: np.exp(-np.abs(x)) * x, lambda x: np.exp(-np.abs(x)) * (1 - np.abs(x)), 5),
        "a kink in the second derivative",
    ),
    fixed(
        "atan of a pole",
        elementwise(lambda x: np.arctan(1e4 * x), lambda x: 1e4 / (1 + (1e4 * x) ** 2), 5),
        "a step in the large",
    ),
    fixed(
        "runge",
        elementwise(lambda x: 1 / (1 + 25 * x * x), lambda x: -50 * x / (1 + 25 * x * x) ** 2, 5),
        "poles near the real line",
    ),
)
