"""Raises KeyboardInterrupt, as if someone had pressed Ctrl-C."""

import numpy as np


class Interrupts:
    def forward(self, x):
        raise KeyboardInterrupt

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
