"""Reads where nothing is."""

import ctypes

import numpy as np


class Segfaults:
    def forward(self, x):
        ctypes.string_at(0)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
