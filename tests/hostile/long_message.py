"""Raises an exception with a text of ten megabytes."""

import numpy as np


class LongMessage:
    def forward(self, x):
        raise RuntimeError("long" * 2_500_000)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
