"""Layer normalisation over the last axis: y = gain * (x - mean) / sqrt(variance + 1e-5) + bias."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Layer, law
from gradcheck.layers.blocks import beside, exactly_shifted, over_batch, repeated, spread
from gradcheck.records.input import Input

if TYPE_CHECKING:
    from gradcheck.records.case import Array

EPS = 1e-5


class LayerNorm(Layer):
    """Layer normalisation, x : (..., n), gain : (n,), bias : (n,) -> y : (..., n).

    Ba, Kiros and Hinton, Layer Normalization (2016). For one row with mean m, c_i = x_i - m,
    d = sqrt(sum_j c_j^2 / n + eps) and h_i = c_i / d, the layer is y_i = gain_i h_i + bias_i. From
    dc_i/dx_k = delta_ik - 1/n and dd/dx_k = sum_j c_j (delta_jk - 1/n) / (n d) = h_k / n, since sum_j c_j = 0,

        dy_i/dx_k    = gain_i / d (delta_ik - 1/n - h_i h_k / n),    shape (n, n)
        dy_i/dgain_k = delta_ik h_i,    dy_i/dbias_k = delta_ik,     shapes (n, n).

    Contracting with a cotangent v : (..., n), with g = v * gain and means over the row,

        gradient of x = (g - mean(g) - h mean(g h)) / d,                             shape (..., n)
        gradient of gain = sum of v h over the batch, of bias = sum of v over it,    shapes (n,).
    """

    inputs = (Input("x", ("n",)), Input("gain", ("n",)), Input("bias", ("n",)))

    def forward(self, x: Array, gain: Array, bias: Array) -> Array:
        """Normalised rows, of the shape of x; gain and bias may be stacked as x is."""
        h, _ = _normalised(x)
        return beside(gain, x) * h + beside(bias, x)

    def jacobian(self, x: Array, gain: Array, bias: Array) -> tuple[Array, Array, Array]:
        """dy/dx, dy/dgain and dy/dbias, each of shape (*x.shape, *input.shape)."""
        h, d = _normalised(x)
        n = x.shape[-1]
        eye = np.eye(n, dtype=x.dtype)
        rows = (gain / d)[..., :, None] * (eye - (1 + h[..., :, None] * h[..., None, :]) / n)
        return spread(rows, 1, 1), h[..., None] * eye, repeated(eye, x.shape[:-1])

    def bprop(self, v: Array, x: Array, gain: Array, bias: Array) -> tuple[Array, Array, Array]:
        """The vector-Jacobian products for x, gain and bias, each of its input's shape; all may be stacked."""
        h, d = _normalised(x)
        g = v * beside(gain, v)
        return (g - _mean(g) - h * _mean(g * h)) / d, over_batch(v * h, gain), over_batch(v, bias)

    @law
    def shift_invariance(self, x: Array, gain: Array, bias: Array) -> tuple[Array, Array]:
        """layer_norm(x) = layer_norm(x + c)."""
        here, there = exactly_shifted(x)
        return self.forward(here, gain, bias), self.forward(there, gain, bias)

    @law
    def doubling(self, x: Array, gain: Array, bias: Array) -> tuple[Array, Array]:
        """y(x, 2 gain, 2 bias) = 2 y(x, gain, bias)."""
        return self.forward(x, 2 * gain, 2 * bias), 2 * self.forward(x, gain, bias)


def _normalised(x: Array) -> tuple[Array, Array]:
    """h, shape (..., n), and d, shape (..., 1)."""
    away = x - x[..., :1]  # differences first: an offset that a row shares costs them no digits, a mean of it would
    c = away - _mean(away)
    d = np.sqrt(_mean(c * c) + EPS)
    return c / d, d


def _mean(x: Array) -> Array:
    mean: Array = x.mean(axis=-1, keepdims=True)
    return mean
