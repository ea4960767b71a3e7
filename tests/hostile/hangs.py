"""Never comes back."""

import numpy as np


class Hangs:
    def forward(self, x):
        while True:
            pass

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
