"""Is NaN everywhere."""

import numpy as np


class NotANumber:
    def forward(self, x):
        return x * np.nan

    def bprop(self, v, x):
        return v * np.nan
