"""Rectified linear unit of each entry: y = max(x, 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import diagonal
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class ReLU(Layer):
    """Rectified linear unit, entry by entry, x : (...) -> y : (...).

    y = x for x > 0 and y = 0 for x < 0, so with the step h(x) = 1 for x > 0, else 0,

        dy_i/dx_k = delta_ik h(x_i),    z_k = v_k h(x_k),    shapes (*s, *s) and (*s).

    At x = 0 the slopes are 0 on the left and 1 on the right; of the subgradients between them the layer gives 0.
    """

    inputs = (Input("x", ("n",)),)
    critical = (0.0,)

    def forward(self, x: Array) -> Array:
        """max(x, 0), of the shape of x."""
        return np.maximum(x, 0)

    def jacobian(self, x: Array) -> Array:
        """dy/dx = h(x) on the diagonal, shape (*x.shape, *x.shape)."""
        return diagonal((x > 0).astype(x.dtype))

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product: v where x > 0, else 0; of the shape of x."""
        return np.where(x > 0, v, 0)

    @law
    def two_halves(self, x: Array) -> tuple[Array, Array]:
        """relu(x) - relu(-x) = x."""
        return self.forward(x) - self.forward(-x), x

    @law
    def doubling(self, x: Array) -> tuple[Array, Array]:
        """relu(2 x) = 2 relu(x)."""
        return self.forward(2 * x), 2 * self.forward(x)
