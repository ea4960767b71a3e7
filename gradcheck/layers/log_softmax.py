"""Log-softmax over the last axis: y_i = x_i - log sum_j exp(x_j)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import exactly_shifted, spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class LogSoftmax(Layer):
    """Logarithm of the softmax over the last axis, x : (..., n) -> y : (..., n).

    With s = softmax(x), the derivative of log sum_j exp(x_j) by x_k is exp(x_k) / sum_j exp(x_j) = s_k, so for one row

        dy_i/dx_k = delta_ik - s_k,    shape (n, n):

    1 - s_i on the diagonal and -s_k off it; all rows share the same s. Contracting with a cotangent v : (..., n),

        z_k = sum_i v_i (delta_ik - s_k) = v_k - s_k sum_i v_i,    shape (..., n),

    where the sum runs over all i, the own one included. With the maximum m of the row subtracted, the layer is
    y = (x - m) - log sum_j exp(x_j - m): the sum is at least 1, so y is finite where log(softmax(x)) is log 0.
    """

    inputs = (Input("x", ("n",)),)

    def forward(self, x: Array) -> Array:
        """Log-probabilities, of the shape of x."""
        z = x - x.max(axis=-1, keepdims=True, initial=-np.inf)
        y: Array = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
        return y

    def jacobian(self, x: Array) -> Array:
        """dy/dx, shape (*x.shape, *x.shape); zero between different rows of a batch."""
        s = np.exp(self.forward(x))
        own = np.eye(x.shape[-1], dtype=bool)
        rest = s @ ~own  # 1 - s_i as the sum of the others, which keeps its digits where s_i rounds to 1
        return spread(np.where(own, rest[..., None, :], -s[..., None, :]), 1, 1)

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product v - s * sum(v), of the shape of x."""
        s = np.exp(self.forward(x))
        # Doing it twice changes nothing, as z sums to 0, and removes what rounding left where one s_i is nearly 1.
        return _balanced(_balanced(v, s), s)

    @law
    def shift_invariance(self, x: Array) -> tuple[Array, Array]:
        """log_softmax(x) = log_softmax(x + c)."""
        here, there = exactly_shifted(x)
        return self.forward(here), self.forward(there)

    @law
    def exponentials_sum_to_one(self, x: Array) -> tuple[Array, Array]:
        """The outputs of a row are logarithms of probabilities: their exponentials sum to one."""
        total = np.exp(self.forward(x)).sum(axis=-1)
        return total, np.ones_like(total)


def _balanced(v: Array, s: Array) -> Array:
    balanced: Array = v - s * v.sum(axis=-1, keepdims=True)
    return balanced
