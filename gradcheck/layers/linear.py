"""Linear layer over the last axis: y = x W + b."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import beside, over_batch, products_over_batch, repeated, spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class Linear(Layer):
    """Linear layer, x : (..., n), W : (n, m), b : (m,) -> y : (..., m).

    For the item r of the batch, y_rj = sum_i x_ri W_ij + b_j. The items do not mix, and all share W and b, so

        dy_rj/dx_qi = delta_rq W_ij,        shape (..., m, ..., n)
        dy_rj/dW_ik = x_ri delta_jk,        shape (..., m, n, m)
        dy_rj/db_k  = delta_jk,             shape (..., m, m).

    Contracting with a cotangent v : (..., m),

        gradient of x = v W^T,              shape (..., n)
        gradient of W = sum_r x_r^T v_r,    shape (n, m)
        gradient of b = sum_r v_r,          shape (m,).
    """

    inputs = (Input("x", ("batch", "n")), Input("W", ("n", "m")), Input("b", ("m",)))

    def forward(self, x: Array, W: Array, b: Array) -> Array:
        """x W + b, shape (..., m); with one more leading axis on all inputs, a stack of independent layers."""
        y: Array = x @ W
        return y + beside(b, y)

    def jacobian(self, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
        """dy/dx, dy/dW and dy/db, each of shape (*y.shape, *input.shape)."""
        batch, eye = x.shape[:-1], np.eye(b.shape[-1], dtype=b.dtype)
        by_weights = x[..., None, :, None] * eye[:, None, :]
        return spread(repeated(W.T, batch), 1, 1), by_weights, repeated(eye, batch)

    def bprop(self, v: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
        """The vector-Jacobian products for x, W and b, each of its input's shape; all may be stacked."""
        return v @ W.swapaxes(-1, -2), products_over_batch(x, v, W), over_batch(v, b)

    @law
    def doubling(self, x: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """y(2 x, W, 2 b) = 2 y(x, W, b)."""
        return self.forward(2 * x, W, 2 * b), 2 * self.forward(x, W, b)
