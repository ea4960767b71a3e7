"""Has markup of every kind in its name and its messages."""

import numpy as np


class Markup:
    name = "[bold]<b>&amp;</b> ]]> | `x` ::error file=a::[/bold]"

    def forward(self, x):
        raise RuntimeError("]]> <script>alert(1)</script> [/bold] `|` ::error::%0A\x00\ud800")

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
