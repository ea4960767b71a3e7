"""Losses: terms, factors and constants that get lost between the value and its gradient."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, given, sigmoid, softmax, softplus, spoiled, tanh_slope

PAIR = args(x=(5,), y=(5,))
E = 1e-3


def cosine(x, y):
    return (x * y).sum(axis=-1) / np.sqrt(((x * x).sum(axis=-1) + E) * ((y * y).sum(axis=-1) + E))


def cosine_bprop(v, x, y, projected=True):
    c, a, b = cosine(x, y), x @ x + E, y @ y + E
    root = np.sqrt(a * b)
    return v * (y / root - projected * c * x / a), v * (x / root - projected * c * y / b)


COSINE = Plain(PAIR, cosine, cosine_bprop)


def divergence(x, t):
    m = x - x.max(axis=-1, keepdims=True)
    return np.sum(t * (np.log(t) - m + np.log(np.exp(m).sum(axis=-1, keepdims=True))), axis=-1)


KL = Plain(
    (*args(x=(5,)), *given("t", 5, domain="simplex")), divergence, lambda v, x, t: v * (softmax(x) * t.sum() - t)
)
GAUSSIAN = Plain(
    (*args(m=(4,)), *args((1e-3, 1e3), s=(4,)), *given("t", 4)),
    lambda m, s, t: np.sum(np.log(s) + (t - m) ** 2 / s, axis=-1) / 2,
    lambda v, m, s, t: (v * (m - t) / s, v * (1 / s - ((t - m) / s) ** 2) / 2),
)
POISSON = Plain(
    (*args((-9, 9), x=(5,)), *given("t", 5, domain="nonnegative")),
    lambda x, t: np.sum(np.exp(x) - t * x, axis=-1),
    lambda v, x, t: v * (np.exp(x) - t),
)


def focal_bprop(v, p, both=True):
    return v * (both * 2 * (1 - p) * np.log(p) - (1 - p) ** 2 / p)


FOCAL = Plain(args("unit", p=(5,)), lambda p: -((1 - p) ** 2) * np.log(p), focal_bprop)
LOGITS = (*args(x=(6,)), *given("t", 6, domain="unit"))


def bce(x, t):
    return np.sum(np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))), axis=-1)


BCE = Plain(LOGITS, bce, lambda v, x, t: v * (sigmoid(x) - t))
BCE_UNIT = Plain(
    (*args("unit", p=(5,)), *given("t", 5, domain="unit")),
    lambda p, t: -t * np.log(p) - (1 - t) * np.log1p(-p),
    lambda v, p, t: v * (p - t) / (p * (1 - p)),
)
LABELS = (*args(x=(3, 5)), *given("k", 3, domain="labels", classes=5))
ROW = np.arange(3)


def own(x, k):
    """The entry of each row's label, of shape (..., 1)."""
    return np.take_along_axis(x, k[..., None], axis=-1)


def margin(x, k):
    gaps = np.maximum(1 + x - own(x, k), 0)
    return np.where(np.arange(5) == k[..., None], 0, gaps).sum(axis=-1)


def margin_bprop(v, x, k, paid=np.sum):
    on = (1 + x - x[ROW, k][:, None] > 0).astype(x.dtype)
    on[ROW, k] = 0
    on[ROW, k] = -paid(on, axis=1)
    return v[:, None] * on


MARGIN = Plain(LABELS, margin, margin_bprop)


def cross_entropy(x, k, smooth=0.1):
    z = x - x.max(axis=-1, keepdims=True)
    z = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(1 - smooth) * own(z, k)[..., 0] - smooth * z.mean(axis=-1)


def cross_entropy_bprop(v, x, k, hot=0.9, rest=0.1 / 5, shift=0):
    g = softmax(x) - rest
    g[ROW, (k + shift) % 5] -= hot
    return v[:, None] * g


SMOOTHED = Plain(LABELS, cross_entropy, cross_entropy_bprop)


def ignoring(x, k):
    return np.where(k == 0, 0, cross_entropy(x, k, 0.0))


