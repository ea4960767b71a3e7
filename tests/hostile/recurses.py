"""Calls itself without end."""

import numpy as np


class Recurses:
    def forward(self, x):
        return self.forward(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
