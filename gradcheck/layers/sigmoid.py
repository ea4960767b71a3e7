"""Logistic sigmoid of each entry: y = 1 / (1 + exp(-x))."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import diagonal
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class Sigmoid(Layer):
    """Logistic sigmoid, entry by entry, x : (...) -> y : (...).

    y = 1 / (1 + exp(-x)) gives y' = exp(-x) / (1 + exp(-x))^2 = y (1 - y), and 1 - y(x) = y(-x), so

        dy_i/dx_k = delta_ik y_i (1 - y_i),    z_k = v_k y(x_k) y(-x_k),    shapes (*s, *s) and (*s).

    With e = exp(-|x|) nothing overflows: y = 1 / (1 + e) on the right, e / (1 + e) on the left, y' = e / (1 + e)^2 on
    both sides, because y' is even. Written as y (-x), 1 - y keeps its digits where y rounds to 1.
    """

    inputs = (Input("x", ("n",)),)

    def forward(self, x: Array) -> Array:
        """The sigmoid of x, of the shape of x."""
        y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
        return y

    def jacobian(self, x: Array) -> Array:
        """dy/dx = e / (1 + e)^2 on the diagonal, shape (*x.shape, *x.shape)."""
        e = np.exp(-np.abs(x))
        return diagonal(e / (1 + e) ** 2)

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product v y(x) y(-x), of the shape of x."""
        return v * self.forward(x) * self.forward(-x)

    @law
    def complement(self, x: Array) -> tuple[Array, Array]:
        """sigmoid(-x) = 1 - sigmoid(x), as a sum."""
        total = self.forward(x) + self.forward(-x)
        return total, np.ones_like(total)
