"""Has a representation of a hundred megabytes, in everything it raises and returns."""

import numpy as np


class Long:
    def __repr__(self):
        return "long" * 25_000_000

    __str__ = __repr__


class HugeRepr:
    def forward(self, x):
        return Long()

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
