"""Takes memory without end."""

import numpy as np


class Allocates:
    def forward(self, x):
        kept = []
        while True:
            kept.append(bytearray(10**7))

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
