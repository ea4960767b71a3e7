"""Functions from R^n to R^m whose Jacobians are known in closed form, and inputs of many kinds: the truth for the oracle.

The forwards are numpy functions of the last axis that keep the precision of what they are given. The Jacobians are
formulas over mpmath numbers, evaluated with 60 digits. At a kink they give one of the one-sided derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

DIGITS = 60
Matrix = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Reference:
    """A function with its Jacobian.

    Parameters
    ----------
    name : str
    forward : callable
        Maps arrays of shape (..., n) to (..., m), or to (...) where m = 1.
    jacobian : callable
        Maps n mpmath numbers to m rows of n.
    limits : (float, float)
        The open domain of each entry.
    """

    name: str
    forward: Callable[[Any], Any]
    jacobian: Callable[[Sequence[Any]], Matrix]
    limits: tuple[float, float] = (-math.inf, math.inf)

    def truth(self, x: np.ndarray) -> np.ndarray:
        """The Jacobian at x, shape (m, n), rounded to extended precision."""
        with mp.workdps(DIGITS):
            rows = self.jacobian([mp.mpf(float(a)) for a in x])
            return np.array([[np.longdouble(mp.nstr(entry, 25)) for entry in row] for row in rows])


def each(
    name: str, forward: Callable[[Any], Any], slope: Callable[[Any], Any], limits: tuple[float, float] = (-math.inf, math.inf)
) -> Reference:
    """An elementwise function, from its derivative."""
    return Reference(name, forward, lambda x: diagonal([slope(a) for a in x]), limits)


def diagonal(entries: Sequence[Any]) -> Matrix:
    return [[entry if i == k else mp.mpf(0) for k in range(len(entries))] for i, entry in enumerate(entries)]


def matrix(n: int, m: int, entry: Callable[[int, int], Any]) -> Matrix:
    return [[entry(i, k) for k in range(n)] for i in range(m)]


# What several formulas share.


def total(x: Any) -> Any:
    return x.sum(axis=-1, keepdims=True)


def shares(x: Sequence[Any]) -> list[Any]:
    top = max(x)
    parts = [mp.exp(a - top) for a in x]
    return [p / mp.fsum(parts) for p in parts]


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / total(e)


def log_softmax(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(total(np.exp(z)))


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def norm(x: Any) -> Any:
    top = np.abs(x).max(axis=-1, keepdims=True)
    top = np.where(top > 0, top, 1)
    return top * np.sqrt(total((x / top) ** 2))


def length(x: Sequence[Any]) -> Any:
    return mp.sqrt(mp.fsum(a * a for a in x))


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return mp.fsum(p * q for p, q in zip(a, b, strict=True))


def delta(i: int, k: int) -> int:
    return int(i == k)


def sign(x: Any) -> int:
    return 1 if x >= 0 else -1


# Weights with few bits, so that every precision holds them exactly.
WEIGHTS = np.round(np.random.default_rng(5).normal(size=(6, 8)) * 64) / 64
BACK = np.round(np.random.default_rng(6).normal(size=(4, 6)) * 64) / 64
EPS = 2.0**-17


def weights(m: int, n: int) -> np.ndarray:
    return WEIGHTS[:m, :n]


# The elementwise ones.


def gelu_slope(x: Any) -> Any:
    inner, slope = (x + x**3 / 32) * 3 / 4, (1 + 3 * x * x / 32) * 3 / 4
    return (1 + mp.tanh(inner)) / 2 + x / 2 * mp.sech(inner) ** 2 * slope


def mish_slope(x: Any) -> Any:
    inner = mp.log1p(mp.exp(x))
    return mp.tanh(inner) + x * mp.sech(inner) ** 2 * logistic(x)


def sinc(x: Any) -> Any:
    safe = np.where(x == 0, 1, x)
    return np.where(x == 0, 1, np.sin(safe) / safe)


ELEMENTWISE = (
    each("tanh", np.tanh, lambda x: mp.sech(x) ** 2),
    each("sigmoid", sigmoid, lambda x: logistic(x) * logistic(-x)),
    each("softplus", softplus, logistic),
    each("log_sigmoid", lambda x: -softplus(-x), lambda x: logistic(-x)),
    each("swish", lambda x: x * sigmoid(x), lambda x: logistic(x) * (1 + x * logistic(-x))),
    each("mish", lambda x: x * np.tanh(softplus(x)), mish_slope),
    each("gelu", lambda x: x / 2 * (1 + np.tanh(0.75 * (x + x**3 / 32))), gelu_slope),
    each("elu", lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), lambda x: mp.exp(min(x, 0))),
    each("relu", lambda x: np.maximum(x, 0), lambda x: int(x > 0)),
    each("leaky_relu", lambda x: np.where(x > 0, x, x / 8), lambda x: 1 if x > 0 else mp.mpf(1) / 8),
    each("relu_squared", lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * max(x, 0)),
    each("absolute", np.abs, sign),
    each("softsign", lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    each("huber", lambda x: np.where(np.abs(x) <= 1, x * x / 2, np.abs(x) - 0.5), lambda x: max(-1, min(1, x))),
    each("sin", np.sin, mp.cos),
    each("oscillating", lambda x: np.sin(300 * x), lambda x: 300 * mp.cos(300 * x)),
    each("chirp", lambda x: np.sin(x * x), lambda x: 2 * x * mp.cos(x * x)),
    each("sinc", sinc, lambda x: 0 if x == 0 else (x * mp.cos(x) - mp.sin(x)) / x**2),
    each("x_minus_sin", lambda x: x - np.sin(x), lambda x: 2 * mp.sin(x / 2) ** 2),
    each("exp", np.exp, mp.exp),
    each("expm1", np.expm1, mp.exp),
    each("gauss", lambda x: np.exp(-x * x), lambda x: -2 * x * mp.exp(-x * x)),
    each("arctan", np.arctan, lambda x: 1 / (1 + x * x)),
    each("arcsinh", np.arcsinh, lambda x: 1 / mp.sqrt(1 + x * x)),
    each("steep_tanh", lambda x: np.tanh(1000 * x), lambda x: 1000 * mp.sech(1000 * x) ** 2),
    each("steep_softplus", lambda x: softplus(4096 * x) / 4096, lambda x: logistic(4096 * x)),
    each("cube", lambda x: x**3, lambda x: 3 * x * x),
    each("polynomial", lambda x: ((x - 0.5) * x - 3) * x * x + x / 4, lambda x: ((4 * x - 1.5) * x - 6) * x + 0.25),
    each("rational", lambda x: x / (1 + x * x), lambda x: (1 - x * x) / (1 + x * x) ** 2),
    each("hyperbola", lambda x: np.sqrt(1 + x * x), lambda x: x / mp.sqrt(1 + x * x)),
    each("log1p_square", lambda x: np.log1p(x * x), lambda x: 2 * x / (1 + x * x)),
    each("log_cosh", lambda x: np.abs(x) + np.log1p(np.exp(-2 * np.abs(x))), mp.tanh),
    each("constant", lambda x: 0 * x + 3, lambda x: mp.mpf(0)),
    each("offset", lambda x: 1e8 + np.sin(x), mp.cos),
    each("single_tanh", lambda x: np.tanh(x.astype(np.float32)).astype(x.dtype), lambda x: mp.sech(x) ** 2),
    each("jitter", lambda x: np.tanh(x) * (1 + 1e-10 * np.sin(x * 2.0**40)), lambda x: mp.sech(x) ** 2),
    each("log", np.log, lambda x: 1 / x, (0, math.inf)),
    each("sqrt", np.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), (0, math.inf)),
    each("reciprocal", lambda x: 1 / x, lambda x: -1 / x**2, (0, math.inf)),
    each("power", lambda x: x * x * np.sqrt(x), lambda x: 5 * x * mp.sqrt(x) / 2, (0, math.inf)),
    each("x_log_x", lambda x: x * np.log(x), lambda x: mp.log(x) + 1, (0, math.inf)),
    each("logit", lambda x: np.log(x) - np.log1p(-x), lambda x: 1 / (x * (1 - x)), (0, 1)),
    each("arcsin", np.arcsin, lambda x: 1 / mp.sqrt((1 - x) * (1 + x)), (-1, 1)),
)


# The ones that mix entries.


def softmax_jacobian(x: Sequence[Any]) -> Matrix:
    s = shares(x)
    return matrix(len(x), len(x), lambda i, k: s[i] * (mp.fsum(s[:i] + s[i + 1 :]) if i == k else -s[k]))


def mean_under_softmax_row(x: Sequence[Any]) -> Matrix:
    s = shares(x)
    mean = dot(s, x)
    return [[p * (1 + a - mean) for p, a in zip(s, x, strict=True)]]


def normalised(x: Any) -> Any:
    return x / norm(x)


def normalised_jacobian(x: Sequence[Any]) -> Matrix:
    size = length(x)
    return matrix(len(x), len(x), lambda i, k: (delta(i, k) - x[i] * x[k] / size**2) / size)


def rms_norm(x: Any) -> Any:
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPS)


def rms_norm_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    rms = mp.sqrt(dot(x, x) / n + EPS)
    return matrix(n, n, lambda i, k: delta(i, k) / rms - x[i] * x[k] / n / rms**3)


def layer_norm(x: Any) -> Any:
    z = x - x.mean(axis=-1, keepdims=True)
    return z / np.sqrt((z * z).mean(axis=-1, keepdims=True) + EPS)


def layer_norm_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    z = [a - mp.fsum(x) / n for a in x]
    std = mp.sqrt(dot(z, z) / n + EPS)
    return matrix(n, n, lambda i, k: (delta(i, k) - mp.mpf(1) / n - z[i] * z[k] / n / std**2) / std)


def mlp(x: Any) -> Any:
    return np.tanh(x @ weights(6, x.shape[-1]).T + 0.25) @ BACK.T


def mlp_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    first = [[mp.mpf(float(w)) for w in row] for row in weights(6, n)]
    bend = [mp.sech(dot(row, x) + mp.mpf(1) / 4) ** 2 for row in first]
    return matrix(n, 4, lambda i, k: mp.fsum(float(BACK[i, j]) * bend[j] * first[j][k] for j in range(6)))


def quotient_jacobian(x: Sequence[Any]) -> Matrix:
    q = 1 + dot(x, x)
    return matrix(len(x), len(x), lambda i, k: (delta(i, k) - 2 * x[i] * x[k] / q) / q)


def cumulative_product_jacobian(x: Sequence[Any]) -> Matrix:
    return matrix(len(x), len(x), lambda i, k: mp.fprod(x[:k] + x[k + 1 : i + 1]) if k <= i else 0)


def quadratic(x: Any) -> Any:
    return (x * (x @ symmetric(x.shape[-1]))).sum(axis=-1)


def symmetric(n: int) -> np.ndarray:
    square = np.vstack([WEIGHTS, BACK[:2, :5] @ WEIGHTS[:5]])[:n, :n]
    return square + square.T


def quadratic_row(x: Sequence[Any]) -> Matrix:
    return [[2 * mp.fsum(float(a) * b for a, b in zip(row, x, strict=True)) for row in symmetric(len(x))]]


def gated_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)

    def entry(i: int, k: int) -> Any:
        after = x[(i + 1) % n]
        own = logistic(after) if k == i else 0
        return own + (x[i] * logistic(after) * logistic(-after) if k == (i + 1) % n else 0)

    return matrix(n, n, entry)


def neighbours_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    return matrix(n, n, lambda i, k: x[(i + 1) % n] * delta(i, k) + x[i] * delta((i + 1) % n, k))


def outer_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    return matrix(n, n * n, lambda r, k: delta(r // n, k) * x[r % n] + delta(r % n, k) * x[r // n])


def distances(x: Any) -> Any:
    return np.sqrt(1 + (x[..., 1:] - x[..., :-1]) ** 2)


def distances_jacobian(x: Sequence[Any]) -> Matrix:
    n = len(x)
    slopes = [(b - a) / mp.sqrt(1 + (b - a) ** 2) for a, b in zip(x, x[1:], strict=False)]
    return matrix(n, n - 1, lambda i, k: slopes[i] * (delta(i + 1, k) - delta(i, k)))


def cosine_row(x: Sequence[Any]) -> Matrix:
    w = [mp.mpf(float(a)) for a in weights(1, len(x))[0]]
    size, other, product = length(x), length(w), dot(x, w)
    return [[(b - a * product / size**2) / size / other for a, b in zip(x, w, strict=True)]]


def cosine(x: Any) -> Any:
    w = weights(1, x.shape[-1])[0].astype(x.dtype)
    return (normalised(x) * w).sum(axis=-1) / np.sqrt((w * w).sum())


def first_top(x: Sequence[Any]) -> Matrix:
    return [[delta(list(x).index(max(x)), k) for k in range(len(x))]]


def scales(x: Any) -> Any:
    return np.concatenate([1e8 * np.tanh(x), 1e-9 * np.sin(x)], axis=-1)


def scales_jacobian(x: Sequence[Any]) -> Matrix:
    above = diagonal([mp.mpf(1e8) * mp.sech(a) ** 2 for a in x])
    return [*above, *diagonal([mp.mpf(1e-9) * mp.cos(a) for a in x])]


MIXING = (
    Reference("softmax", softmax, softmax_jacobian),
    Reference("log_softmax", log_softmax, lambda x: matrix(len(x), len(x), lambda i, k: delta(i, k) - shares(x)[k])),
    Reference("log_sum_exp", lambda x: x[..., 0] - log_softmax(x)[..., 0], lambda x: [shares(x)]),
    Reference("cross_entropy", lambda x: -log_softmax(x)[..., 2], lambda x: [[s - delta(k, 2) for k, s in enumerate(shares(x))]]),
    Reference("log1p_dot", lambda x: np.log1p((x * x).sum(axis=-1)), lambda x: [[2 * a / (1 + dot(x, x)) for a in x]]),
    Reference("soft_maximum", lambda x: (x * softmax(x)).sum(axis=-1), mean_under_softmax_row),
    Reference("maximum", lambda x: x.max(axis=-1), first_top),
    Reference("l2_norm", norm, lambda x: [[a / length(x) for a in x]] if any(x) else [[mp.mpf(0) for _ in x]]),
    Reference("l1_norm", lambda x: np.abs(x).sum(axis=-1), lambda x: [[sign(a) for a in x]]),
    Reference("normalised", normalised, normalised_jacobian),
    Reference("cosine", cosine, cosine_row),
    Reference("rms_norm", rms_norm, rms_norm_jacobian),
    Reference("layer_norm", layer_norm, layer_norm_jacobian),
    Reference("variance", lambda x: x.var(axis=-1), lambda x: [[2 * (a - mp.fsum(x) / len(x)) / len(x) for a in x]]),
    Reference("mlp", mlp, mlp_jacobian),
    Reference("linear", lambda x: x @ weights(6, x.shape[-1]).T, lambda x: [[mp.mpf(float(w)) for w in row] for row in weights(6, len(x))]),
    Reference("quadratic", quadratic, quadratic_row),
    Reference("quotient", lambda x: x / (1 + total(x * x)), quotient_jacobian),
    Reference("product", lambda x: x.prod(axis=-1), lambda x: [[mp.fprod(x[:k] + x[k + 1 :]) for k in range(len(x))]]),
    Reference("cumulative_sum", lambda x: x.cumsum(axis=-1), lambda x: matrix(len(x), len(x), lambda i, k: int(k <= i))),
    Reference("cumulative_product", lambda x: x.cumprod(axis=-1), cumulative_product_jacobian),
    Reference("gated", lambda x: x * sigmoid(np.roll(x, -1, axis=-1)), gated_jacobian),
    Reference("neighbours", lambda x: x * np.roll(x, -1, axis=-1), neighbours_jacobian),
    Reference("outer", lambda x: (x[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1), outer_jacobian),
    Reference("distances", distances, distances_jacobian),
    Reference("exp_sin_sum", lambda x: np.exp(np.sin(x.sum(axis=-1))), lambda x: [[mp.exp(mp.sin(mp.fsum(x))) * mp.cos(mp.fsum(x)) for _ in x]]),
    Reference("kernel", lambda x: np.exp(-((x - 0.5) ** 2).sum(axis=-1) / 2), lambda x: [
        [(0.5 - a) * mp.exp(-dot([b - 0.5 for b in x], [b - 0.5 for b in x]) / 2) for a in x]
    ]),
    Reference("scales", scales, scales_jacobian),
)
REFERENCES = (*ELEMENTWISE, *MIXING)


# The inputs.


def integers(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(-4, 5, n).astype(float)


def ties(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([0.75, -1.25], n)


def spike(n: int, rng: np.random.Generator) -> np.ndarray:
    x = rng.normal(size=n) / 8
    x[rng.integers(n)] = 300.0
    return x


def mixed(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-8, 4, n)


def tiny(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-300, -30, n)


def near_kinks(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 0.0, 1.0], n) + rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-12, -2, n)


def probabilities(n: int, rng: np.random.Generator) -> np.ndarray:
    p = np.exp(4 * rng.normal(size=n))
    return p / p.sum()


INPUTS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    **{f"normal_{scale:g}": (lambda n, rng, s=scale: s * rng.normal(size=n)) for scale in (1e-6, 1e-3, 1.0, 1e3, 1e6)},
    "zeros": lambda n, rng: np.zeros(n),
    "ties": ties,
    "spike": spike,
    "twenty": lambda n, rng: rng.choice([-20.0, 20.0], n) + rng.normal(size=n) / 4,
    "forty": lambda n, rng: rng.choice([-40.0, 40.0], n) + rng.normal(size=n) / 4,
    "mixed": mixed,
    "tiny": tiny,
    "alternating": lambda n, rng: 2.5 * (-1.0) ** np.arange(n),
    "near_kinks": near_kinks,
    "integers": integers,
    "probabilities": probabilities,
}
ORDINARY = ("normal_1", "ties", "alternating", "integers", "probabilities")


def drawn(reference: Reference, kind: str, seed: int = 0) -> np.ndarray:
    """An input of 5 to 8 entries; its entries' sizes where the domain is positive."""
    at = REFERENCES.index(reference)
    x = INPUTS[kind](5 + at % 4, np.random.default_rng([seed, at, list(INPUTS).index(kind)]))
    return np.abs(x) if reference.limits[0] == 0 else x
