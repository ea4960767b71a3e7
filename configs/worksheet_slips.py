"""Claims of the worksheet that do not hold, written as anyone would write a layer of their own."""

import numpy as np

from gradcheck import Input


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def total(values):
    return values.sum(axis=-1, keepdims=True)


class SoftmaxIntermediate:
    """The softmax bprop half-way: -sum_{j != i} v_j s_j s_j + v_i s_i - v_i s_i^2, with s_j s_j in place of s_j s_i."""

    inputs = (Input("x", ("n",)),)

    def forward(self, x):
        return softmax(x)

    def bprop(self, v, x):
        s = softmax(x)
        own = v * s * s
        others = total(own) - own
        return -others + v * s - own


class LogSoftmaxClassroom:
    """The log-softmax bprop as the worksheet ends: v_i - s_i sum_{j != i} v_j, where the sum must run over all j."""

    inputs = (Input("x", ("n",)),)

    def forward(self, x):
        return np.log(softmax(x))

    def bprop(self, v, x):
        others = total(v) - v
        return v - softmax(x) * others


class NLLSquare:
    """The modified cross-entropy L = -t.z with a gradient of shape n x n, where L is one number and has one row."""

    inputs = (Input("z", ("n",)), Input("t", ("n",), domain="simplex", differentiable=False))

    def forward(self, z, t):
        return -(t * z).sum(axis=-1)

    def jacobian(self, z, t):
        return -np.diag(t)