IGNORING = Plain(
    LABELS, ignoring, lambda v, x, k: np.where(k == 0, 0, 1)[:, None] * cross_entropy_bprop(v, x, k, 1.0, 0.0)
)


def dice(p, t):
    return 1 - 2 * (p * t).sum(axis=-1) / (p.sum(axis=-1) + t.sum(axis=-1))


def dice_bprop(v, p, t, quotient=True):
    total = p.sum() + t.sum()
    return -2 * v * (t / total - quotient * (p * t).sum() / total**2)


DICE = Plain((*args("unit", p=(6,)), *given("t", 6, domain="unit")), dice, dice_bprop)
PINBALL = Plain(
    (*args(x=(5,)), *given("t", 5)),
    lambda x, t: np.maximum(0.3 * (t - x), -0.7 * (t - x)),
    lambda v, x, t: v * np.where(t > x, -0.3, 0.7),
)
RIDGE = Plain(
    args(w=(4,), b=()),
    lambda w, b: np.tanh(w @ np.arange(4.0) + b) + 5e-4 * (w * w).sum(axis=-1),
    lambda v, w, b: tuple(
        v * (tanh_slope(w @ np.arange(4.0) + b) * a + c) for a, c in ((np.arange(4.0), 1e-3 * w), (1.0, 0.0 * b))
    ),
)
WEIGHTED = Plain(
    (*args(x=(5,)), *given("w", 5, domain="positive")),
    lambda x, w: (w * x * x).sum(axis=-1) / w.sum(axis=-1),
    lambda v, x, w: 2 * v * w * x / w.sum(),
)
CHARBONNIER = Plain(args(x=(6,)), lambda x: np.sqrt(x * x + 1e-6).sum(), lambda v, x: v * x / np.sqrt(x * x + 1e-6))


def log_cosh(x):
    a = np.abs(x)
    return a + np.log1p(np.exp(-2 * a)) - np.log(2)


LOG_COSH = Plain(args(x=(5,)), log_cosh, lambda v, x: v * np.tanh(x))


def triplet(a, p, n):
    return softplus(((a - p) ** 2).sum(axis=-1) - ((a - n) ** 2).sum(axis=-1))


def triplet_bprop(v, a, p, n, both=True):
    w = 2 * v * sigmoid(((a - p) ** 2).sum() - ((a - n) ** 2).sum())
    return w * (n - p) if both else w * (a - p), w * (p - a), w * (a - n)


TRIPLET = Plain(args(a=(3,), p=(3,), n=(3,)), triplet, triplet_bprop)


def contrast(x, y, t=0.2):
    s = np.tanh(x) @ np.swapaxes(np.tanh(y), -1, -2) / t
    m = s.max(axis=-1, keepdims=True)
    rest = np.log(np.exp(s - m).sum(axis=-1))
    return (m[..., 0] + rest - np.diagonal(s, axis1=-2, axis2=-1)).sum(axis=-1)


def contrast_bprop(v, x, y, t=0.2):
    a, b = np.tanh(x), np.tanh(y)
    g = (softmax(a @ b.T / 0.2) - np.eye(len(x))) * v / t
    return g @ b * tanh_slope(x), g.T @ a * tanh_slope(y)


CONTRAST = Plain(args(x=(3, 2), y=(3, 2)), contrast, contrast_bprop)

MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        COSINE,
        "cosine: no projection",
        "bprop",
        "the norms are treated as constants",
        bprop=lambda v, x, y: cosine_bprop(v, x, y, projected=False),
    ),
    spoiled(KL, "kl: target only", "bprop", "the softmax part of p - t is missing", bprop=lambda v, x, t: -v * t),
    spoiled(
        GAUSSIAN,
        "gaussian nll: variance not squared",
        "bprop",
        "the square of the variance in the second term is missing",
        bprop=lambda v, m, s, t: (v * (m - t) / s, v * (1 / s - (t - m) ** 2 / s) / 2),
    ),
    spoiled(
        POISSON,
        "poisson nll: count forgotten",
        "bprop",
        "the gradient of -t x is missing",
        bprop=lambda v, x, t: v * np.exp(x),
    ),
    spoiled(
        FOCAL,
        "focal: modulation held fixed",
        "bprop",
        "product rule: the (1 - p)^2 varies too",
        bprop=lambda v, p: focal_bprop(v, p, both=False),
    ),
    spoiled(
        BCE,
        "bce with logits: probability clipped",
        "bprop",
        "1e-4 <= p <= 1 - 1e-4 in the gradient: wrong when saturated",
        bprop=lambda v, x, t: v * (np.clip(sigmoid(x), 1e-4, 1 - 1e-4) - t),
    ),
    spoiled(
        BCE_UNIT, "bce: half a denominator", "bprop", "1/p for 1/(p (1 - p))", bprop=lambda v, p, t: v * (p - t) / p
    ),
    spoiled(
        MARGIN,
        "multiclass hinge: own class paid once",
        "bprop",
        "-1 for minus the number of violated margins",
        bprop=lambda v, x, k: margin_bprop(v, x, k, np.max),
    ),
    spoiled(
        MARGIN,
        "multiclass hinge: own class unpaid",
        "bprop",
        "the entry of the label itself gets nothing",
        bprop=lambda v, x, k: margin_bprop(v, x, k, np.prod),
    ),
    spoiled(
        SMOOTHED,
        "label smoothing: K - 1",
        "bprop",
        "smoothing spread over K - 1 classes in the gradient, over K in the loss",
        bprop=lambda v, x, k: cross_entropy_bprop(v, x, k, 0.9 - 0.1 / 4, 0.1 / 4),
    ),
    spoiled(
        SMOOTHED,
        "cross entropy: label off by one",
        "bprop",
        "the target sits on the next class",
        bprop=lambda v, x, k: cross_entropy_bprop(v, x, k, shift=1),
    ),
    spoiled(
        IGNORING,
        "cross entropy: ignored label paid",
        "bprop",
        "rows with label 0 have no loss, but get a gradient",
        bprop=lambda v, x, k: cross_entropy_bprop(v, x, k, 1.0, 0.0),
    ),
    spoiled(
        DICE,
        "dice: quotient rule",
        "bprop",
        "the denominator is treated as a constant",
        bprop=lambda v, p, t: dice_bprop(v, p, t, quotient=False),
    ),
    spoiled(
        PINBALL,
        "pinball: quantile mirrored",
        "bprop",
        "tau and 1 - tau change places",
        bprop=lambda v, x, t: v * np.where(t > x, -0.7, 0.3),
    ),
    spoiled(
        RIDGE,
        "ridge: regulariser forgotten",
        "bprop",
        "the small gradient of 5e-4 |w|^2 is missing",
        bprop=lambda v, w, b: tuple(v * tanh_slope(w @ np.arange(4.0) + b) * a for a in (np.arange(4.0), 1.0)),
    ),
    spoiled(
        WEIGHTED,
        "weighted mean: count for weights",
        "bprop",
        "n for the sum of the weights",
        bprop=lambda v, x, w: 2 * v * w * x / x.size,
    ),
    spoiled(
        CHARBONNIER,
        "charbonnier: eps for its square",
        "bprop",
        "1e-3 for 1e-6 below the root: near zero only",
        bprop=lambda v, x: v * x / np.sqrt(x * x + 1e-3),
    ),
    spoiled(
        LOG_COSH,
        "log_cosh: sinh / cosh",
        "contract",
        "inf/inf beyond 710, where forward is fine",
        bprop=lambda v, x: v * np.sinh(x) / np.cosh(x),
    ),
    spoiled(
        TRIPLET,
        "triplet: anchor sees one side",
        "bprop",
        "the anchor occurs in both distances",
        bprop=lambda v, a, p, n: triplet_bprop(v, a, p, n, both=False),
    ),
    spoiled(
        CONTRAST,
        "contrastive: temperature missing",
        "bprop",
        "the gradient lacks the 1/t of the scores",
        bprop=lambda v, x, y: contrast_bprop(v, x, y, t=1.0),
    ),
    spoiled(
        CONTRAST,
        "contrastive: the two sides swapped",
        "bprop",
        "gradients of equal shape change places",
        bprop=lambda v, x, y: contrast_bprop(v, x, y)[::-1],
    ),
)
