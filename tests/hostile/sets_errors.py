"""Makes numpy raise at every overflow, and does not undo it."""

import numpy as np


class SetsErrors:
    def forward(self, x):
        np.seterr(all="raise")
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
