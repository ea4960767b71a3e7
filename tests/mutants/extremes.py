"""Wrong at one value or beyond one: zeros, tiny and huge numbers, overflow, cancellation, edges of a domain."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import (
    Mutant,
    Plain,
    args,
    elementwise,
    given,
    sigmoid,
    sigmoid_slope,
    sloped,
    softplus,
    spoiled,
    tanh_slope,
)


def series(x, near, far, edge=0.05):
    """`near` where |x| is small, `far` of a safe x elsewhere."""
    small = np.abs(x) < edge
    return np.where(small, near(np.where(small, x, 0)), far(np.where(small, 1, x)))


VERSINE = elementwise(
    lambda x: series(
        x, lambda t: t / 2 * (1 - t * t / 12 * (1 - t * t / 30 * (1 - t * t / 56))), lambda t: (1 - np.cos(t)) / t
    ),
    lambda x: series(
        x,
        lambda t: (1 - t * t / 4 * (1 - t * t / 18 * (1 - t * t / 40))) / 2,
        lambda t: np.sin(t) / t - (1 - np.cos(t)) / (t * t),
    ),
    5,
)


def decay(t):
    return -np.expm1(-t) / t


DECAY = elementwise(
    lambda x: series(
        x, lambda t: 1 - t / 2 * (1 - t / 3 * (1 - t / 4 * (1 - t / 5 * (1 - t / 6 * (1 - t / 7))))), decay, 0.01
    ),
    lambda x: series(
        x,
        lambda t: -0.5 + t / 3 * (1 - t * 3 / 8 * (1 - t * 4 / 15 * (1 - t * 5 / 24 * (1 - t * 6 / 35)))),
        lambda t: (np.exp(-t) - decay(t)) / t,
        0.01,
    ),
    4,
    domain="nonnegative",
)
SOFTPLUS = elementwise(softplus, sigmoid, 5)
LOGISTIC = elementwise(sigmoid, sigmoid_slope, 5)
LOG_SIGMOID = elementwise(lambda x: -softplus(-x), lambda x: sigmoid(-x), 5)
TANH = elementwise(np.tanh, tanh_slope, 5)
SWISH = elementwise(lambda x: x * sigmoid(x), lambda x: sigmoid(x) + x * sigmoid_slope(x), 5)
LOG = elementwise(np.log, lambda x: 1 / x, 5, domain="positive")
RECIPROCAL = elementwise(lambda x: 1 / x, lambda x: -1 / (x * x), 4, domain="nonzero")
ASIN = elementwise(np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)), 5, domain=(-1.0, 1.0))
ATANH = elementwise(np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)), 5, domain=(-1.0, 1.0))
LOGIT = elementwise(lambda x: np.log(x) - np.log1p(-x), lambda x: 1 / (x * (1 - x)), 5, domain="unit")
ATAN = elementwise(np.arctan, lambda x: 1 / (1 + x * x), 6)
ROOT = elementwise(np.sqrt, lambda x: 0.5 / np.sqrt(x), 4, domain="positive")


def entropy(x):
    return -np.where(x > 0, x * np.log(np.where(x > 0, x, 1)), 0)


ENTROPY = elementwise(entropy, lambda x: -1 - np.log(x), 5, domain="positive")
POWER = Plain(
    (*args("nonnegative", x=(4,)), *args((1.5, 3), p=(4,))),
    lambda x, p: x**p,
    lambda v, x, p: (v * p * x ** (p - 1), v * np.where(x > 0, x**p * np.log(np.where(x > 0, x, 1)), 0)),
)


def unit(x):
    n = np.sqrt((x * x).sum(axis=1, keepdims=True))
    return x / np.where(n > 0, n, 1)


def unit_bprop(v, x):
    n = np.sqrt((x * x).sum(axis=1, keepdims=True))
    y = unit(x)
    return np.where(n > 0, (v - y * (v * y).sum(axis=1, keepdims=True)) / np.where(n > 0, n, 1), 0)


LENGTHS = Plain(args(x=(3, 3)), lambda x: np.sqrt((x * x).sum(axis=-1)), lambda v, x: v[:, None] * unit(x))


def lengths_bprop(v, x):
    return v[:, None] * x / np.sqrt((x * x).sum(axis=1, keepdims=True))


def deviation(x, e=1e-3):
    return np.sqrt(np.maximum(x.var(axis=-1), e))


DEVIATION = Plain(
    args(x=(5,)), deviation, lambda v, x: v * np.where(x.var() > 1e-3, (x - x.mean()) / (x.size * deviation(x)), 0)
)
SOFT = Plain(
    args(x=(5,)),
    lambda x: np.log(np.exp(x - x.max()).sum()) + x.max(),
    lambda v, x: v * np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
)
LABELS = (*args(x=(4,)), *given("k", domain="labels", classes=4))
PICK = Plain(LABELS, lambda x, k: np.tanh(x)[k], lambda v, x, k: v * tanh_slope(x) * (np.arange(4) == k))


def raising_on_underflow(v, x):
    with np.errstate(all="raise"):
        return v / (1 + x * x)


def beyond(limit, factor):
    return lambda x: 1 / (1 + x * x) * np.where(x > limit, factor, 1)


MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        VERSINE,
        "versine: cancels near zero",
        "bprop",
        "0/0 at 0, garbage for tiny x, where the slope is 1/2",
        bprop=lambda v, x: v * np.nan_to_num((x * np.sin(x) - 1 + np.cos(x)) / (x * x)),
        jacobian=None,
    ),
    spoiled(
        DECAY,
        "decay: cancels near zero",
        "bprop",
        "loses all digits for tiny x, where the slope is -1/2",
        bprop=lambda v, x: v * np.where(x == 0, -0.5, (np.exp(-x) - decay(x)) / x),
        jacobian=None,
    ),
    spoiled(
        SOFTPLUS,
        "softplus: exp / (1 + exp)",
        "contract",
        "inf/inf above 709, where forward is fine",
        **sloped(lambda x: np.exp(x) / (1 + np.exp(x))),
    ),
    spoiled(
        LOGISTIC,
        "logistic: exp / (1 + exp)^2",
        "contract",
        "inf/inf, where forward is fine",
        **sloped(lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ),
    spoiled(
        LOGISTIC,
        "logistic: forward overflows",
        "contract",
        "NaN from forward above 709",
        forward=lambda x: np.exp(x) / (1 + np.exp(x)),
    ),
    spoiled(
        LOG_SIGMOID,
        "log_sigmoid: log of a probability",
        "contract",
        "log 0 = -inf below -745, where the value is x",
        forward=lambda x: np.log(1 / (1 + np.exp(-x))),
    ),
    spoiled(
        TANH,
        "tanh: by exponentials",
        "contract",
        "inf/inf in the derivative only",
        **sloped(lambda x: 1 - ((np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)) ** 2),
    ),
    spoiled(
        TANH,
        "tanh: capped when saturated",
        "bprop",
        "at least 1e-6, where it is 1e-17",
        **sloped(lambda x: np.maximum(tanh_slope(x), 1e-6)),
    ),
    spoiled(
        SWISH,
        "swish: y / x",
        "contract",
        "0/0 at exact zero",
        **sloped(lambda x: x * sigmoid(x) / x + x * sigmoid_slope(x)),
    ),
    spoiled(LOG, "log: eps added", "bprop", "1/(x + 1e-8): wrong for tiny x", **sloped(lambda x: 1 / (x + 1e-8))),
    spoiled(
        LOG, "log: slope capped", "bprop", "at most 1e6: wrong for tiny x", **sloped(lambda x: np.minimum(1 / x, 1e6))
    ),
    spoiled(
        RECIPROCAL,
        "reciprocal: guarded",
        "bprop",
        "-1/(x^2 + 1e-12): wrong near zero",
        **sloped(lambda x: -1 / (x * x + 1e-12)),
    ),
    spoiled(
        ASIN,
        "arcsin: clipped at the ends",
        "bprop",
        "1 - x^2 is taken for at least 1e-6",
        **sloped(lambda x: 1 / np.sqrt(np.maximum(1 - x * x, 1e-6))),
    ),
    spoiled(
        ATANH,
        "artanh: eps added",
        "bprop",
        "1/(1 - x^2 + 1e-7): wrong at the ends",
        **sloped(lambda x: 1 / (1 - x * x + 1e-7)),
    ),
    spoiled(
        LOGIT,
        "logit: probability clipped",
        "bprop",
        "to [1e-6, 1 - 1e-6], in the gradient only",
        **sloped(lambda x: 1 / (np.clip(x, 1e-6, 1 - 1e-6) * (1 - np.clip(x, 1e-6, 1 - 1e-6)))),
    ),
    spoiled(ATAN, "arctan: half beyond 100", "bprop", "wrong for x > 100 only", **sloped(beyond(100, 0.5))),
    spoiled(
        ATAN,
        "arctan: zero beyond 3e4",
        "jacobian",
        "wrong for |x| > 3e4 only, where it is 1e-9",
        **sloped(lambda x: (np.abs(x) < 3e4) / (1 + x * x)),
    ),
    spoiled(
        ATAN,
        "arctan: wrong below -5",
        "bprop",
        "0.99 of it for x < -5",
        **sloped(lambda x: 1 / (1 + x * x) * np.where(x < -5, 0.99, 1)),
    ),
    spoiled(ATAN, "arctan: zero at exact zero", "bprop", "a mask x != 0", **sloped(lambda x: (x != 0) / (1 + x * x))),
    spoiled(
        ATAN,
        "arctan: zero for tiny inputs",
        "bprop",
        "a mask |x| > 1e-8",
        **sloped(lambda x: (np.abs(x) > 1e-8) / (1 + x * x)),
    ),
    spoiled(
        ATAN,
        "arctan: wrong where all are equal",
        "bprop",
        "twice as much for a constant input",
        bprop=lambda v, x: v / (1 + x * x) * (2 if np.ptp(x) == 0 else 1),
    ),
    spoiled(
        ATAN,
        "arctan: wrong where two are equal",
        "bprop",
        "twice as much for an entry that occurs again",
        bprop=lambda v, x: v / (1 + x * x) * np.where((x[:, None] == x).sum(axis=1) > 1, 2, 1),
        jacobian=None,
    ),
    spoiled(
        ATAN,
        "arctan: wrong in ascending order",
        "bprop",
        "1.1 times as much where the entries ascend",
        bprop=lambda v, x: v / (1 + x * x) * (1.1 if (np.diff(x) > 0).all() else 1),
    ),
    spoiled(
        ATAN,
        "arctan: wrong where all are negative",
        "bprop",
        "half where no entry is positive",
        bprop=lambda v, x: v / (1 + x * x) * (0.5 if x.max() < 0 else 1),
    ),
    spoiled(
        ATAN,
        "arctan: wrong beside a spike",
        "bprop",
        "small entries get nothing where one is 100 times as large",
        bprop=lambda v, x: v / (1 + x * x) * (np.abs(x) * 100 >= np.abs(x).max()),
    ),
    spoiled(
        ATAN,
        "arctan: in float32",
        "bprop",
        "the slope has seven digits",
        **sloped(lambda x: (1 / (1 + x * x)).astype(np.float32).astype(x.dtype)),
    ),
    spoiled(
        ROOT, "sqrt: off for small inputs", "bprop", "0.5/sqrt(x + 1e-10)", **sloped(lambda x: 0.5 / np.sqrt(x + 1e-10))
    ),
    spoiled(
        ENTROPY,
        "entropy: eps in the logarithm",
        "bprop",
        "log(x + 1e-7): wrong for tiny x",
        **sloped(lambda x: -1 - np.log(x + 1e-7)),
    ),
    Mutant(
        "entropy: 0 log 0",
        lambda: elementwise(lambda x: x * np.log(x), lambda x: 1 + np.log(x), 4, domain="nonnegative"),
        "contract",
        "forward is NaN at 0, where the limit is 0",
    ),
    spoiled(
        POWER,
        "power: 0^p log 0",
        "contract",
        "0 * -inf in the exponent's gradient at x = 0",
        bprop=lambda v, x, p: (v * p * x ** (p - 1), v * x**p * np.log(x)),
    ),
    spoiled(
        POWER,
        "power: divided by x",
        "contract",
        "p y / x is 0/0 at x = 0",
        bprop=lambda v, x, p: (v * p * x**p / x, POWER.bprop(v, x, p)[1]),
    ),
    spoiled(
        LENGTHS, "lengths: zero row", "contract", "a row of zeros gives NaN, the others are right", bprop=lengths_bprop
    ),
    spoiled(
        DEVIATION,
        "deviation: guard forgotten",
        "bprop",
        "max(var, eps) in forward, var in bprop: small spreads only",
        bprop=lambda v, x: v * (x - x.mean()) / (x.size * np.sqrt(x.var() + 1e-30)),
    ),
    spoiled(
        SOFT,
        "logsumexp: naive bprop",
        "contract",
        "exp(x) / sum exp(x) overflows where forward does not",
        bprop=lambda v, x: v * np.exp(x) / np.exp(x).sum(),
    ),
    spoiled(
        PICK,
        "pick: last label",
        "bprop",
        "the last class gets no gradient",
        bprop=lambda v, x, k: PICK.bprop(v, x, k) * (k < 3),
    ),
    spoiled(
        PICK,
        "pick: label -1 for 0",
        "bprop",
        "class 0 is taken for 'nothing'",
        bprop=lambda v, x, k: PICK.bprop(v, x, k) * (k > 0),
    ),
    spoiled(
        ATAN,
        "arctan: raises on underflow",
        "contract",
        "floating point errors are turned into exceptions in bprop only",
        bprop=raising_on_underflow,
        jacobian=None,
    ),
    spoiled(
        ATAN,
        "arctan: wrong for whole numbers",
        "bprop",
        "a test x == round(x) takes 20 for an index",
        bprop=lambda v, x: v / (1 + x * x) * np.where((x == np.round(x)) & (x != 0) & (np.abs(x) < 50), 0, 1),
        jacobian=None,
    ),
    spoiled(
        ATAN,
        "arctan: wrong between 1e-6 and 1e-3",
        "bprop",
        "a branch for small inputs that drops the 1",
        **sloped(lambda x: np.where((np.abs(x) > 1e-6) & (np.abs(x) < 1e-3), 1 - np.abs(x), 1 / (1 + x * x))),
    ),
)
