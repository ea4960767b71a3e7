"""Is called like a module that everybody needs; it is right."""

import math


class Numpy:
    def forward(self, x):
        return math.e**x

    def bprop(self, v, x):
        return v * math.e**x
