"""Goes to another folder and stays there; it is right."""

import os

import numpy as np


class Moves:
    def forward(self, x):
        os.chdir("/")
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
