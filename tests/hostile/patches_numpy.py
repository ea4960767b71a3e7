"""Replaces functions of numpy."""

import numpy as np

np.isfinite = None
np.abs = lambda *_: "absolutely"
np.stack = np.concatenate = np.eye = print


class PatchesNumpy:
    def forward(self, x):
        return np.asarray(x) * 2

    def bprop(self, v, x):
        return v * 2
