"""Returns an array of objects."""

import numpy as np


class ObjectOutput:
    def forward(self, x):
        return np.array([object() for _ in x], dtype=object)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
