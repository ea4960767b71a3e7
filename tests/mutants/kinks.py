"""Kinks, ties and edges: wrong only where one-sided slopes differ, or only where something is equal, first or last."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, elementwise, given, sloped, spoiled


def at_zero(value, slope):
    return lambda x: np.where(x == 0, value, slope(x))


def step(x):
    return (x > 0).astype(x.dtype)


RELU = elementwise(lambda x: np.maximum(x, 0), step, 3, 2)
ABS = elementwise(np.abs, np.sign, 5)


def leaky_slope(x):
    return np.where(x > 0, 1, 0.1)


LEAKY = elementwise(lambda x: np.where(x > 0, x, 0.1 * x), leaky_slope, 5)
CLIP = elementwise(lambda x: np.clip(x, -20, 20), lambda x: (np.abs(x) < 20).astype(x.dtype), 4)


def hat_slope(x):
    return np.where(np.abs(x) < 1, -np.sign(x), 0)


HAT = elementwise(lambda x: np.maximum(1 - np.abs(x), 0), hat_slope, 4, critical=(-1.0, 0.0, 1.0))
POWER = elementwise(lambda x: np.abs(x) ** 1.5, lambda x: 1.5 * np.sqrt(np.abs(x)) * np.sign(x), 5)
ROOT_SQUARE = elementwise(lambda x: np.sqrt(x * x), np.sign, 4)


def one_hot(x, k):
    g = np.zeros_like(x)
    g[k] = 1
    return g


def equal(x, value):
    return (x == value).astype(x.dtype)


PEAK = Plain(
    args(x=(6,)), lambda x: x.max(axis=-1), lambda v, x: v * one_hot(x, x.argmax()), lambda x: one_hot(x, x.argmax())
)
RANGE = Plain(
    args(x=(6,)), lambda x: np.ptp(x, axis=-1), lambda v, x: v * (one_hot(x, x.argmax()) - one_hot(x, x.argmin()))
)
COLUMNS = Plain(
    args(x=(3, 4)), lambda x: x.min(axis=-2), lambda v, x: np.where(np.arange(3)[:, None] == x.argmin(axis=0), v, 0)
)
ORDER = Plain(args(x=(5,)), np.sort, lambda v, x: v[np.argsort(np.argsort(x, kind="stable"))])
TOP = Plain(
    args(x=(6,)),
    lambda x: np.sort(x)[..., -2:].sum(axis=-1),
    lambda v, x: v * np.isin(np.arange(6), np.argsort(x, kind="stable")[-2:]),
)
LARGEST = Plain(
    args(x=(5,)), lambda x: np.abs(x).max(axis=-1), lambda v, x: v * np.sign(x) * one_hot(x, np.abs(x).argmax())
)
MIDDLE = Plain(
    args(x=(5,)), lambda x: np.median(x, axis=-1), lambda v, x: v * one_hot(x, np.argsort(x, kind="stable")[2])
)
GREATER = Plain(args(x=(4,), y=(4,)), np.maximum, lambda v, x, y: (v * (x >= y), v * (x < y)))
LESSER = Plain(args(x=(4,), y=(4,)), np.minimum, lambda v, x, y: (v * (x <= y), v * (x > y)))
HINGE = Plain(
    (*args(x=(5,)), *given("t", 5)),
    lambda x, t: np.maximum(1 - np.sign(t) * x, 0),
    lambda v, x, t: -v * np.sign(t) * (np.sign(t) * x < 1),
    critical=(-1.0, 1.0),
)
DIFFERENCE = Plain(
    args(x=(4,), y=(4,)),
    lambda x, y: np.abs(x - y).sum(axis=-1),
    lambda v, x, y: (v * np.sign(x - y), -v * np.sign(x - y)),
)


def running_max(x):
    return np.maximum.accumulate(x, axis=-1)


def running_max_bprop(v, x, latest=False):
    g, best = np.zeros_like(x), 0
    for k in range(x.size):
        if x[k] > x[best] or (latest and x[k] >= x[best]):
            best = k
        g[best] += v[k]
    return g


RUNNING = Plain(args(x=(6,)), running_max, running_max_bprop)


def sparsemax(x):
    z = np.sort(x)[..., ::-1]
    tau = (np.cumsum(z, axis=-1) - 1) / np.arange(1, x.shape[-1] + 1)
    last = x.shape[-1] - 1 - np.argmax((z > tau)[..., ::-1], axis=-1, keepdims=True)
    return np.maximum(x - np.take_along_axis(tau, last, axis=-1), 0)


def sparsemax_bprop(v, x, mean=True, strict=True):
    on = sparsemax(x) > 0 if strict else sparsemax(x) >= 0
    return on * (v - mean * (v * on).sum() / on.sum())


SPARSEMAX = Plain(args(x=(5,)), sparsemax, sparsemax_bprop)
MAXOUT = Plain(
    args(x=(4,), w=(3,), b=(3,)),
    lambda x, w, b: (x[..., :, None] * w[..., None, :] + b[..., None, :]).max(axis=-1),
    lambda v, x, w, b: maxout_bprop(v, x, w, b, np.argmax),
)


def maxout_bprop(v, x, w, b, pick):
    k = pick(x[:, None] * w + b, axis=1)
    dw, db = np.zeros_like(w), np.zeros_like(b)
    np.add.at(dw, k, v * x)
    np.add.at(db, k, v)
    return v * w[k], dw, db


MIX = np.array([[1.0, -2.0], [0.5, 1.5], [-1.0, 1.0]])
NET = Plain(
    args(x=(3,)),
    lambda x: np.maximum(x @ MIX, 0) @ np.array([1.0, -1.0]),
    lambda v, x: MIX @ (v * np.array([1.0, -1.0]) * (x @ MIX > 0)),
)
NORM = Plain(args(x=(4,)), lambda x: np.sqrt((x * x).sum()), lambda v, x: v * x / (np.sqrt((x * x).sum()) or 1))
FLOOR = elementwise(lambda x: x - np.floor(x), np.ones_like, 4)
ROUND = elementwise(np.round, np.zeros_like, 4)
DEADZONE = elementwise(
    lambda x: np.where(np.abs(x) > 1, x - np.sign(x), 0),
    lambda x: (np.abs(x) > 1).astype(x.dtype),
    4,
    critical=(-1.0, 1.0),
)
HUBER = elementwise(
    lambda x: np.where(np.abs(x) < 2, x * x / 2, 2 * np.abs(x) - 2),
    lambda x: np.clip(x, -2, 2),
    4,
    critical=(-2.0, 2.0),
)


def last_max(v, x):
    k = x.argmax()
    return v * one_hot(x, k) * (k < x.size - 1)


def averaged_ties(v, x):
    same = (x[:, None] == x).astype(x.dtype)
    count = same.sum(axis=1)
    return same @ ORDER.bprop(v, x) / np.where(count > 1, count + 1, 1)


def rank_of_first(v, x):
    return v[np.searchsorted(np.sort(x), x)]


MUTANTS: tuple[Mutant, ...] = (
    spoiled(RELU, "relu: slope 2 at zero", "bprop", "no convex combination of 0 and 1", **sloped(at_zero(2, step))),
    spoiled(
        RELU, "relu: slope -1 at zero", "jacobian", "no convex combination of 0 and 1", **sloped(at_zero(-1, step))
    ),
    spoiled(
        RELU,
        "relu: slope 1.01 at zero",
        "bprop",
        "just outside of what a subgradient may be",
        **sloped(at_zero(1.01, step)),
    ),
    spoiled(RELU, "relu: shifted kink", "bprop", "x > 1e-3 for x > 0", **sloped(lambda x: step(x - 1e-3))),
    spoiled(RELU, "relu: NaN at zero", "contract", "0/0 at exact zero", **sloped(lambda x: np.maximum(x, 0) / x)),
    spoiled(ABS, "abs: slope 3 at zero", "bprop", "beyond [-1, 1]", **sloped(at_zero(3, np.sign))),
    spoiled(ABS, "abs: never negative", "bprop", "+1 on both sides", **sloped(np.ones_like)),
    spoiled(LEAKY, "leaky relu: slope 2 at zero", "jacobian", "beyond [0.1, 1]", **sloped(at_zero(2, leaky_slope))),
    spoiled(
        LEAKY,
        "leaky relu: 0.01 for 0.1",
        "bprop",
        "another slope on the negative side",
        **sloped(lambda x: np.where(x > 0, 1, 0.01)),
    ),
    spoiled(
        CLIP, "clip: open above", "bprop", "slope 1 above the upper edge", **sloped(lambda x: (x > -20).astype(x.dtype))
    ),
    spoiled(
        CLIP,
        "clip: slope 2 at the edge",
        "bprop",
        "twice inside, exactly at an edge",
        **sloped(lambda x: np.where(np.abs(x) == 20, 2.0, np.abs(x) < 20)),
    ),
    spoiled(
        HAT,
        "hat: slope -1 at the left foot",
        "bprop",
        "0 and 1 meet at -1",
        **sloped(lambda x: np.where(x == -1, -1, hat_slope(x))),
    ),
    spoiled(
        POWER,
        "power 1.5: sign lost",
        "bprop",
        "1.5 sqrt|x| on both sides",
        **sloped(lambda x: 1.5 * np.sqrt(np.abs(x))),
    ),
    spoiled(
        ROOT_SQUARE, "sqrt(x^2): 0/0", "contract", "x/sqrt(x^2) is NaN at 0", **sloped(lambda x: x / np.sqrt(x * x))
    ),
    spoiled(
        PEAK,
        "max: every tie paid",
        "bprop",
        "the shares add up to the number of ties",
        bprop=lambda v, x: v * equal(x, x.max()),
        jacobian=None,
    ),
    spoiled(
        PEAK,
        "max: Jacobian pays every tie",
        "jacobian",
        "the shares add up to the number of ties",
        jacobian=lambda x: equal(x, x.max()),
    ),
    spoiled(
        PEAK,
        "max: ties get nothing",
        "bprop",
        "a share only for a greatest entry without an equal",
        bprop=lambda v, x: v * equal(x, x.max()) * (equal(x, x.max()).sum() == 1),
        jacobian=None,
    ),
    spoiled(PEAK, "max: not when it comes last", "bprop", "a loop that ends one too early", bprop=last_max),
    spoiled(
        RANGE,
        "range: ties of the least paid",
        "bprop",
        "each of several least entries gets -1",
        bprop=lambda v, x: v * (one_hot(x, x.argmax()) - equal(x, x.min())),
    ),
    spoiled(
        COLUMNS,
        "min over columns: ties paid",
        "bprop",
        "each of several least entries gets all",
        bprop=lambda v, x: v * equal(x, x.min(axis=0)),
    ),
    spoiled(
        ORDER,
        "sort: rank of the first of equals",
        "bprop",
        "equal entries all get the first one's cotangent",
        bprop=rank_of_first,
    ),
    spoiled(
        ORDER,
        "sort: order for rank",
        "bprop",
        "v[argsort] for v[argsort of argsort]",
        bprop=lambda v, x: v[np.argsort(x, kind="stable")],
    ),
    spoiled(
        TOP,
        "top 2: all equal to the second paid",
        "bprop",
        "a threshold test pays more than two",
        bprop=lambda v, x: v * (x >= np.sort(x)[-2]),
    ),
    spoiled(
        LARGEST,
        "largest size: ties paid",
        "bprop",
        "every entry of the largest size gets all",
        bprop=lambda v, x: v * np.sign(x) * equal(np.abs(x), np.abs(x).max()),
    ),
    spoiled(
        LARGEST,
        "largest size: sign lost",
        "bprop",
        "+1 where the largest entry is negative",
        bprop=lambda v, x: v * one_hot(x, np.abs(x).argmax()),
    ),
    spoiled(
        MIDDLE,
        "median: all equal to it paid",
        "bprop",
        "ties with the median are paid in full",
        bprop=lambda v, x: v * equal(x, np.median(x)),
    ),
    spoiled(
        GREATER,
        "maximum: both paid at a tie",
        "bprop",
        ">= on both sides",
        bprop=lambda v, x, y: (v * (x >= y), v * (y >= x)),
    ),
    spoiled(
        LESSER,
        "minimum: nobody paid at a tie",
        "bprop",
        "< on both sides",
        bprop=lambda v, x, y: (v * (x < y), v * (y < x)),
    ),
    spoiled(HINGE, "hinge: sign", "bprop", "+t for -t", bprop=lambda v, x, t: v * np.sign(t) * (np.sign(t) * x < 1)),
    spoiled(
        HINGE,
        "hinge: margin 0",
        "bprop",
        "t x < 0 for t x < 1",
        bprop=lambda v, x, t: -v * np.sign(t) * (np.sign(t) * x < 0),
    ),
    spoiled(
        DIFFERENCE,
        "l1 distance: both +1 at a tie",
        "bprop",
        "x and y enter with opposite signs",
        bprop=lambda v, x, y: (v * np.where(x >= y, 1, -1), v * np.where(y >= x, 1, -1) + 0 * v),
    ),
    spoiled(
        RUNNING,
        "running max: every equal paid",
        "bprop",
        "entries equal to the maximum so far all get v",
        bprop=lambda v, x: (
            np.array([(v * (running_max(x) == a) * (np.arange(x.size) >= k)).sum() for k, a in enumerate(x)])
            * (x == running_max(x))
        ),
    ),
    spoiled(
        SPARSEMAX,
        "sparsemax: mean forgotten",
        "bprop",
        "the support's mean is not taken off",
        bprop=lambda v, x: sparsemax_bprop(v, x, mean=False),
    ),
    spoiled(
        SPARSEMAX,
        "sparsemax: support of everything",
        "bprop",
        ">= 0 for > 0",
        bprop=lambda v, x: sparsemax_bprop(v, x, strict=False),
    ),
    spoiled(
        MAXOUT,
        "maxout: least piece",
        "bprop",
        "argmin for argmax",
        bprop=lambda v, x, w, b: maxout_bprop(v, x, w, b, np.argmin),
    ),
    spoiled(
        NET,
        "relu net: slope 2 where a unit is at zero",
        "bprop",
        "no generalised gradient of either unit",
        bprop=lambda v, x: MIX @ (v * np.array([1.0, -1.0]) * np.where(x @ MIX == 0, 2, x @ MIX > 0)),
    ),
    spoiled(FLOOR, "fraction: taken for its floor", "bprop", "slope 0 for 1", **sloped(np.zeros_like)),
    spoiled(ROUND, "round: straight through", "bprop", "slope 1 for a step function", **sloped(np.ones_like)),
    spoiled(DEADZONE, "dead zone: alive", "bprop", "slope 1 within the zone", **sloped(np.ones_like)),
    spoiled(
        HUBER,
        "huber: threshold 1 for 2",
        "bprop",
        "clipped too early in the gradient",
        **sloped(lambda x: np.clip(x, -1, 1)),
    ),
    spoiled(
        HUBER,
        "huber: not clipped below",
        "bprop",
        "the linear part is forgotten for negative errors",
        **sloped(lambda x: np.minimum(x, 2)),
    ),
    spoiled(ABS, "abs: slope 1.5 at zero", "bprop", "beyond [-1, 1]", **sloped(at_zero(1.5, np.sign))),
    spoiled(RELU, "relu: slope -0.01 at zero", "bprop", "just below of [0, 1]", **sloped(at_zero(-0.01, step))),
    spoiled(
        PEAK,
        "max: shares of ties do not add up",
        "bprop",
        "1/(k + 1) for each of k ties",
        bprop=lambda v, x: (
            v * equal(x, x.max()) / (1 + equal(x, x.max()).sum()) * (2 if equal(x, x.max()).sum() == 1 else 1)
        ),
        jacobian=None,
    ),
    spoiled(
        NORM,
        "norm: ones at the origin",
        "bprop",
        "each entry is in [-1, 1], but a subgradient is no longer than 1",
        bprop=lambda v, x: v * (x / np.sqrt((x * x).sum()) if x.any() else np.ones_like(x)),
    ),
    spoiled(
        LARGEST,
        "largest size: ones at the origin",
        "bprop",
        "each entry is in [-1, 1], but their sizes add up to 1 at most",
        bprop=lambda v, x: LARGEST.bprop(v, x) if x.any() else v * np.ones_like(x),
    ),
    spoiled(
        ORDER,
        "sort: ties averaged over one too many",
        "bprop",
        "tied entries share their cotangents, divided by k + 1",
        bprop=averaged_ties,
    ),
    spoiled(
        GREATER,
        "maximum: 0.6 each at a tie",
        "bprop",
        "the shares add up to 1.2",
        bprop=lambda v, x, y: (v * np.where(x == y, 0.6, x > y), v * np.where(x == y, 0.6, y > x)),
    ),
)
