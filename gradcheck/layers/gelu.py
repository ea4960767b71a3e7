"""Gaussian error linear unit of each entry, tanh form: y = x (1 + tanh(u)) / 2, u = sqrt(2/pi) (x + 0.044715 x^3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import diagonal
from gradcheck.layers.sigmoid import Sigmoid
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array

CUBIC = 0.044715
sigmoid = Sigmoid().forward


class GELU(Layer):
    """Gaussian error linear unit in the tanh form, entry by entry, x : (...) -> y : (...).

    Hendrycks and Gimpel, Gaussian Error Linear Units (2016): y = x (1 + tanh(u)) / 2 with
    u = sqrt(2/pi) (x + 0.044715 x^3). Since (1 + tanh(u)) / 2 = sigmoid(2 u), with t = 2 u the layer is
    y = x sigmoid(t), and with sigmoid'(t) = sigmoid(t) sigmoid(-t) the product rule gives

        y' = sigmoid(t) + x t' sigmoid(t) sigmoid(-t),    t' = 2 sqrt(2/pi) (1 + 3 * 0.044715 x^2),
        dy_i/dx_k = delta_ik y'_i,    z_k = v_k sigmoid(t_k) (1 + x_k t'_k sigmoid(-t_k)),    shapes (*s, *s) and (*s).

    The sigmoid keeps the digits on the left, where 1 + tanh(u) cancels.
    """

    inputs = (Input("x", ("n",)),)

    def forward(self, x: Array) -> Array:
        """x sigmoid(t), of the shape of x."""
        return x * sigmoid(_argument(_clipped(x)))

    def jacobian(self, x: Array) -> Array:
        """dy/dx = sigmoid(t) + x t' e / (1 + e)^2, e = exp(-|t|), on the diagonal, shape (*x.shape, *x.shape)."""
        x = _clipped(x)
        t = _argument(x)
        e = np.exp(-np.abs(t))
        return diagonal(sigmoid(t) + x * _slope(x) * e / (1 + e) ** 2)

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product v sigmoid(t) (1 + x t' sigmoid(-t)), of the shape of x."""
        x = _clipped(x)
        t = _argument(x)
        return v * sigmoid(t) * (1 + x * _slope(x) * sigmoid(-t))

    @law
    def two_halves(self, x: Array) -> tuple[Array, Array]:
        """gelu(x) - gelu(-x) = x, because sigmoid(t) + sigmoid(-t) = 1 and t is odd."""
        return self.forward(x) - self.forward(-x), x


def _clipped(x: Array) -> Array:
    # Beyond +-64, |t| > 18000: the sigmoid is 0 or 1 in extended precision too, and x^3 cannot overflow.
    return np.clip(x, -64, 64)


def _argument(x: Array) -> Array:
    return _scale(x) * x * (1 + CUBIC * x * x)


def _slope(x: Array) -> Array:
    # Not 3 * CUBIC first: that product would be rounded to double, and forward and derivative would differ by it.
    return _scale(x) * (1 + 3 * (CUBIC * x * x))


def _scale(x: Array) -> np.floating:
    # 2 sqrt(2/pi) in the precision of x, with pi = 4 arctan(1).
    scale: np.floating = 2 / np.sqrt(2 * np.arctan(x.dtype.type(1)))
    return scale
