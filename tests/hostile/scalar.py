"""Takes and returns arrays without axes; it is right."""

import numpy as np

from gradcheck import Input


class Scalar:
    inputs = (Input("x", ()),)

    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
