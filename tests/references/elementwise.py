"""Elementwise functions: smooth, steep, oscillating, flat, with kinks, with tails, with an edge, with noise."""

from __future__ import annotations

import math
from typing import Any

import mpmath as mp
import numpy as np

from tests.references.kit import each, logistic, sigmoid, sign


def softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


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
    each("jitter", lambda x: np.tanh(x) * (1 + 1e-10 * np.sin(1e19 * x)), lambda x: mp.sech(x) ** 2),
    each("log", np.log, lambda x: 1 / x, (0, math.inf)),
    each("sqrt", np.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), (0, math.inf)),
    each("reciprocal", lambda x: 1 / x, lambda x: -1 / x**2, (0, math.inf)),
    each("power", lambda x: x * x * np.sqrt(x), lambda x: 5 * x * mp.sqrt(x) / 2, (0, math.inf)),
    each("x_log_x", lambda x: x * np.log(x), lambda x: mp.log(x) + 1, (0, math.inf)),
    each("logit", lambda x: np.log(x) - np.log1p(-x), lambda x: 1 / (x * (1 - x)), (0, 1)),
    each("arcsin", np.arcsin, lambda x: 1 / mp.sqrt((1 - x) * (1 + x)), (-1, 1)),
)
