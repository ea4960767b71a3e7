"""Returns complex numbers."""

import numpy as np


class ComplexOutput:
    def forward(self, x):
        return np.tanh(x) * 1j

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
