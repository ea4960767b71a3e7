"""Returns what raises when it is read as an array."""

import numpy as np


class Refusing:
    def __array__(self, dtype=None, copy=None):
        raise MemoryError("not an array")

    def __repr__(self):
        raise ValueError("no repr")


class RaisesAsArray:
    def forward(self, x):
        return Refusing()

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
