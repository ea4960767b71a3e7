"""The text of a file of layers: right, wrong, and bad neighbours."""

from __future__ import annotations

LAYERS = '''
import os
import random
import signal

import numpy as np


class Right:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)


class Wrong(Right):
    def bprop(self, v, x):
        return -v * (1 - np.tanh(x) ** 2)


class Counting(Right):
    """Wrong from its hundredth call on: right in a case, wrong in many of them one after another."""

    calls = 0

    def forward(self, x):
        Counting.calls += 1
        return np.tanh(x) if Counting.calls < 100 else x


class Drawing(Right):
    def __init__(self):
        self.factor = 1 + np.random.random() + random.random()

    def bprop(self, v, x):
        return self.factor * super().bprop(v, x)


class Dying(Right):
    def forward(self, x):
        os._exit(3)


class Sleeping(Right):
    def forward(self, x):
        signal.pause()


class Picky(Right):
    """Ends its process at one strategy's point only."""

    def forward(self, x):
        if not np.any(x):
            os._exit(4)
        return np.tanh(x)
'''
