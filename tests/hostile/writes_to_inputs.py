"""Writes to what it is given."""

import numpy as np


class WritesToInputs:
    def forward(self, x):
        x[...] = np.nan
        return x

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
