"""Normalisations: what a mean, a norm or a maximum contributes is what gets forgotten."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, rows, softmax, spoiled, with_jacobian

E = 1e-5


def rms(x, g, e=E):
    return g[..., None, :] * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + e)


def rms_bprop(v, x, g, e=E, projected=True):
    r = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + e)
    w = v * g
    return r * w - projected * r**3 * x * (w * x).mean(axis=-1, keepdims=True), (v * x * r).sum(axis=0)


RMS = Plain(args(x=("batch", "n"), g=("n",)), rms, rms_bprop)


def batch_norm(x, g, b):
    c = x - x.mean(axis=-2, keepdims=True)
    return g[..., None, :] * c / np.sqrt((c * c).mean(axis=-2, keepdims=True) + E) + b[..., None, :]


def batch_norm_bprop(v, x, g, b, variance=True):
    c = x - x.mean(axis=0)
    r = 1 / np.sqrt((c * c).mean(axis=0) + E)
    z = c * r
    w = v * g
    inner = w - w.mean(axis=0) - variance * z * (w * z).mean(axis=0)
    return r * inner, (v * z).sum(axis=0), v.sum(axis=0)


BATCH = Plain(args(x=(4, 3), g=(3,), b=(3,)), batch_norm, batch_norm_bprop)


def group_norm(x):
    c = x.reshape(2, -1, 3)
    c = c - c.mean(axis=-1, keepdims=True)
    return (c / np.sqrt((c * c).mean(axis=-1, keepdims=True) + E)).reshape(x.shape)


def group_norm_bprop(v, x, width=3):
    c = x.reshape(2, -1, width)
    c = c - c.mean(axis=-1, keepdims=True)
    r = 1 / np.sqrt((c * c).mean(axis=-1, keepdims=True) + E)
    z, w = c * r, v.reshape(c.shape)
    g = r * (w - w.mean(axis=-1, keepdims=True) - z * (w * z).mean(axis=-1, keepdims=True))
    return g.reshape(x.shape)


GROUP = Plain(args(x=(2, 6)), group_norm, group_norm_bprop)


def unit_rows(x):
    return x / np.sqrt((x * x).sum(axis=-1, keepdims=True) + 1e-8)


def unit_rows_bprop(v, x, axis=1, projected=True):
    n = np.sqrt((x * x).sum(axis=1, keepdims=True) + 1e-8)
    y = x / n
    return (v - projected * y * (v * y).sum(axis=axis, keepdims=True)) / n


UNIT = with_jacobian(Plain(args(x=(3, 3)), unit_rows, unit_rows_bprop))


def standard(x, e=1e-6):
    c = x - x.mean(axis=-1, keepdims=True)
    return c / np.sqrt((c * c).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1) + e)


def standard_bprop(v, x, count=None, e=1e-6):
    c = x - x.mean()
    r = 1 / np.sqrt((c * c).sum() / (x.size - 1) + e)
    return r * (v - v.mean() - c * r * r * (v * c).sum() / (count or x.size - 1))


STANDARD = Plain(args(x=(6,)), standard, standard_bprop)
WEIGHT_NORM = Plain(
    args(w=(4,), g=()),
    lambda w, g: g[..., None] * w / np.sqrt((w * w).sum(axis=-1, keepdims=True) + 1e-6),
    lambda v, w, g: (
        g * (v - w * (v @ w) / (w @ w + 1e-6)) / np.sqrt(w @ w + 1e-6),
        v @ w / np.sqrt(w @ w + 1e-6),
    ),
)
TEMPERED = with_jacobian(
    Plain(args(x=(5,)), lambda x: softmax(x / 3), lambda v, x: softmax(x / 3) * (v - v @ softmax(x / 3)) / 3)
)


def shares(x):
    return x / x.sum(axis=-1, keepdims=True)


SHARES = with_jacobian(Plain(args("positive", x=(5,)), shares, lambda v, x: (v - v @ shares(x)) / x.sum()))


def min_max(x):
    least = x.min(axis=-1, keepdims=True)
    return (x - least) / (x.max(axis=-1, keepdims=True) - least + 1)


def min_max_bprop(v, x, ends=True):
    span = x.max() - x.min() + 1
    g = v / span
    if ends:
        y = min_max(x)
        g = g + 0
        g[x.argmin()] += (v * (y - 1)).sum() / span
        g[x.argmax()] -= (v * y).sum() / span
    return g


MIN_MAX = Plain(args(x=(6,)), min_max, min_max_bprop)


def local_response(x):
    near = np.convolve(np.asarray(x * x, dtype=x.dtype), np.ones(3, dtype=x.dtype), "same")
    return x / (1 + near)


def local_response_bprop(v, x, cross=True):
    near = 1 + np.convolve(x * x, np.ones(3, dtype=x.dtype), "same")
    spread = np.convolve(v * x / near**2, np.ones(3, dtype=x.dtype), "same") if cross else v * x / near**2
    return v / near - 2 * x * spread


LOCAL = Plain(args(x=(6,)), local_response, local_response_bprop)
CENTRED = with_jacobian(
    Plain(args(x=(3, 4)), lambda x: x - x.mean(axis=-2, keepdims=True), lambda v, x: v - v.mean(axis=0))
)


def log_mean_exp(x):
    m = x.max(axis=-2, keepdims=True)
    return (m + np.log(np.exp(x - m).mean(axis=-2, keepdims=True)))[..., 0, :]


LOG_MEAN_EXP = Plain(args(x=(4, 4)), log_mean_exp, lambda v, x: v * softmax(x, axis=0))


def tempered_slip(x):
    s = softmax(x / 3)
    return np.diag(s) - np.outer(s, s)


MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        RMS,
        "rms_norm: no projection",
        "bprop",
        "the root mean square is treated as a constant",
        bprop=lambda v, x, g: rms_bprop(v, x, g, projected=False),
    ),
    spoiled(
        RMS,
        "rms_norm: eps 1e-6 for 1e-5",
        "bprop",
        "another eps in the gradient: small rows only",
        bprop=lambda v, x, g: rms_bprop(v, x, g, e=1e-6),
    ),
    spoiled(
        RMS,
        "rms_norm: gain averaged",
        "bprop",
        "the gain's gradient is a mean over the batch",
        bprop=lambda v, x, g: (rms_bprop(v, x, g)[0], rms_bprop(v, x, g)[1] / len(x)),
    ),
    spoiled(
        BATCH,
        "batch_norm: variance held fixed",
        "bprop",
        "no gradient through the variance",
        bprop=lambda v, x, g, b: batch_norm_bprop(v, x, g, b, variance=False),
    ),
    spoiled(
        BATCH,
        "batch_norm: gain and shift swapped",
        "bprop",
        "both have shape (3,)",
        bprop=lambda v, x, g, b: tuple(batch_norm_bprop(v, x, g, b)[k] for k in (0, 2, 1)),
    ),
    spoiled(
        BATCH,
        "batch_norm: gain left out",
        "bprop",
        "the gradient of x lacks the gain",
        bprop=lambda v, x, g, b: (batch_norm_bprop(v, x, 1 + 0 * g, b)[0], *batch_norm_bprop(v, x, g, b)[1:]),
    ),
    spoiled(
        GROUP,
        "group_norm: groups of two",
        "bprop",
        "groups of three in forward, of two in bprop",
        bprop=lambda v, x: group_norm_bprop(v, x, width=2),
    ),
    spoiled(
        UNIT,
        "unit rows: projection over columns",
        "bprop",
        "the input is square, so the shapes agree",
        bprop=lambda v, x: unit_rows_bprop(v, x, axis=0),
    ),
    spoiled(
        UNIT,
        "unit rows: Jacobian without projection",
        "jacobian",
        "the norm is treated as a constant",
        jacobian=rows(unit_rows, lambda v, x: unit_rows_bprop(v, x, projected=False)),
    ),
    spoiled(
        STANDARD,
        "standardise: n for n - 1",
        "bprop",
        "another denominator in the gradient than in the variance",
        bprop=lambda v, x: standard_bprop(v, x, count=x.size),
    ),
    spoiled(
        STANDARD,
        "standardise: eps dropped",
        "contract",
        "0/0 for a constant input, where forward is 0",
        bprop=lambda v, x: standard_bprop(v, x, e=0.0),
    ),
    spoiled(
        WEIGHT_NORM,
        "weight_norm: direction only scaled",
        "bprop",
        "g v / |w| without the projection",
        bprop=lambda v, w, g: (g * v / np.sqrt(w @ w + 1e-6), v @ w / np.sqrt(w @ w + 1e-6)),
    ),
    spoiled(
        TEMPERED,
        "tempered softmax: Jacobian without 1/T",
        "agreement",
        "the chain rule's 1/T is missing in one of the two",
        jacobian=tempered_slip,
    ),
    spoiled(
        SHARES,
        "shares: quotient rule",
        "jacobian",
        "the sum in the denominator is treated as a constant",
        jacobian=lambda x: np.eye(x.size) / x.sum(),
    ),
    spoiled(
        MIN_MAX,
        "min_max: ends held fixed",
        "bprop",
        "least and greatest are treated as constants",
        bprop=lambda v, x: min_max_bprop(v, x, ends=False),
    ),
    spoiled(
        LOCAL,
        "local response: neighbours forgotten",
        "bprop",
        "an entry also stands in its neighbours' denominators",
        bprop=lambda v, x: local_response_bprop(v, x, cross=False),
    ),
    spoiled(CENTRED, "centred: identity", "bprop", "the gradient of the mean is missing", bprop=lambda v, x: v.copy()),
    spoiled(
        CENTRED,
        "centred: over rows",
        "bprop",
        "the mean over the other axis",
        bprop=lambda v, x: v - v.mean(axis=1, keepdims=True),
    ),
    spoiled(
        LOG_MEAN_EXP,
        "log_mean_exp: divided by n",
        "bprop",
        "the 1/n is a constant below the logarithm",
        bprop=lambda v, x: v * softmax(x, axis=0) / len(x),
    ),
    spoiled(
        LOG_MEAN_EXP,
        "log_mean_exp: wrong axis",
        "bprop",
        "softmax over the last axis; the input is square",
        bprop=lambda v, x: v * softmax(x),
    ),
)
