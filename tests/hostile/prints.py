"""Prints megabytes, to everything that can be written to."""

import os
import sys

import numpy as np


class Prints:
    def forward(self, x):
        print("x" * 10**5)
        print("y" * 10**5, file=sys.stderr)
        os.write(1, b"\x1b[2J" * 10**4)
        os.write(2, b"\x1b[2J" * 10**4)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
