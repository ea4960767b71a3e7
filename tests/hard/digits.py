"""Forwards that are computed in few digits, on grids, or with jitter, and functions that jump."""

from __future__ import annotations

import math

import numpy as np

from tests.hard.kinks import ranks
from tests.hard.kit import Hard, fixed
from tests.mutants.kinks import one_hot
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    tanh_slope,
)


def in_float32(x):
    return np.sin(x.astype(np.float32)).astype(x.dtype)


WEIGHTS = np.array([[1.0, -0.5, 2.0, 0.3], [0.7, 1.0, -1.0, 0.2], [-0.4, 0.6, 0.5, -1.1]])


def dense32(x):
    return (np.tanh(x.astype(np.float32)) @ WEIGHTS.astype(np.float32)).astype(x.dtype)


def jitter(x):
    """Between -1 and 1, from the last bits of x: the same for the same x."""
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (bits >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def on_grid(y, step):
    return np.round(y / step) * step


def table_of_sines(x):
    """math.sin of every entry: Python's own floats."""
    return np.array([math.sin(float(a)) for a in x.reshape(-1)]).reshape(x.shape)


def gelu_erf(x):
    return np.array([0.5 * a * math.erfc(-a / math.sqrt(2)) for a in x.reshape(-1).astype(float).tolist()]).reshape(
        x.shape
    )


def gelu_erf_slope(x):
    tail = np.array([0.5 * math.erfc(-a / math.sqrt(2)) for a in x.reshape(-1).astype(float).tolist()]).reshape(x.shape)
    return tail + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def bisected(x):
    """The y with y + y^3 = x, to 2^-40 of a power of two above |x| + 1."""
    low = -(2.0 ** np.ceil(np.log2(np.abs(x) + 2)))
    high = -low
    for _ in range(44):
        middle = (low + high) / 2
        above = middle + middle**3 > x
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2


def bisected_slope(x):
    return 1 / (1 + 3 * bisected(x) ** 2)


def newton(x):
    """The y with y + y^3 = x, by Newton's method until nothing moves by more than 1e-10 of it."""
    y = np.cbrt(x.astype(np.float64))
    for _ in range(60):
        step = (y + y**3 - x) / (1 + 3 * y * y)
        y = y - step
        if np.all(np.abs(step) <= 1e-10 * np.abs(y)):
            break
    return y


def logged_gamma(x):
    return np.array([math.lgamma(a) for a in x.reshape(-1).astype(float).tolist()]).reshape(x.shape)


def digamma(x):
    shift, y = 0, x
    for _ in range(12):
        shift, y = shift + 1 / y, y + 1
    q = 1 / (y * y)
    series = np.log(y) - 1 / (2 * y) - q * (1 / 12 - q * (1 / 120 - q * (1 / 252 - q * (1 / 240 - q / 132))))
    return series - shift


def seeded(x):
    return np.sin(x) + np.random.default_rng(7).standard_normal(x.shape)


HARD: tuple[Hard, ...] = (
    fixed("float32 inside", elementwise(in_float32, np.cos, 4, domain=(-30.0, 30.0)), "the forward has seven digits"),
    fixed(
        "float32 matrix",
        Plain(args((-9, 9), x=(2, 3)), dense32, lambda v, x: (v @ WEIGHTS.T) * tanh_slope(x)),
        "sums in seven digits",
    ),
    fixed(
        "grid of 2^-20",
        elementwise(lambda x: on_grid(np.tanh(x), 2.0**-20), tanh_slope, 4, domain=(-4.0, 4.0)),
        "a fine staircase",
    ),
    fixed(
        "grid of 1e-9",
        elementwise(lambda x: on_grid(np.arctan(x), 1e-9), lambda x: 1 / (1 + x * x), 5, domain=(-9.0, 9.0)),
        "a decimal staircase",
    ),
    fixed(
        "jitter of 1e-10",
        elementwise(lambda x: np.sin(x) + 1e-10 * jitter(x), np.cos, 4),
        "noise that repeats for the same bits",
    ),
    fixed(
        "relative jitter of 1e-8",
        elementwise(
            lambda x: np.exp(-np.abs(x)) * (2 + x) * (1 + 1e-8 * jitter(x)),
            lambda x: np.exp(-np.abs(x)) * (1 - np.sign(x) * (2 + x)),
            3,
            domain=(0.1, 9.0),
        ),
        "noise in proportion to the output",
    ),
    fixed("python floats", elementwise(table_of_sines, np.cos, 3), "computes in float64 whatever it is given"),
    fixed("gelu by erf", elementwise(gelu_erf, gelu_erf_slope, 4), "float64 only, tails of 1e-300"),
    fixed("root by bisection", elementwise(bisected, bisected_slope, 3, domain=(-50.0, 50.0)), "a staircase of 1e-11"),
    fixed(
        "root by newton",
        elementwise(newton, lambda x: 1 / (1 + 3 * newton(x) ** 2), 3, domain=(-50.0, 50.0)),
        "the number of iterations jumps",
    ),
    fixed("log gamma", elementwise(logged_gamma, digamma, 4, domain=(0.5, 60.0)), "float64 only"),
    fixed(
        "large offset in float64",
        elementwise(lambda x: np.array(1e6 + np.sin(x), dtype=np.float64), np.cos, 3),
        "six digits go to a constant, in float64 whatever comes in",
    ),
    fixed(
        "input on a grid",
        elementwise(lambda x: np.sin(on_grid(x, 2.0**-34)), np.cos, 3, domain=(0.5, 3.0)),
        "x itself is rounded first",
    ),
    fixed("seeded noise", elementwise(seeded, np.cos, 4), "adds noise that is the same at every call"),
    fixed(
        "float32 output",
        Plain(args((-9, 9), x=(4,)), lambda x: np.tanh(x).astype(np.float32), lambda v, x: v * tanh_slope(x)),
        "the output has another dtype than the input",
    ),
    fixed(
        "relu in float32",
        Plain(
            args((-9, 9), x=(5,)),
            lambda x: np.maximum(x.astype(np.float32), 0).astype(x.dtype) * 1.5,
            lambda v, x: v * 1.5 * (x > 0),
        ),
        "a kink under rounding",
    ),
    fixed("floor", elementwise(lambda x: np.floor(x + 0.25), np.zeros_like, 5), "steps: the slope is 0"),
    fixed("sign", elementwise(np.sign, np.zeros_like, 4), "a jump at 0, slope 0 elsewhere"),
    fixed(
        "argmax as one-hot",
        Plain(args(x=(5,)), lambda x: one_hot(x, x.argmax()), lambda v, x: np.zeros_like(x)),
        "jumps at ties",
    ),
    fixed(
        "ranks",
        Plain(args(x=(4,)), lambda x: ranks(x).astype(x.dtype), lambda v, x: np.zeros_like(x)),
        "whole numbers that jump at ties",
    ),
    fixed(
        "count of positives",
        Plain(args(x=(6,)), lambda x: (x > 0).sum(axis=-1) * x.dtype.type(1), lambda v, x: np.zeros_like(x)),
        "bool inside",
    ),
    fixed(
        "quantised by integers",
        elementwise(lambda x: x - np.trunc(np.clip(x, -1e6, 1e6)).astype(int), np.ones_like, 4),
        "int inside; jumps",
    ),
)
