"""A right layer: whatever its neighbours do, it must get its verdict."""

import numpy as np


class Good:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
