"""Raises an exception whose text cannot be had."""

import numpy as np


class UnprintableError(Exception):
    def __str__(self):
        raise ValueError("no text either")


class RaisesUnprintableError:
    def forward(self, x):
        raise UnprintableError

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
