"""Takes and returns arrays without entries."""

import numpy as np

from gradcheck import Input


class Empty:
    inputs = (Input("x", (0,)),)

    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
