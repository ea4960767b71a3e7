"""Cannot be pickled or copied; it is right."""

import threading

import numpy as np


class Unpicklable:
    def __init__(self):
        self.lock = threading.Lock()
        self.function = lambda x: 0 + np.tanh(x)

    def __reduce_ex__(self, protocol):
        raise TypeError("not this one")

    def forward(self, x):
        with self.lock:
            return self.function(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
