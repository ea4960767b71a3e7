"""Returns another shape at every call."""

import numpy as np


class ChangesShape:
    calls = 0

    def forward(self, x):
        self.calls += 1
        return np.tanh(np.resize(x, self.calls))

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
