"""Raises in forward."""

import numpy as np


class Raises:
    def forward(self, x):
        raise RuntimeError("it is raining")

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
