"""Negative log-likelihood over the last axis, the modified cross-entropy: L = -t.z, of log-probabilities z."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class NLL(Layer):
    """Negative log-likelihood over the last axis, z : (..., n), t : (..., n) -> L : (...).

    The modified cross-entropy takes log-probabilities z, any real numbers, and constant targets t, so that no logarithm
    is left in it. L = -t.z = -sum_i t_i z_i is linear in z, so for one row

        dL/dz_k = -t_k,    shape (n,), a row vector 1 x n and not n x n, because L is one number,

    and with a cotangent v : (...) the product is -v t_k, shape (..., n).
    """

    inputs = (Input("z", ("n",)), Input("t", ("n",), domain="simplex", differentiable=False))

    def forward(self, z: Array, t: Array) -> Array:
        """One loss a row, shape (...)."""
        loss: Array = -(t * z).sum(axis=-1)
        return loss

    def jacobian(self, z: Array, t: Array) -> Array:
        """dL/dz = -t, shape (*L.shape, *z.shape); zero between different rows of a batch."""
        return spread(-t, 0, 1)

    def bprop(self, v: Array, z: Array, t: Array) -> Array:
        """The vector-Jacobian product -v t, of the shape of z."""
        return -v[..., None] * t

    @law
    def doubling(self, z: Array, t: Array) -> tuple[Array, Array]:
        """L(2 z, t) = 2 L(z, t)."""
        return self.forward(2 * z, t), 2 * self.forward(z, t)
