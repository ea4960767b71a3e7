"""Kinks and ties: where one-sided slopes differ, along axes or across them."""

from __future__ import annotations

import numpy as np

from tests.hard.kit import Hard, fixed, large
from tests.mutants.kinks import one_hot
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    given,
    with_jacobian,
)


def ranks(x):
    return np.argsort(np.argsort(x, kind="stable"), kind="stable")


RAMP = np.array([-2.0, -1.0, 0.5, 2.0])
HEIGHTS = np.array([1.0, -1.0, 0.0, 3.0])
TILTS = np.diff(HEIGHTS) / np.diff(RAMP)


def ramp_slope(x):
    k = np.clip(np.searchsorted(RAMP, x, side="right") - 1, 0, 2)
    return np.where((x >= -2) & (x < 2), TILTS[k], 0)


def ramp(x):
    c = np.clip(x, -2, 2)
    k = np.clip(np.searchsorted(RAMP, c, side="right") - 1, 0, 2)
    return HEIGHTS[k] + TILTS[k] * (c - RAMP[k])


def projected(x):
    """The nearest point of the simplex."""
    z = np.sort(x)[::-1]
    sums = (np.cumsum(z) - 1) / np.arange(1, x.size + 1)
    return np.maximum(x - sums[np.flatnonzero(z > sums)[-1]], 0)


def projected_bprop(v, x):
    on = projected(x) > 0
    return np.where(on, v - v[on].mean(), 0)


W1 = np.array([[1.0, -0.5, 2.0, 0.3], [0.7, 1.0, -1.0, 0.2], [-0.4, 0.6, 0.5, -1.1]])
W2 = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 0.3], [0.8, 0.8]])


def net(x):
    return np.maximum(x @ W1, 0) @ W2


def net_bprop(v, x):
    return ((v @ W2.T) * (x @ W1 > 0)) @ W1.T


def lone(x, y):
    return np.maximum(np.maximum(x, y), 0)


def soft_threshold_bprop(v, x):
    return v * (np.abs(x) > 0.3)


def triangle_wave(x):
    return np.abs(x - 4 * np.round(x / 4))


def swap(x):
    """The two halves of the last axis, sorted pair by pair."""
    a, b = x[:3], x[3:]
    return np.concatenate([np.minimum(a, b), np.maximum(a, b)])


def swap_bprop(v, x):
    first = x[:3] <= x[3:]
    low, high = v[:3], v[3:]
    return np.concatenate([np.where(first, low, high), np.where(first, high, low)])


def cumulative_max_bprop(v, x):
    g, best = np.zeros_like(x), 0
    for k in range(x.size):
        best = k if x[k] > x[best] else best
        g[best] += v[k]
    return g


def symmetric(x):
    return (x + x.T) / 2


def eigenvalues_bprop(v, x):
    U = np.linalg.eigh(symmetric(x))[1]
    return (U * v) @ U.T


def spectral_norm_bprop(v, x):
    U, _, V = np.linalg.svd(x, full_matrices=False)
    return v * np.outer(U[:, 0], V[0])


def nuclear_norm_bprop(v, x):
    U, _, V = np.linalg.svd(x, full_matrices=False)
    return v * U @ V


def angle_bprop(v, x, y):
    r = np.where((x == 0) & (y == 0), 1, np.hypot(x, y))
    return -v * (y / r) / r, v * (x / r) / r


FINE = np.linspace(-4, 4, 257)
SINES = np.sin(FINE)


def fine_table(x):
    c = np.clip(x, -4, 4)
    k = np.minimum(((c + 4) * 32).astype(int), 255)
    return SINES[k] + (SINES[k + 1] - SINES[k]) * ((c + 4) * 32 - k)


def fine_table_slope(x):
    k = np.clip(np.floor((np.clip(x, -4, 4) + 4) * 32).astype(int), 0, 255)
    return np.where(np.abs(x) < 4, (SINES[k + 1] - SINES[k]) * 32, 0)


