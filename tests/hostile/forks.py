"""Goes on in two processes."""

import os

import numpy as np


class Forks:
    forked = False

    def forward(self, x):
        if not self.forked:
            self.forked = True
            os.fork()
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
