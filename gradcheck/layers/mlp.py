"""Multilayer perceptron with one hidden layer: y = tanh(x W1 + b1) W2 + b2."""

from __future__ import annotations

from gradcheck.layers.chain import chain
from gradcheck.layers.linear import Linear
from gradcheck.layers.tanh import Tanh

mlp = chain(
    Linear,
    Tanh,
    Linear,
    name="mlp",
    shapes={"W1": ("n", "hidden"), "b1": ("hidden",), "W2": ("hidden", "m")},
)
"""Linear, tanh, linear; x : (batch, n), W1 : (n, hidden), b1 : (hidden,), W2 : (hidden, m), b2 : (m,) -> (batch, m).

With h = tanh(x W1 + b1) and a cotangent v : (batch, m), the chain rule gives from the last layer to the first

    gradient of b2 = sum_r v_r,         of W2 = h^T v,      cotangent of h = v W2^T,
    cotangent of x W1 + b1 = u = (v W2^T) (1 - h^2),        shape (batch, hidden),
    gradient of b1 = sum_r u_r,         of W1 = x^T u,      of x = u W1^T.

With all weights and biases at zero h and W2 are zero, so the gradients of x, W1, b1 and W2 are exactly zero and stay so
under gradient descent; that of b2 is the sum of the cotangents, and not zero.

The Jacobians are those products written out, such as dy/dx = W2^T diag(1 - h^2) W1^T, shape (m, n), for one row.
"""
