"""Makes warnings errors, and warns; it is right."""

import contextlib
import warnings

import numpy as np


class Warns:
    def forward(self, x):
        warnings.simplefilter("error")
        with contextlib.suppress(UserWarning):
            warnings.warn("beware", stacklevel=1)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
