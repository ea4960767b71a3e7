"""Cross-entropy over the last axis: L = -sum_i t_i ln z_i, of probabilities z for targets t."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array


class CrossEntropy(Layer):
    """Cross-entropy over the last axis, z : (..., n), t : (..., n) -> L : (...).

    z holds probabilities, 0 < z_i < 1; the targets t sum to one and are constants. Of L = -sum_i t_i ln z_i only the
    term of z_k depends on it, so for one row

        dL/dz_k = -t_k / z_k,    shape (n,).

    L is one number a row; with a cotangent v : (...) the product is -v t_k / z_k, shape (..., n). The derivative is
    that of the formula with each z_k free: nothing holds z on the simplex while it is taken.
    """

    inputs = (Input("z", ("n",), domain="simplex"), Input("t", ("n",), domain="simplex", differentiable=False))

    def forward(self, z: Array, t: Array) -> Array:
        """One loss a row, shape (...)."""
        loss: Array = -(t * np.log(z)).sum(axis=-1)
        return loss

    def jacobian(self, z: Array, t: Array) -> Array:
        """dL/dz, shape (*L.shape, *z.shape); zero between different rows of a batch."""
        return spread(-t / z, 0, 1)

    def bprop(self, v: Array, z: Array, t: Array) -> Array:
        """The vector-Jacobian product -v t / z, of the shape of z."""
        return -v[..., None] * t / z

    @law
    def linear_in_targets(self, z: Array, t: Array) -> tuple[Array, Array]:
        """L(z, 2 t) = 2 L(z, t)."""
        return self.forward(z, 2 * t), 2 * self.forward(z, t)

    @law
    def order_of_classes(self, z: Array, t: Array) -> tuple[Array, Array]:
        """Reversing the classes in z and t alike changes nothing."""
        return self.forward(z, t), self.forward(z[..., ::-1], t[..., ::-1])