HARD: tuple[Hard, ...] = (
    fixed(
        "relu, zero at zero",
        elementwise(lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, 3, 4),
        "0 is a subgradient",
    ),
    fixed(
        "relu, half at zero", elementwise(lambda x: np.maximum(x, 0), lambda x: np.heaviside(x, 0.5), 6), "so is 1/2"
    ),
    fixed(
        "relu of a difference",
        Plain(args(x=(4,), y=(4,)), lambda x, y: np.maximum(x - y, 0), lambda v, x, y: (v * (x > y), -v * (x > y))),
        "a kink along x = y, not along an axis",
    ),
    fixed(
        "relu minus relu",
        Plain(
            args(x=(4,), y=(4,)),
            lambda x, y: np.maximum(x, 0) - np.maximum(y, 0),
            lambda v, x, y: (v * (x > 0), -v * (y > 0)),
        ),
        "0 is legal at the origin, though no slope along (1, -1)",
    ),
    fixed(
        "relu squared",
        elementwise(lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0), 5),
        "once differentiable at 0",
    ),
    fixed(
        "power 1.5",
        elementwise(lambda x: np.abs(x) ** 1.5, lambda x: 1.5 * np.sign(x) * np.sqrt(np.abs(x)), 5),
        "differentiable at 0, with an infinite second derivative",
    ),
    fixed(
        "power 1.1",
        elementwise(lambda x: np.abs(x) ** 1.1, lambda x: 1.1 * np.sign(x) * np.abs(x) ** 0.1, 5),
        "differentiable at 0, where the difference quotient hardly converges",
    ),
    fixed(
        "cubed sine of 1/x",
        elementwise(
            lambda x: x**3 * np.sin(1 / x),
            lambda x: 3 * x * x * np.sin(1 / x) - x * np.cos(1 / x),
            4,
            domain=(0.02, 3.0),
        ),
        "oscillates ever faster towards 0",
    ),
    fixed(
        "max",
        with_jacobian(Plain(args(x=(7,)), np.max, lambda v, x: v * one_hot(x, x.argmax()))),
        "ties: the first gets all",
    ),
    fixed(
        "max, shared",
        Plain(args(x=(7,)), np.max, lambda v, x: v * (x == x.max()) / (x == x.max()).sum()),
        "ties: each gets a share",
    ),
    fixed(
        "largest size",
        Plain(args(x=(5,)), lambda x: np.abs(x).max(), lambda v, x: v * np.sign(x) * one_hot(x, np.abs(x).argmax())),
        "ties between x and -x; all zero",
    ),
    fixed(
        "sort",
        with_jacobian(Plain(args(x=(6,)), np.sort, lambda v, x: v[ranks(x)])),
        "every tie is a kink that no axis shows",
    ),
    fixed(
        "descending sort",
        Plain(args(x=(5,)), lambda x: -np.sort(-x), lambda v, x: v[ranks(-x)]),
        "another order of equals",
    ),
    fixed(
        "median of five",
        Plain(
            args(x=(5,)), lambda x: np.median(x, axis=-1), lambda v, x: v * one_hot(x, np.argsort(x, kind="stable")[2])
        ),
        "of three equal entries, none moves it alone",
    ),
    fixed(
        "median of four",
        Plain(args(x=(4,)), lambda x: np.median(x, axis=-1), lambda v, x: v * np.isin(ranks(x), (1, 2)) / 2),
        "the mean of two order statistics",
    ),
    fixed(
        "trimmed mean",
        Plain(
            args(x=(6,)),
            lambda x: np.sort(x)[..., 1:-1].mean(axis=-1),
            lambda v, x: v * np.isin(ranks(x), (1, 2, 3, 4)) / 4,
        ),
        "ties with what is trimmed",
    ),
    fixed(
        "second largest",
        Plain(args(x=(5,)), lambda x: np.sort(x)[..., -2], lambda v, x: v * (ranks(x) == 3)),
        "neither convex nor concave",
    ),
    fixed(
        "top 3 values",
        Plain(
            args(x=(6,)), lambda x: -np.sort(-x)[..., :3], lambda v, x: np.append(v, np.zeros(3, x.dtype))[ranks(-x)]
        ),
        "ties across the cut",
    ),
    fixed(
        "range",
        Plain(args(x=(5,)), np.ptp, lambda v, x: v * (one_hot(x, x.argmax()) - one_hot(x, x.argmin()))),
        "all equal: greatest and least are the same entry",
    ),
    fixed(
        "minimax",
        Plain(
            args(x=(3, 3)),
            lambda x: x.max(axis=-1).min(axis=-1),
            lambda v, x: (
                v * (np.arange(9) == x.max(axis=1).argmin() * 3 + x[x.max(axis=1).argmin()].argmax()).reshape(3, 3)
            ),
        ),
        "max below min",
    ),
    fixed(
        "running max",
        Plain(args(x=(6,)), np.maximum.accumulate, cumulative_max_bprop),
        "one entry may hold many outputs",
    ),
    fixed(
        "clip",
        elementwise(lambda x: np.clip(x, -1, 1), lambda x: (np.abs(x) <= 1) * 1.0, 6, critical=(-1.0, 1.0)),
        "both edges",
    ),
    fixed(
        "clip by inputs",
        Plain(args(x=(4,), low=(4,)), np.maximum, lambda v, x, low: (v * (x > low), v * (x <= low))),
        "the edge moves, too",
    ),
    fixed(
        "three-way max",
        Plain(args(x=(4,), y=(4,)), lone, lambda v, x, y: (v * ((x >= y) & (x > 0)), v * ((y > x) & (y > 0)))),
        "three pieces meet at the origin",
    ),
    fixed(
        "hinge",
        Plain(
            (*args(x=(5,)), *given("t", 5)),
            lambda x, t: np.maximum(1 - t * x, 0).sum(),
            lambda v, x, t: -v * t * (t * x < 1),
        ),
        "many kinks in one sum",
    ),
    fixed(
        "l1 norm", Plain(args(x=(6,)), lambda x: np.abs(x).sum(), lambda v, x: v * np.sign(x)), "kinks add up at zeros"
    ),
    fixed(
        "total variation",
        Plain(
            args(x=(6,)),
            lambda x: np.abs(np.diff(x)).sum(axis=-1),
            lambda v, x: v * (np.insert(np.sign(np.diff(x)), 0, 0) - np.append(np.sign(np.diff(x)), 0)),
        ),
        "kinks at every tie of neighbours",
    ),
    fixed(
        "euclidean norm",
        Plain(args(x=(5,)), lambda x: np.sqrt((x * x).sum()), lambda v, x: v * x / (np.sqrt((x * x).sum()) or 1)),
        "a cone: 0 at the origin is legal",
    ),
    fixed(
        "row norms",
        Plain(
            args(x=(3, 3)),
            lambda x: np.linalg.norm(x, axis=1),
            lambda v, x: (
                v[:, None] * x / np.where(np.linalg.norm(x, axis=1) > 0, np.linalg.norm(x, axis=1), 1)[:, None]
            ),
        ),
        "zero rows beside others",
    ),
    fixed(
        "distance",
        Plain(
            args(x=(3,), y=(3,)),
            lambda x, y: np.sqrt(((x - y) ** 2).sum()),
            lambda v, x, y: (
                v * (x - y) / (np.sqrt(((x - y) ** 2).sum()) or 1),
                v * (y - x) / (np.sqrt(((x - y) ** 2).sum()) or 1),
            ),
        ),
        "a cone along x = y",
    ),
    fixed(
        "soft threshold",
        elementwise(lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.3, 0), lambda x: (np.abs(x) > 0.3) * 1.0, 4, 2),
        "flat in the middle",
    ),
    fixed("ramp", elementwise(ramp, ramp_slope, 6, critical=tuple(RAMP)), "a table with knots of unequal distance"),
    fixed(
        "triangle wave",
        elementwise(triangle_wave, lambda x: np.sign(x - 4 * np.round(x / 4)), 5),
        "kinks at every even number, up to 1e5",
    ),
    fixed("sparsemax", with_jacobian(Plain(args(x=(5,)), projected, projected_bprop)), "the support changes at kinks"),
    fixed("relu net", Plain(args(x=(3,)), net, net_bprop), "kinks across all axes at the origin"),
    fixed("compare and swap", Plain(args(x=(6,)), swap, swap_bprop), "pairs sorted: the sum of two outputs is smooth"),
    fixed(
        "eigenvalues",
        Plain(args(x=(3, 3)), lambda x: np.linalg.eigvalsh(symmetric(x)), eigenvalues_bprop),
        "equal eigenvalues are ties in no entry",
    ),
    fixed(
        "largest eigenvalue",
        Plain(
            args(x=(3, 3)),
            lambda x: np.linalg.eigvalsh(symmetric(x))[-1],
            lambda v, x: eigenvalues_bprop(np.array([0, 0, 1]) * v, x),
        ),
        "a cone where eigenvalues meet",
    ),
    fixed(
        "spectral norm",
        Plain(args(x=(2, 3)), lambda x: np.linalg.svd(x, compute_uv=False)[0], spectral_norm_bprop),
        "a cone at zero and at equal singular values",
    ),
    fixed(
        "nuclear norm",
        Plain(args(x=(2, 2)), lambda x: np.linalg.svd(x, compute_uv=False).sum(), nuclear_norm_bprop),
        "kinks at singular matrices",
    ),
    fixed(
        "angle in the plane",
        Plain(args(x=(3,), y=(3,)), lambda x, y: np.arctan2(y, x), angle_bprop),
        "a cut along the negative axis, nothing at the origin",
    ),
    fixed("fine table", elementwise(fine_table, fine_table_slope, 5), "257 knots, a kink within any step"),
    fixed(
        "signed root",
        elementwise(
            lambda x: np.sign(x) * np.sqrt(np.abs(x)),
            lambda x: np.where(x == 0, 0, 0.5 / np.sqrt(np.abs(np.where(x == 0, 1, x)))),
            4,
        ),
        "an infinite slope at 0, where 0 is claimed",
    ),
    large(
        "many absolute values",
        Plain(args(x=(300,)), lambda x: np.abs(x).sum(axis=-1), lambda v, x: v * np.sign(x)),
        "300 kinks, some always near",
    ),
    fixed(
        "leaky, ten slopes",
        elementwise(lambda x: np.where(x > 0, x, 0.1 * x), lambda x: np.where(x > 0, 1, 0.1), 10),
        "a convex kink",
    ),
)
