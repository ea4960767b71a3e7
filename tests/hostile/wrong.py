"""A layer whose derivative is wrong: whatever its neighbours do, that must be found."""

import numpy as np


class Wrong:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 + np.tanh(x) ** 2)
