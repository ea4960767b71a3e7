"""Hyperbolic tangent of each entry: y = tanh(x)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import diagonal
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class Tanh(Layer):
    """Hyperbolic tangent, entry by entry, x : (...) -> y : (...).

    y = sinh(x) / cosh(x), and the quotient rule gives y' = (cosh^2 - sinh^2) / cosh^2 = 1 - y^2 = 1 / cosh(x)^2, so

        dy_i/dx_k = delta_ik (1 - y_i^2),    z_k = v_k (1 - y_k^2),    shapes (*s, *s) and (*s).

    Both are written with e = exp(-2 |x|), because 1 - y^2 has no digits left where y rounds to 1: dividing by
    exp(2 |x|) above and below, 1 / cosh(x)^2 = 4 e / (1 + e)^2 and 1 - |y| = 2 e / (1 + e). Neither overflows.
    """

    inputs = (Input("x", ("n",)),)

    def forward(self, x: Array) -> Array:
        """tanh(x), of the shape of x."""
        y: Array = np.tanh(x)
        return y

    def jacobian(self, x: Array) -> Array:
        """dy/dx = 1 / cosh(x)^2 on the diagonal, shape (*x.shape, *x.shape)."""
        e = np.exp(-2 * np.abs(x))
        return diagonal(4 * e / (1 + e) ** 2)

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product v (1 - y^2) = v (1 + |y|) (1 - |y|), of the shape of x."""
        e = np.exp(-2 * np.abs(x))
        z: Array = v * (1 + np.abs(np.tanh(x))) * (2 * e / (1 + e))
        return z

    @law
    def odd(self, x: Array) -> tuple[Array, Array]:
        """tanh(-x) = -tanh(x)."""
        return self.forward(-x), -self.forward(x)
