"""Aborts."""

import os

import numpy as np


class Aborts:
    def forward(self, x):
        os.abort()

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
