"""Closes everything that can be closed."""

import os
import sys

import numpy as np


class Closes:
    def forward(self, x):
        sys.stdout.close()
        os.closerange(0, 64)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
