"""Ends its process."""

import os

import numpy as np


class Dies:
    def forward(self, x):
        os._exit(3)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
