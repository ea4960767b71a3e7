"""Closes its standard streams."""

import sys

import numpy as np


class ClosesStdout:
    def forward(self, x):
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
