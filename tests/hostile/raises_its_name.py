"""Has attributes that raise."""

import numpy as np


class RaisesItsName:
    @property
    def name(self):
        raise RuntimeError("anonymous")

    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
