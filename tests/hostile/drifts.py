"""Never returns the same twice."""

import numpy as np


class Drifts:
    def forward(self, x):
        return np.tanh(x) + np.random.default_rng().normal(size=x.shape)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
