"""Has escape codes in its name and its messages."""

import numpy as np


class Escapes:
    name = "\x1b[31mred\x1b]8;;http://example.org\x07"

    def forward(self, x):
        raise RuntimeError("\x1b]0;title\x07\x1b[2J\x9b31m\u202e::error::\r\n")

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
