"""Softmax over the last axis: s_i = exp(x_i) / sum_j exp(x_j)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import exactly_shifted, spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class Softmax(Layer):
    """Softmax over the last axis, x : (..., n) -> s : (..., n).

    With e_i = exp(x_i) and S = sum_j e_j, the quotient rule gives for one row

        ds_i/dx_k = (delta_ik e_i S - e_i e_k) / S^2 = delta_ik s_i - s_i s_k,    shape (n, n):

    s_i - s_i^2 = s_i (1 - s_i) on the diagonal and -s_i s_k off it. Contracting with a cotangent v : (..., n),

        z_k = sum_i v_i ds_i/dx_k = v_k s_k - s_k sum_i v_i s_i = s_k (v_k - v.s),    shape (..., n).

    Subtracting the maximum first changes nothing (`shift_invariance`) and keeps exp from overflowing.
    """

    inputs = (Input("x", ("n",)),)

    def forward(self, x: Array) -> Array:
        """Probabilities, of the shape of x."""
        e = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
        s: Array = e / e.sum(axis=-1, keepdims=True)
        return s

    def jacobian(self, x: Array) -> Array:
        """ds/dx, shape (*x.shape, *x.shape); zero between different rows of a batch."""
        s = self.forward(x)
        own = np.eye(x.shape[-1], dtype=bool)
        rest = s @ ~own  # 1 - s_i as the sum of the others, which keeps its digits where s_i rounds to 1
        rows = np.where(own, (s * rest)[..., None], -s[..., :, None] * s[..., None, :])
        return spread(rows, 1, 1)

    def bprop(self, v: Array, x: Array) -> Array:
        """The vector-Jacobian product s * (v - v.s), of the shape of x."""
        s = self.forward(x)
        # Shifting v changes nothing; done twice, the second time removes what rounding left where one s_i is nearly 1.
        return s * _centred(_centred(v, s), s)

    @law
    def shift_invariance(self, x: Array) -> tuple[Array, Array]:
        """softmax(x) = softmax(x + c)."""
        here, there = exactly_shifted(x)
        return self.forward(here), self.forward(there)

    @law
    def sums_to_one(self, x: Array) -> tuple[Array, Array]:
        """The outputs of a row are probabilities: they sum to one."""
        total = self.forward(x).sum(axis=-1)
        return total, np.ones_like(total)

    @law
    def jacobian_rows_sum_to_zero(self, x: Array) -> tuple[Array, Array]:
        """What follows from shift invariance: the positive entries of a row of the Jacobian undo the negative ones."""
        j = self.jacobian(x)
        return np.maximum(j, 0).sum(axis=-1), np.maximum(-j, 0).sum(axis=-1)

    @law
    def jacobian_symmetry(self, x: Array) -> tuple[Array, Array]:
        """ds_i/dx_k = ds_k/dx_i."""
        j = self.jacobian(x)
        return j, np.moveaxis(j, range(x.ndim), range(x.ndim, 2 * x.ndim))


def _centred(v: Array, s: Array) -> Array:
    centred: Array = v - (v * s).sum(axis=-1, keepdims=True)
    return centred
