"""Correct layers that are hard to judge: right up to rounding, at ties, zeros, edges, kinks and 1e5, and hard to measure there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck import Input
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    given,
    sigmoid,
    sigmoid_slope,
    softmax,
    softplus,
    tanh_slope,
    with_jacobian,
)
from tests.mutants.kinks import one_hot


@dataclass(frozen=True)
class Hard:
    """A correct layer, and in one sentence what makes it hard to judge."""

    name: str
    make: Callable[[], Any]
    reason: str


def fixed(name: str, layer: Any, reason: str) -> Hard:
    """A case whose layer keeps nothing, so that one object serves every call."""
    return Hard(name, lambda: layer, reason)


# Kinks and ties

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


KINKS = (
    fixed("relu, zero at zero", elementwise(lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, 3, 4), "0 is a subgradient"),
    fixed("relu, half at zero", elementwise(lambda x: np.maximum(x, 0), lambda x: np.heaviside(x, 0.5), 6), "so is 1/2"),
    fixed("relu of a difference", Plain(args(x=(4,), y=(4,)), lambda x, y: np.maximum(x - y, 0),
          lambda v, x, y: (v * (x > y), -v * (x > y))), "a kink along x = y, not along an axis"),
    fixed("relu minus relu", Plain(args(x=(4,), y=(4,)), lambda x, y: np.maximum(x, 0) - np.maximum(y, 0),
          lambda v, x, y: (v * (x > 0), -v * (y > 0))), "0 is legal at the origin, though no slope along (1, -1)"),
    fixed("relu squared", elementwise(lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0), 5), "once differentiable at 0"),
    fixed("power 1.5", elementwise(lambda x: np.abs(x) ** 1.5, lambda x: 1.5 * np.sign(x) * np.sqrt(np.abs(x)), 5),
          "differentiable at 0, with an infinite second derivative"),
    fixed("power 1.1", elementwise(lambda x: np.abs(x) ** 1.1, lambda x: 1.1 * np.sign(x) * np.abs(x) ** 0.1, 5),
          "differentiable at 0, where the difference quotient hardly converges"),
    fixed("cubed sine of 1/x", elementwise(lambda x: x**3 * np.sin(1 / x), lambda x: 3 * x * x * np.sin(1 / x) - x * np.cos(1 / x), 4,
          domain=(0.02, 3.0)), "oscillates ever faster towards 0"),
    fixed("max", with_jacobian(Plain(args(x=(7,)), np.max, lambda v, x: v * one_hot(x, x.argmax()))), "ties: the first gets all"),
    fixed("max, shared", Plain(args(x=(7,)), np.max, lambda v, x: v * (x == x.max()) / (x == x.max()).sum()),
          "ties: each gets a share"),
    fixed("largest size", Plain(args(x=(5,)), lambda x: np.abs(x).max(),
          lambda v, x: v * np.sign(x) * one_hot(x, np.abs(x).argmax())), "ties between x and -x; all zero"),
    fixed("sort", with_jacobian(Plain(args(x=(6,)), np.sort, lambda v, x: v[ranks(x)])), "every tie is a kink that no axis shows"),
    fixed("descending sort", Plain(args(x=(5,)), lambda x: -np.sort(-x), lambda v, x: v[ranks(-x)]), "another order of equals"),
    fixed("median of five", Plain(args(x=(5,)), np.median, lambda v, x: v * one_hot(x, np.argsort(x, kind="stable")[2])),
          "of three equal entries, none moves it alone"),
    fixed("median of four", Plain(args(x=(4,)), np.median, lambda v, x: v * np.isin(ranks(x), (1, 2)) / 2), "the mean of two order statistics"),
    fixed("trimmed mean", Plain(args(x=(6,)), lambda x: np.sort(x)[1:-1].mean(),
          lambda v, x: v * np.isin(ranks(x), (1, 2, 3, 4)) / 4), "ties with what is trimmed"),
    fixed("second largest", Plain(args(x=(5,)), lambda x: np.sort(x)[-2], lambda v, x: v * (ranks(x) == 3)), "neither convex nor concave"),
    fixed("top 3 values", Plain(args(x=(6,)), lambda x: -np.sort(-x)[:3], lambda v, x: np.append(v, np.zeros(3, x.dtype))[ranks(-x)]),
          "ties across the cut"),
    fixed("range", Plain(args(x=(5,)), np.ptp, lambda v, x: v * (one_hot(x, x.argmax()) - one_hot(x, x.argmin()))),
          "all equal: greatest and least are the same entry"),
    fixed("minimax", Plain(args(x=(3, 3)), lambda x: x.max(axis=1).min(), lambda v, x: v * (
        np.arange(9) == x.max(axis=1).argmin() * 3 + x[x.max(axis=1).argmin()].argmax()).reshape(3, 3)), "max below min"),
    fixed("running max", Plain(args(x=(6,)), np.maximum.accumulate, cumulative_max_bprop), "one entry may hold many outputs"),
    fixed("clip", elementwise(lambda x: np.clip(x, -1, 1), lambda x: (np.abs(x) <= 1) * 1.0, 6, critical=(-1.0, 1.0)), "both edges"),
    fixed("clip by inputs", Plain(args(x=(4,), low=(4,)), lambda x, low: np.maximum(x, low),
          lambda v, x, low: (v * (x > low), v * (x <= low))), "the edge moves, too"),
    fixed("three-way max", Plain(args(x=(4,), y=(4,)), lone, lambda v, x, y: (
        v * ((x >= y) & (x > 0)), v * ((y > x) & (y > 0)))), "three pieces meet at the origin"),
    fixed("hinge", Plain((*args(x=(5,)), *given("t", 5)), lambda x, t: np.maximum(1 - t * x, 0).sum(),
          lambda v, x, t: -v * t * (t * x < 1)), "many kinks in one sum"),
    fixed("l1 norm", Plain(args(x=(6,)), lambda x: np.abs(x).sum(), lambda v, x: v * np.sign(x)), "kinks add up at zeros"),
    fixed("total variation", Plain(args(x=(6,)), lambda x: np.abs(np.diff(x)).sum(), lambda v, x: v * (
        np.insert(np.sign(np.diff(x)), 0, 0) - np.append(np.sign(np.diff(x)), 0))), "kinks at every tie of neighbours"),
    fixed("euclidean norm", Plain(args(x=(5,)), lambda x: np.sqrt((x * x).sum()),
          lambda v, x: v * x / (np.sqrt((x * x).sum()) or 1)), "a cone: 0 at the origin is legal"),
    fixed("row norms", Plain(args(x=(3, 3)), lambda x: np.linalg.norm(x, axis=1), lambda v, x: v[:, None] * x / np.where(
        np.linalg.norm(x, axis=1) > 0, np.linalg.norm(x, axis=1), 1)[:, None]), "zero rows beside others"),
    fixed("distance", Plain(args(x=(3,), y=(3,)), lambda x, y: np.sqrt(((x - y) ** 2).sum()), lambda v, x, y: (
        v * (x - y) / (np.sqrt(((x - y) ** 2).sum()) or 1), v * (y - x) / (np.sqrt(((x - y) ** 2).sum()) or 1))), "a cone along x = y"),
    fixed("soft threshold", elementwise(lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.3, 0), lambda x: (np.abs(x) > 0.3) * 1.0, 4, 2),
          "flat in the middle"),
    fixed("ramp", elementwise(ramp, ramp_slope, 6, critical=tuple(RAMP)), "a table with knots of unequal distance"),
    fixed("triangle wave", elementwise(triangle_wave, lambda x: np.sign(x - 4 * np.round(x / 4)), 5), "kinks at every even number, up to 1e5"),
    fixed("sparsemax", with_jacobian(Plain(args(x=(5,)), projected, projected_bprop)), "the support changes at kinks"),
    fixed("relu net", Plain(args(x=(3,)), net, net_bprop), "kinks across all axes at the origin"),
    fixed("compare and swap", Plain(args(x=(6,)), swap, swap_bprop), "pairs sorted: the sum of two outputs is smooth"),
    fixed("eigenvalues", Plain(args(x=(3, 3)), lambda x: np.linalg.eigvalsh(symmetric(x)), eigenvalues_bprop), "equal eigenvalues are ties in no entry"),
    fixed("largest eigenvalue", Plain(args(x=(3, 3)), lambda x: np.linalg.eigvalsh(symmetric(x))[-1],
          lambda v, x: eigenvalues_bprop(np.array([0, 0, 1]) * v, x)), "a cone where eigenvalues meet"),
    fixed("spectral norm", Plain(args(x=(2, 3)), lambda x: np.linalg.svd(x, compute_uv=False)[0], spectral_norm_bprop), "a cone at zero and at equal singular values"),
    fixed("nuclear norm", Plain(args(x=(2, 2)), lambda x: np.linalg.svd(x, compute_uv=False).sum(), nuclear_norm_bprop), "kinks at singular matrices"),
    fixed("angle in the plane", Plain(args(x=(3,), y=(3,)), lambda x, y: np.arctan2(y, x), angle_bprop), "a cut along the negative axis, nothing at the origin"),
    fixed("fine table", elementwise(fine_table, fine_table_slope, 5), "257 knots, a kink within any step"),
    fixed("signed root", elementwise(lambda x: np.sign(x) * np.sqrt(np.abs(x)), lambda x: np.where(x == 0, 0, 0.5 / np.sqrt(np.abs(np.where(x == 0, 1, x)))), 4),
          "an infinite slope at 0, where 0 is claimed"),
    fixed("many absolute values", Plain(args(x=(300,)), lambda x: np.abs(x).sum(), lambda v, x: v * np.sign(x)),
          "300 kinks, some always near"),
    fixed("leaky, ten slopes", elementwise(lambda x: np.where(x > 0, x, 0.1 * x), lambda x: np.where(x > 0, 1, 0.1), 10), "a convex kink"),
)

# Steep, flat, oscillating, cancelling


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


CURVES = (
    fixed("tanh(1000 x)", elementwise(lambda x: np.tanh(1000 * x), lambda x: 1000 * tanh_slope(1000 * x), 5), "steep, not a kink"),
    fixed("softplus, beta 5000", elementwise(lambda x: softplus(5000 * x) / 5000, lambda x: sigmoid(5000 * x), 5), "almost a relu"),
    fixed("sharp bump", elementwise(lambda x: np.exp(-((100 * (x - 1)) ** 2)), lambda x: -2e4 * (x - 1) * np.exp(-((100 * (x - 1)) ** 2)), 4),
          "flat nearly everywhere"),
    fixed("cube", elementwise(lambda x: x**3, lambda x: 3 * x * x, 4), "a zero slope at 0 that is no kink"),
    fixed("x - sin x", elementwise(tanh_series, lambda x: 2 * np.sin(x / 2) ** 2, 5), "slopes of 1e-24 near 0"),
    fixed("fifth power of tanh", elementwise(lambda x: np.tanh(x) ** 5, lambda x: 5 * np.tanh(x) ** 4 * tanh_slope(x), 4), "flat at 0 and far off"),
    fixed("sin 300 x", elementwise(lambda x: np.sin(300 * x), lambda x: 300 * np.cos(300 * x), 4), "oscillates within any step"),
    fixed("cos", elementwise(np.cos, lambda x: -np.sin(x), 6), "the argument of 1e5 has few digits left"),
    fixed("chirp", elementwise(lambda x: np.sin(x * x), lambda x: 2 * x * np.cos(x * x), 4, domain=(-20.0, 20.0)), "frequency grows"),
    fixed("gauss tails", elementwise(lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x), 5), "underflows at 27"),
    fixed("logistic bump", elementwise(sigmoid_slope, lambda x: sigmoid_slope(x) * (1 - 2 * sigmoid(x)), 5), "saturates on both sides"),
    fixed("log cosh", elementwise(log_cosh, np.tanh, 5), "x^2/2 near 0 from a difference of 0.69s"),
    fixed("log mean exp", Plain(args(x=(4,)), log_mean_exp, lambda v, x: v * softmax(x)), "the greatest entry, and what is below its rounding"),
    fixed("logaddexp", Plain(args(x=(4,), y=(4,)), logsumexp_pair, lambda v, x, y: (v * sigmoid(x - y), v * sigmoid(y - x))), "a smooth maximum"),
    fixed("erf by quadrature", elementwise(erf_like, lambda x: np.exp(-x * x), 4, domain=(-3.0, 3.0)), "a sum of forty terms"),
    fixed("recurrence", elementwise(bessel, bessel_slope, 4), "rounding grows from term to term"),
    fixed("iterated map", elementwise(logistic_map, logistic_map_slope, 4), "twelve iterations that contract"),
    fixed("constant", Plain(args(x=(4,)), lambda x: 3 + 0 * x, lambda v, x: 0 * v, lambda x: np.zeros((4, 4))), "no slope at all"),
    fixed("constant scalar", Plain(args(x=(4,)), lambda x: np.asarray(2.5, x.dtype), lambda v, x: np.zeros_like(x)), "does not look at x"),
    fixed("nearly constant", elementwise(lambda x: 1e6 + np.sin(x), np.cos, 4), "six digits go to a constant"),
    fixed("softmax, sharp", Plain(args(x=(5,)), lambda x: softmax(50 * x), lambda v, x: 50 * softmax(50 * x) * (v - v @ softmax(50 * x))),
          "one-hot but for tiny rests"),
    fixed("exponential, one side", elementwise(lambda x: np.exp(-np.abs(x)) * x, lambda x: np.exp(-np.abs(x)) * (1 - np.abs(x)), 5),
          "a kink in the second derivative"),
    fixed("atan of a pole", elementwise(lambda x: np.arctan(1e4 * x), lambda x: 1e4 / (1 + (1e4 * x) ** 2), 5), "a step in the large"),
    fixed("runge", elementwise(lambda x: 1 / (1 + 25 * x * x), lambda x: -50 * x / (1 + 25 * x * x) ** 2, 5), "poles near the real line"),
)

# Scales and conditioning

SCALES = np.array([1e8, 1.0, 1e-9])
HILBERT = 1.0 / (np.arange(6)[:, None] + np.arange(6) + 1)
BIG = np.array([1e-6, 1.0, 1e6, 1e3])
SPD = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])


def logdet(x):
    return np.linalg.slogdet(x @ x.T + SPD)[1]


def logdet_bprop(v, x):
    return 2 * v * np.linalg.solve(x @ x.T + SPD, x)


def resolvent(x, b):
    return np.linalg.solve(4 * np.eye(3) + np.tanh(x), b)


def resolvent_bprop(v, x, b):
    A = 4 * np.eye(3) + np.tanh(x)
    u = np.linalg.solve(A.T, v)
    return -np.outer(u, np.linalg.solve(A, b)) * tanh_slope(x), u


def products(x):
    J = np.zeros((x.size, x.size), dtype=x.dtype)
    for j in range(x.size):
        for k in range(j + 1):
            J[j, k] = np.prod(np.delete(x[: j + 1], k))
    return J


def root2(a):
    """The Cholesky factor of [[1 + a0^2, a1], [a1, 4 + a1^2 + a2^2]], its three entries."""
    p = np.sqrt(1 + a[0] ** 2)
    q = a[1] / p
    return np.stack([p, q, np.sqrt(4 + a[1] ** 2 + a[2] ** 2 - q * q)])


def root2_jacobian(a):
    p, q, r = root2(a)
    dp = np.array([a[0] / p, 0, 0])
    dq = np.array([0, 1 / p, 0]) - q / p * dp
    return np.stack([dp, dq, (np.array([0, a[1], a[2]]) - q * dq) / r])


def euler(x):
    y = x
    for _ in range(200):
        y = y + 0.01 * (np.tanh(np.roll(y, 1, axis=-1)) - y)
    return y


def euler_bprop(v, x):
    path = [x]
    for _ in range(200):
        path.append(path[-1] + 0.01 * (np.tanh(np.roll(path[-1], 1)) - path[-1]))
    for y in path[-2::-1]:
        v = v + 0.01 * (np.roll(v, -1) * tanh_slope(y) - v)
    return v


NUMBERS = (
    fixed("outputs of 1e8 and 1e-9", Plain(args(x=(3,)), lambda x: SCALES * np.sin(x), lambda v, x: v * SCALES * np.cos(x),
          lambda x: np.diag(SCALES * np.cos(x))), "each row on its own scale"),
    fixed("sum of 1e8 and 1e-9", Plain(args(x=(3,)), lambda x: (SCALES * np.sin(x)).sum(), lambda v, x: v * SCALES * np.cos(x)),
          "the small part drowns in the rounding of the large"),
    fixed("mixed columns", Plain(args(x=(4,)), lambda x: np.tanh(x * BIG), lambda v, x: v * BIG * tanh_slope(x * BIG)), "slopes from 1e-6 to 1e6"),
    fixed("hilbert", with_jacobian(Plain(args(x=(6,)), lambda x: HILBERT @ x, lambda v, x: HILBERT.T @ v)), "nearly singular"),
    fixed("hilbert inverse", Plain(args(x=(5,)), lambda x: np.linalg.solve(HILBERT[:5, :5], x),
          lambda v, x: np.linalg.solve(HILBERT[:5, :5].T, v)), "entries up to 1e5, all of which cancel"),
    fixed("logdet", Plain(args((-50, 50), x=(3, 4)), logdet, logdet_bprop), "refuses extended precision"),
    fixed("resolvent", Plain(args(x=(3, 3), b=(3,)), resolvent, resolvent_bprop), "refuses extended precision, two inputs"),
    fixed("products", Plain(args((-40, 40), x=(5,)), np.cumprod, lambda v, x: v @ products(x), products), "zeros, without a division"),
    fixed("cholesky of two", Plain(args(a=(3,)), root2, jacobian=root2_jacobian), "Jacobian only"),
    fixed("two hundred steps", Plain(args(x=(4,)), euler, euler_bprop), "a long recurrence"),
    fixed("tenth power", elementwise(lambda x: x**10, lambda x: 10 * x**9, 3), "1e50 beside 1e-60"),
    fixed("reciprocal", elementwise(lambda x: 1 / x, lambda x: -1 / (x * x), 4, domain="nonzero"), "slopes up to 1e16 beside 0"),
    fixed("product of all", Plain(args(x=(), y=(), z=()), lambda x, y, z: x * y * z, lambda v, x, y, z: (v * y * z, v * x * z, v * x * y)),
          "scalars of any size"),
    fixed("variance", Plain(args(x=(6,)), np.var, lambda v, x: 2 * v * (x - x.mean()) / 6), "a large mean cancels"),
    fixed("layer norm", Plain(args(x=(2, 5)), lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5), lambda v, x: (
        v - v.mean(-1, keepdims=True) - (x - x.mean(-1, keepdims=True)) / (x.var(-1, keepdims=True) + 1e-5)
        * (v * (x - x.mean(-1, keepdims=True))).mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)),
          "equal entries: slopes of 300 that cancel"),
    fixed("elementwise, 400", elementwise(lambda x: x * np.tanh(x), lambda x: np.tanh(x) + x * tanh_slope(x), 400), "large, but elementwise"),
    fixed("banded, 200", Plain(args(x=(200,)), lambda x: np.sin(x[1:]) * x[:-1], lambda v, x: np.insert(v * np.cos(x[1:]) * x[:-1], 0, 0)
          + np.append(v * np.sin(x[1:]), 0)), "large, with two diagonals"),
    fixed("dense, 60", Plain(args(x=(60,)), softmax, lambda v, x: softmax(x) * (v - v @ softmax(x))), "large and dense"),
)

# Computed in few digits, on grids, with jitter


def in_float32(x):
    return np.sin(x.astype(np.float32)).astype(x.dtype)


def dense32(x):
    return (np.tanh(x.astype(np.float32)) @ W1.astype(np.float32)).astype(x.dtype)


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
    return np.array([0.5 * a * math.erfc(-a / math.sqrt(2)) for a in x.reshape(-1).astype(float).tolist()]).reshape(x.shape)


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


DIGITS = (
    fixed("float32 inside", elementwise(in_float32, np.cos, 4, domain=(-30.0, 30.0)), "the forward has seven digits"),
    fixed("float32 matrix", Plain(args((-9, 9), x=(2, 3)), dense32, lambda v, x: (v @ W1.T) * tanh_slope(x)), "sums in seven digits"),
    fixed("grid of 2^-20", elementwise(lambda x: on_grid(np.tanh(x), 2.0**-20), tanh_slope, 4, domain=(-4.0, 4.0)), "a fine staircase"),
    fixed("grid of 1e-9", elementwise(lambda x: on_grid(np.arctan(x), 1e-9), lambda x: 1 / (1 + x * x), 5, domain=(-9.0, 9.0)), "a decimal staircase"),
    fixed("jitter of 1e-10", elementwise(lambda x: np.sin(x) + 1e-10 * jitter(x), np.cos, 4), "noise that repeats for the same bits"),
    fixed("relative jitter of 1e-8", elementwise(lambda x: np.exp(-np.abs(x)) * (2 + x) * (1 + 1e-8 * jitter(x)),
          lambda x: np.exp(-np.abs(x)) * (1 - np.sign(x) * (2 + x)), 3, domain=(0.1, 9.0)), "noise in proportion to the output"),
    fixed("python floats", elementwise(table_of_sines, np.cos, 3), "computes in float64 whatever it is given"),
    fixed("gelu by erf", elementwise(gelu_erf, gelu_erf_slope, 4), "float64 only, tails of 1e-300"),
    fixed("root by bisection", elementwise(bisected, bisected_slope, 3, domain=(-50.0, 50.0)), "a staircase of 1e-11"),
    fixed("root by newton", elementwise(newton, lambda x: 1 / (1 + 3 * newton(x) ** 2), 3, domain=(-50.0, 50.0)), "the number of iterations jumps"),
    fixed("log gamma", elementwise(logged_gamma, digamma, 4, domain=(0.5, 60.0)), "float64 only"),
    fixed("large offset in float64", elementwise(lambda x: np.array(1e6 + np.sin(x), dtype=np.float64), np.cos, 3), "six digits go to a constant, in float64 whatever comes in"),
    fixed("input on a grid", elementwise(lambda x: np.sin(on_grid(x, 2.0**-34)), np.cos, 3, domain=(0.5, 3.0)), "x itself is rounded first"),
    fixed("seeded noise", elementwise(seeded, np.cos, 4), "adds noise that is the same at every call"),
    fixed("float32 output", Plain(args((-9, 9), x=(4,)), lambda x: np.tanh(x).astype(np.float32), lambda v, x: v * tanh_slope(x)), "the output has another dtype than the input"),
    fixed("relu in float32", Plain(args((-9, 9), x=(5,)), lambda x: np.maximum(x.astype(np.float32), 0).astype(x.dtype) * 1.5, lambda v, x: v * 1.5 * (x > 0)), "a kink under rounding"),
    fixed("floor", elementwise(lambda x: np.floor(x + 0.25), np.zeros_like, 5), "steps: the slope is 0"),
    fixed("sign", elementwise(np.sign, np.zeros_like, 4), "a jump at 0, slope 0 elsewhere"),
    fixed("argmax as one-hot", Plain(args(x=(5,)), lambda x: one_hot(x, x.argmax()), lambda v, x: np.zeros_like(x)), "jumps at ties"),
    fixed("ranks", Plain(args(x=(4,)), lambda x: ranks(x).astype(x.dtype), lambda v, x: np.zeros_like(x)), "whole numbers that jump at ties"),
    fixed("count of positives", Plain(args(x=(6,)), lambda x: (x > 0).sum() * x.dtype.type(1), lambda v, x: np.zeros_like(x)), "bool inside"),
    fixed("quantised by integers", elementwise(lambda x: x - np.trunc(np.clip(x, -1e6, 1e6)).astype(int), np.ones_like, 4), "int inside; jumps"),
)

# Domains and their edges

EDGES = (
    fixed("sqrt", Plain(args("nonnegative", x=(4,)), np.sqrt, lambda v, x: np.where(v == 0, 0, v * 0.5 / np.sqrt(x))), "infinite slope at the edge"),
    fixed("sqrt, positive", elementwise(np.sqrt, lambda x: 0.5 / np.sqrt(x), 4, domain="positive"), "slopes up to 1e161"),
    fixed("log", elementwise(np.log, lambda x: 1 / x, 4, domain="positive"), "slopes beyond 1e300"),
    fixed("x log x", elementwise(lambda x: x * np.log(x), lambda x: 1 + np.log(x), 4, domain="positive"), "slope of -700 beside 0"),
    fixed("entropy", Plain(args("nonnegative", x=(4,)), lambda x: np.where(x > 0, -x * np.log(np.where(x > 0, x, 1)), 0),
          lambda v, x: np.where(v == 0, 0, v * (-1 - np.log(x)))), "slope infinite at 0, the value 0"),
    fixed("arcsin", elementwise(np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)), 4, domain=(-1.0, 1.0)), "slope 1e6 at the ends"),
    fixed("artanh", elementwise(np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)), 4, domain=(-1.0, 1.0)), "slope 1e12 at the ends"),
    fixed("logit", elementwise(lambda p: np.log(p) - np.log1p(-p), lambda p: 1 / (p * (1 - p)), 5, domain="unit"), "both ends of the unit interval"),
    fixed("bernoulli loss", Plain((*args("unit", p=(5,)), *given("t", 5, domain="unit")), lambda p, t: -t * np.log(p) - (1 - t) * np.log1p(-p),
          lambda v, p, t: v * (p - t) / (p * (1 - p))), "beside 1 the slope is of what is left of 1 - p"),
    fixed("focal", elementwise(lambda p: -((1 - p) ** 2) * np.log(p), lambda p: 2 * (1 - p) * np.log(p) - (1 - p) ** 2 / p, 5, domain="unit"),
          "flat to third order at 1"),
    fixed("divergence of simplices", Plain((*args("simplex", p=(5,)), *given("q", 5, domain="simplex")), lambda p, q: (p * np.log(p / q)).sum(),
          lambda v, p, q: v * (1 + np.log(p / q))), "entries of 1e-12"),
    fixed("square root of a sum", Plain(args("nonnegative", x=(4,)), lambda x: np.sqrt(x.sum() + 1), lambda v, x: v / (2 * np.sqrt(x.sum() + 1)) * np.ones(4)),
          "smooth up to the edge"),
    fixed("decay", elementwise(lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2, 4, domain="nonnegative"), "smooth up to the edge, one side only"),
    fixed("quarter power", elementwise(lambda x: x**2.25, lambda x: 2.25 * x**1.25, 4, domain="nonnegative"), "finite slope 0 at the edge"),
    fixed("hypotenuse", Plain(args(x=(4,), y=(4,)), np.hypot, lambda v, x, y: tuple(
        v * a / np.where(np.hypot(x, y) > 0, np.hypot(x, y), 1) for a in (x, y))), "cones at the origin"),
    fixed("angle", Plain((*args("positive", x=(3,)), *args(y=(3,))), lambda x, y: np.arctan2(y, x), lambda v, x, y: (
        -v * (y / np.hypot(x, y)) / np.hypot(x, y), v * (x / np.hypot(x, y)) / np.hypot(x, y))), "steep beside the origin"),
)

# Forms: what comes in and goes out


def unlabelled(scores, k):
    z = scores - scores.max(axis=1, keepdims=True)
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(3), k]


def unlabelled_bprop(v, scores, k):
    g = softmax(scores)
    g[np.arange(3), k] -= 1
    return v[:, None] * g


def strict(x):
    if x.shape != (4,) or x.dtype != np.float64 or not (x > 0).all():
        raise ValueError("four positive numbers in float64 are required")
    return np.log(x) * x


def finite_only(x):
    if not np.isfinite(x).all():
        raise ValueError("finite numbers are required")
    return np.tanh(x).sum()


class Bare:
    """A layer that declares nothing."""

    def forward(self, x, y):
        return np.tanh(x) * y

    def bprop(self, v, x, y):
        return v * y * tanh_slope(x), v * np.tanh(x)


class Remembering:
    """Keeps what forward computed, and looks whether it is of the same x before it is used."""

    inputs = args(x=(5,))

    def __init__(self) -> None:
        self.key = None

    def forward(self, x):
        self.key, self.slope = (x.tobytes(), x.dtype), np.cos(x)
        return np.sin(x)

    def bprop(self, v, x):
        return v * (self.slope if self.key == (x.tobytes(), x.dtype) else np.cos(x))


class Counting:
    """Counts its calls, which changes nothing."""

    inputs = args(x=(4,))
    calls = 0

    def forward(self, x):
        self.calls += 1
        return x * x

    def bprop(self, v, x):
        self.calls += 1
        return 2 * v * x


ORDER = np.array([3, 0, 2, 1])
KEEP = np.random.default_rng(8).random((3, 4)) < 0.6
FORMS = (
    Hard("no inputs declared", Bare, "shapes are made up from the arguments of forward"),
    Hard("checked cache", Remembering, "state that is used only where it is right"),
    Hard("counter", Counting, "state that does not matter"),
    fixed("strict", elementwise(strict, lambda x: 1 + np.log(x), 4, domain="positive"), "refuses other shapes, dtypes and negative numbers"),
    fixed("finite only", Plain(args(x=(4,)), finite_only, lambda v, x: v * tanh_slope(x)), "refuses NaN and infinity, couples stacked rows"),
    fixed("identity", Plain(args(x=(3, 2)), lambda x: x.copy(), lambda v, x: v), "bprop returns v itself"),
    fixed("view of the input", Plain(args(x=(3, 4)), lambda x: x.T, lambda v, x: v.T), "views in and out, not contiguous"),
    fixed("slice", Plain(args(x=(7,)), lambda x: x[::2], lambda v, x: np.stack([v, 0 * v], axis=1).reshape(-1)[:7]), "a view with a step"),
    fixed("broadcast gradient", Plain(args(x=(3, 4)), lambda x: x.sum(), lambda v, x: np.broadcast_to(v, (3, 4))), "a read-only gradient without memory of its own"),
    fixed("fortran order", Plain(args(x=(3, 4)), lambda x: np.asfortranarray(np.sin(x)), lambda v, x: np.asfortranarray(v * np.cos(x))), "columns first in memory"),
    fixed("python float loss", Plain(args(x=(4,)), lambda x: float((x * x).sum()), lambda v, x: 2 * v * x), "forward returns a Python number"),
    fixed("numpy scalar loss", Plain(args(x=(4,)), lambda x: np.float64(np.sin(x).sum()), lambda v, x: v * np.cos(x)), "forward returns a numpy scalar"),
    fixed("scalar input", Plain(args(x=()), lambda x: np.sin(x), lambda v, x: v * np.cos(x), lambda x: np.cos(x)), "shape ()"),
    fixed("one entry", with_jacobian(Plain(args(x=(1, 1)), lambda x: x * x, lambda v, x: 2 * v * x)), "every axis of length one"),
    fixed("no entries", Plain(args(x=(0,), y=(3,)), lambda x, y: y * (1 + x.sum()), lambda v, x, y: (np.zeros(0) + (v * y).sum(), v * (1 + x.sum()))), "an empty input"),
    fixed("no output", Plain(args(x=(3,)), lambda x: x[:0], lambda v, x: np.zeros(3)), "an empty output"),
    fixed("labels", Plain((*args(scores=(3, 4)), *given("k", 3, domain="labels", classes=4)), unlabelled, unlabelled_bprop), "whole numbers as an input"),
    fixed("weights of labels", Plain((*args(x=(4,), w=(3,)), *given("k", 4, domain="labels", classes=3)), lambda x, w, k: x * w[k],
          lambda v, x, w, k: (v * w[k], np.bincount(k, v * x, minlength=3))), "bincount, float64 only"),
    fixed("where with a guard", elementwise(lambda x: np.where(x > 0, np.log1p(np.where(x > 0, x, 0)), x), lambda x: np.where(x > 0, 1 / (1 + np.abs(x)), 1), 5),
          "the branch not taken is made safe"),
    fixed("permutation", Plain(args(x=(4,)), lambda x: x[ORDER], lambda v, x: v[np.argsort(ORDER)], lambda x: np.eye(4)[ORDER]), "no arithmetic at all"),
    fixed("fixed dropout", Plain(args(x=(3, 4)), lambda x: x * KEEP / 0.6, lambda v, x: v * KEEP / 0.6), "the same mask at every call"),
    fixed("unused input", Plain(args(x=(3,), y=(2,)), lambda x, y: np.sin(x), lambda v, x, y: (v * np.cos(x), np.zeros(2))), "a gradient that is zero everywhere"),
    fixed("complex inside", elementwise(lambda x: np.real(np.exp(1j * x)), lambda x: -np.sin(x), 4), "complex numbers on the way"),
    fixed("fourier", Plain(args(x=(8,)), lambda x: np.abs(np.fft.rfft(x)) ** 2, lambda v, x: np.fft.irfft(2 * v * np.fft.rfft(x) * np.array([1, 0.5, 0.5, 0.5, 1]), 8) * 8),
          "refuses extended precision, power of a transform"),
    fixed("steps of a simplex", Plain((Input("p", (2, 3), "simplex"),), lambda p: np.cumsum(p, axis=1), lambda v, p: np.cumsum(v[:, ::-1], axis=1)[:, ::-1]), "rows that sum to one"),
    fixed("named sizes", Plain(args(x=("batch", "n"), W=("n", "m"), b=("m",)), lambda x, W, b: np.tanh(x @ W + b), lambda v, x, W, b: (
        (v * tanh_slope(x @ W + b)) @ W.T, x.T @ (v * tanh_slope(x @ W + b)), (v * tanh_slope(x @ W + b)).sum(axis=0))), "any batch, any width"),
)

HARD: tuple[Hard, ...] = (*KINKS, *CURVES, *NUMBERS, *DIGITS, *EDGES, *FORMS)
