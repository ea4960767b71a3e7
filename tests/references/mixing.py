"""Functions whose outputs depend on several entries."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import mpmath as mp
import numpy as np

from tests.references.kit import Matrix, Reference, diagonal, logistic, matrix, sigmoid, sign

# Weights with few bits, so that every precision holds them exactly.
WEIGHTS = np.round(np.random.default_rng(5).normal(size=(6, 8)) * 64) / 64
BACK = np.round(np.random.default_rng(6).normal(size=(4, 6)) * 64) / 64
EPS = 2.0**-17


def weights(m: int, n: int) -> np.ndarray:
    return WEIGHTS[:m, :n]


def total(x: Any) -> Any:
    return x.sum(axis=-1, keepdims=True)


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return mp.fsum(p * q for p, q in zip(a, b, strict=True))


def length(x: Sequence[Any]) -> Any:
    return mp.sqrt(mp.fsum(a * a for a in x))


def delta(i: int, k: int) -> int:
    return int(i == k)


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


def norm(x: Any) -> Any:
    top = np.abs(x).max(axis=-1, keepdims=True)
    top = np.where(top > 0, top, 1)
    return top * np.sqrt(total((x / top) ** 2))


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
    slopes = [(b - a) / mp.sqrt(1 + (b - a) ** 2) for a, b in itertools.pairwise(x)]
    return matrix(n, n - 1, lambda i, k: slopes[i] * (delta(i + 1, k) - delta(i, k)))


def cosine_row(x: Sequence[Any]) -> Matrix:
    w = [mp.mpf(float(a)) for a in weights(1, len(x))[0]]
    size, other, product = length(x), length(w), dot(x, w)
    return [[(b - a * product / size**2) / size / other for a, b in zip(x, w, strict=True)]]


def cosine(x: Any) -> Any:
    w = weights(1, x.shape[-1])[0].astype(x.dtype)
    return (normalised(x) * w).sum(axis=-1) / np.sqrt((w * w).sum())


def kernel_row(x: Sequence[Any]) -> Matrix:
    away = [a - mp.mpf(1) / 2 for a in x]
    return [[-a * mp.exp(-dot(away, away) / 2) for a in away]]


def exp_sin_sum_row(x: Sequence[Any]) -> Matrix:
    angle = mp.fsum(x)
    return [[mp.exp(mp.sin(angle)) * mp.cos(angle) for _ in x]]


def linear_jacobian(x: Sequence[Any]) -> Matrix:
    return [[mp.mpf(float(w)) for w in row] for row in weights(6, len(x))]


def log_softmax_jacobian(x: Sequence[Any]) -> Matrix:
    s = shares(x)
    return matrix(len(x), len(x), lambda i, k: mp.fsum(s[:i] + s[i + 1 :]) if i == k else -s[k])


def cross_entropy_row(x: Sequence[Any]) -> Matrix:
    return [[-entry for entry in log_softmax_jacobian(x)[2]]]


def product_row(x: Sequence[Any]) -> Matrix:
    return [[mp.fprod(x[:k] + x[k + 1 :]) for k in range(len(x))]]


def first_top(x: Sequence[Any]) -> Matrix:
    return [[delta(list(x).index(max(x)), k) for k in range(len(x))]]


def scales(x: Any) -> Any:
    return np.concatenate([1e8 * np.tanh(x), 1e-9 * np.sin(x)], axis=-1)


def scales_jacobian(x: Sequence[Any]) -> Matrix:
    above = diagonal([mp.mpf(1e8) * mp.sech(a) ** 2 for a in x])
    return [*above, *diagonal([mp.mpf(1e-9) * mp.cos(a) for a in x])]


MIXING = (
    Reference("softmax", softmax, softmax_jacobian),
    Reference("log_softmax", log_softmax, log_softmax_jacobian),
    Reference("log_sum_exp", lambda x: x[..., 0] - log_softmax(x)[..., 0], lambda x: [shares(x)]),
    Reference("cross_entropy", lambda x: -log_softmax(x)[..., 2], cross_entropy_row),
    Reference("soft_maximum", lambda x: (x * softmax(x)).sum(axis=-1), mean_under_softmax_row),
    Reference("maximum", lambda x: x.max(axis=-1), first_top),
    Reference("l1_norm", lambda x: np.abs(x).sum(axis=-1), lambda x: [[sign(a) for a in x]]),
    Reference("l2_norm", norm, lambda x: [[a / (length(x) or 1) for a in x]]),
    Reference("normalised", normalised, normalised_jacobian),
    Reference("cosine", cosine, cosine_row),
    Reference("rms_norm", rms_norm, rms_norm_jacobian),
    Reference("layer_norm", layer_norm, layer_norm_jacobian),
    Reference("variance", lambda x: x.var(axis=-1), lambda x: [[2 * (a - mp.fsum(x) / len(x)) / len(x) for a in x]]),
    Reference("mlp", mlp, mlp_jacobian),
    Reference("linear", lambda x: x @ weights(6, x.shape[-1]).T, linear_jacobian),
    Reference("quadratic", quadratic, quadratic_row),
    Reference("quotient", lambda x: x / (1 + total(x * x)), quotient_jacobian),
    Reference("log1p_dot", lambda x: np.log1p((x * x).sum(axis=-1)), lambda x: [[2 * a / (1 + dot(x, x)) for a in x]]),
    Reference("product", lambda x: x.prod(axis=-1), product_row),
    Reference("cumulative_sum", lambda x: x.cumsum(axis=-1), lambda x: matrix(len(x), len(x), lambda i, k: k <= i)),
    Reference("cumulative_product", lambda x: x.cumprod(axis=-1), cumulative_product_jacobian),
    Reference("gated", lambda x: x * sigmoid(np.roll(x, -1, axis=-1)), gated_jacobian),
    Reference("neighbours", lambda x: x * np.roll(x, -1, axis=-1), neighbours_jacobian),
    Reference("outer", lambda x: (x[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1), outer_jacobian),
    Reference("distances", distances, distances_jacobian),
    Reference("exp_sin_sum", lambda x: np.exp(np.sin(x.sum(axis=-1))), exp_sin_sum_row),
    Reference("kernel", lambda x: np.exp(-((x - 0.5) ** 2).sum(axis=-1) / 2), kernel_row),
    Reference("scales", scales, scales_jacobian),
)
