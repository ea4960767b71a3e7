"""Leaves by sys.exit."""

import sys

import numpy as np


class Exits:
    def forward(self, x):
        sys.exit(7)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
