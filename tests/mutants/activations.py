"""Activations with typos, lost signs, lost factors, and slopes that are right in one part of the line only."""

from __future__ import annotations

import math

import numpy as np

from tests.mutants.kit import (
    Mutant,
    Plain,
    args,
    elementwise,
    sigmoid,
    sigmoid_slope,
    sloped,
    softplus,
    spoiled,
    tanh_slope,
)

ALPHA, LAMBDA = 1.6732632423543772, 1.0507009873554805
SOFTSIGN = elementwise(lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + np.abs(x)) ** 2, 5)


def selu_slope(x, alpha=ALPHA):
    return LAMBDA * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


SELU = elementwise(lambda x: LAMBDA * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))), selu_slope, 6)
CELU = elementwise(
    lambda x: np.where(x > 0, x, 0.5 * np.expm1(np.minimum(x, 0) / 0.5)), lambda x: np.exp(np.minimum(x, 0) / 0.5), 4
)
ELU = elementwise(
    lambda x: np.where(x > 0, x, 0.7 * np.expm1(np.minimum(x, 0))),
    lambda x: np.where(x > 0, 1, 0.7 * np.exp(np.minimum(x, 0))),
    2,
    3,
)


def mish(x):
    return x * np.tanh(softplus(x))


def mish_slope(x, power=2):
    u = softplus(x)
    e = np.exp(-2 * u)
    return np.tanh(u) + x * (2 * np.exp(-u) / (1 + e)) ** power * sigmoid(x)


MISH = elementwise(mish, mish_slope, 5)
HARD_SWISH = elementwise(
    lambda x: x * np.clip(x + 3, 0, 6) / 6,
    lambda x: np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6)),
    6,
    critical=(-3.0, 3.0),
)
HARD_SIGMOID = elementwise(
    lambda x: np.clip(x / 6 + 0.5, 0, 1), lambda x: np.where(np.abs(x) < 3, 1 / x.dtype.type(6), 0), 5
)
SOFTPLUS = elementwise(softplus, sigmoid, 5)
TANHSHRINK = elementwise(lambda x: x - np.tanh(x), lambda x: np.tanh(x) ** 2, 4)
SOFTSHRINK = elementwise(
    lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0), lambda x: np.where(np.abs(x) > 0.5, 1, 0) + 0 * x, 3, 2
)
SNAKE = elementwise(lambda x: x + np.sin(2 * x) ** 2 / 2, lambda x: 1 + np.sin(4 * x), 5)
BENT = elementwise(lambda x: (np.sqrt(x * x + 1) - 1) / 2 + x, lambda x: x / (2 * np.sqrt(x * x + 1)) + 1, 5)
ISRU = elementwise(lambda x: x / np.sqrt(1 + 3 * x * x), lambda x: (1 + 3 * x * x) ** -1.5, 4)
LECUN = elementwise(lambda x: 1.7159 * np.tanh(2 * x / 3), lambda x: 1.7159 * 2 / 3 * tanh_slope(2 * x / 3), 5)
SIGNED_LOG = elementwise(lambda x: np.sign(x) * np.log1p(np.abs(x)), lambda x: 1 / (1 + np.abs(x)), 5)
SIGNED_SQUARE = elementwise(lambda x: x * np.abs(x), lambda x: 2 * np.abs(x), 5)
SIREN = elementwise(lambda x: np.sin(30 * x), lambda x: 30 * np.cos(30 * x), 4)


def swish(x, beta):
    return x * sigmoid(beta[..., None] * x)


def swish_bprop(v, x, beta):
    return v * (sigmoid(beta * x) + beta * x * sigmoid_slope(beta * x)), np.sum(v * x * x * sigmoid_slope(beta * x))


SWISH = Plain(args(x=(4,), beta=()), swish, swish_bprop)


def prelu(x, a):
    return np.where(x > 0, x, a[..., None, :] * x)


def prelu_bprop(v, x, a):
    return v * np.where(x > 0, 1, a), np.where(x > 0, 0, v * x).sum(axis=0)


PRELU = Plain(args(x=(3, 4), a=(4,)), prelu, prelu_bprop)


def glu(x):
    a, b = np.split(x, 2, axis=-1)
    return a * sigmoid(b)


def glu_parts(v, x):
    a, b = np.split(x, 2, axis=-1)
    return v * sigmoid(b), v * a * sigmoid_slope(b)


GLU = Plain(args(x=(2, 6)), glu, lambda v, x: np.concatenate(glu_parts(v, x), axis=-1))
ROOT = math.sqrt(2 * math.pi)


def dipped(x):
    return np.where((x > 1.2) & (x < 1.5), 0.999, 1) * tanh_slope(x)


TANH = elementwise(np.tanh, tanh_slope, 8)

MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        SOFTSIGN,
        "softsign: sign forgotten",
        "bprop",
        "1 + x for 1 + |x|: right for positive inputs only",
        **sloped(lambda x: 1 / (1 + x) ** 2),
    ),
    spoiled(
        SELU,
        "selu: alpha truncated",
        "jacobian",
        "1.67326 for 1.6732632...: 2e-6 on the negative side",
        **sloped(lambda x: selu_slope(x, 1.67326)),
    ),
    spoiled(
        SELU,
        "selu: lambda on one side only",
        "bprop",
        "the scale is missing on the positive side",
        **sloped(lambda x: np.where(x > 0, 1, selu_slope(x))),
    ),
    spoiled(
        CELU,
        "celu: alpha missing in the exponent",
        "bprop",
        "exp(x) for exp(x/alpha)",
        **sloped(lambda x: np.exp(np.minimum(x, 0))),
    ),
    spoiled(
        ELU,
        "elu: y + 1",
        "bprop",
        "y + 1 for y + alpha, which is the same for alpha = 1 only",
        **sloped(lambda x: np.where(x > 0, 1, 0.7 * np.expm1(np.minimum(x, 0)) + 1)),
    ),
    spoiled(
        MISH,
        "mish: sech not squared",
        "jacobian",
        "the derivative of tanh is sech squared",
        **sloped(lambda x: mish_slope(x, power=1)),
    ),
    spoiled(
        HARD_SWISH,
        "hard_swish: flat above 3",
        "bprop",
        "the slope above 3 is 1",
        **sloped(lambda x: np.where(np.abs(x) >= 3, 0, (2 * x + 3) / 6)),
    ),
    spoiled(
        HARD_SIGMOID,
        "hard_sigmoid: 0.1667",
        "bprop",
        "one sixth in four decimals",
        **sloped(lambda x: np.where(np.abs(x) < 3, 0.1667, 0)),
    ),
    spoiled(
        SOFTPLUS,
        "softplus: linear beyond 5",
        "bprop",
        "the slope is taken for 1 where it is still 0.993",
        **sloped(lambda x: np.where(x > 5, 1, sigmoid(x))),
    ),
    spoiled(
        SOFTPLUS,
        "softplus: 1 + 1e-7",
        "jacobian",
        "a relative error of 1e-7 everywhere",
        **sloped(lambda x: sigmoid(x) * (1 + 1e-7)),
    ),
    spoiled(TANHSHRINK, "tanhshrink: the slope of tanh", "bprop", "1 - tanh^2 for tanh^2", **sloped(tanh_slope)),
    spoiled(
        SOFTSHRINK,
        "softshrink: odd slope",
        "bprop",
        "the slope has the sign of x, though the function is odd",
        **sloped(lambda x: np.where(np.abs(x) > 0.5, np.sign(x), 0)),
    ),
    spoiled(
        SNAKE,
        "snake: cosine missing",
        "bprop",
        "2 sin(2x) for 2 sin(2x) cos(2x)",
        **sloped(lambda x: 1 + 2 * np.sin(2 * x)),
    ),
    spoiled(
        BENT,
        "bent identity: no half",
        "bprop",
        "x/sqrt(x^2 + 1) without the 1/2",
        **sloped(lambda x: x / np.sqrt(x * x + 1) + 1),
    ),
    spoiled(
        ISRU,
        "isru: power one half",
        "bprop",
        "-1/2 for -3/2: as if the denominator were constant",
        **sloped(lambda x: (1 + 3 * x * x) ** -0.5),
    ),
    spoiled(
        LECUN,
        "scaled tanh: 0.6667",
        "bprop",
        "two thirds in four decimals",
        **sloped(lambda x: 1.7159 * 0.6667 * tanh_slope(2 * x / 3)),
    ),
    spoiled(
        SIGNED_LOG,
        "signed_log: nothing at zero",
        "bprop",
        "sign(x)^2 is 0 at 0, where the slope is 1",
        **sloped(lambda x: np.sign(x) ** 2 / (1 + np.abs(x))),
    ),
    spoiled(
        SIGNED_SQUARE,
        "signed_square: 2x",
        "jacobian",
        "2x for 2|x|: wrong for negative inputs",
        **sloped(lambda x: 2 * x),
    ),
    spoiled(
        SIREN,
        "siren: phase",
        "bprop",
        "a phase of 1e-5 in the derivative only",
        **sloped(lambda x: 30 * np.cos(30 * x + 1e-5)),
    ),
    spoiled(
        SWISH,
        "swish: beta's gradient without x",
        "bprop",
        "the inner derivative with respect to beta is x",
        bprop=lambda v, x, beta: (swish_bprop(v, x, beta)[0], np.sum(v * x * sigmoid_slope(beta * x))),
    ),
    spoiled(
        SWISH,
        "swish: beta's gradient averaged",
        "bprop",
        "mean for sum over the entries that share beta",
        bprop=lambda v, x, beta: (swish_bprop(v, x, beta)[0], np.mean(v * x * x * sigmoid_slope(beta * x))),
    ),
    spoiled(
        PRELU,
        "prelu: slope's gradient from the other side",
        "bprop",
        "positive entries do not depend on the slope",
        bprop=lambda v, x, a: (v * np.where(x > 0, 1, a), np.where(x > 0, v * x, 0).sum(axis=0)),
    ),
    spoiled(
        PRELU,
        "prelu: slope's gradient from one row",
        "bprop",
        "the first row for the sum over rows",
        bprop=lambda v, x, a: (v * np.where(x > 0, 1, a), np.where(x > 0, 0, v * x)[0]),
    ),
    spoiled(
        GLU,
        "glu: halves swapped",
        "bprop",
        "the gradients of value and gate change places",
        bprop=lambda v, x: np.concatenate(glu_parts(v, x)[::-1], axis=-1),
    ),
    spoiled(
        TANH, "tanh: dip between 1.2 and 1.5", "bprop", "1e-3 off in a small part of the line only", **sloped(dipped)
    ),
    spoiled(
        TANH,
        "tanh: wrong for negative inputs, little",
        "jacobian",
        "1e-6 off for negative inputs",
        **sloped(lambda x: tanh_slope(x) * np.where(x < 0, 1 + 1e-6, 1)),
    ),
    spoiled(
        TANH,
        "tanh: shifted by one",
        "bprop",
        "each entry gets its neighbour's slope",
        **sloped(lambda x: np.roll(tanh_slope(x), 1)),
    ),
)
