"""Layers that are wrong in one corner, or nowhere: each entry's x tanh(x), with a slip of a thousandth where asked."""

from __future__ import annotations

import numpy as np

from gradcheck import Input

VECTOR = (Input("x", ("n",)),)


class Swish:
    """x tanh(x), right unless `slips` says where its bprop is not."""

    name = "planted"

    def __init__(self, slips=lambda x: False, inputs=VECTOR):
        self.slips = slips
        self.inputs = inputs

    def forward(self, x):
        return x * np.tanh(x)

    def bprop(self, v, x):
        t = np.tanh(x)
        return v * (t + x * (1 - t * t)) * np.where(self.slips(x), 1.001, 1)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


class ClippedSoftmax:
    """Forgets in its bprop that its forward clips."""

    name = "planted"

    def forward(self, x):
        return softmax(np.clip(x, -8, 8))

    def bprop(self, v, x):
        s = self.forward(x)
        return s * (v - v @ s)


class Product:
    """x y, wrong for x where `slips` says so of both."""

    name = "planted"

    def __init__(self, slips=lambda x, y: False):
        self.slips = slips

    def forward(self, x, y):
        return x * y

    def bprop(self, v, x, y):
        return v * y * np.where(self.slips(x, y), 1.001, 1), v * x
