"""Raises in bprop."""

import numpy as np


class RaisesInBprop:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        raise ArithmeticError("backwards is hard")
