"""Kills the process that started its own."""

import os
import signal

import numpy as np


class KillsItsParent:
    def forward(self, x):
        os.kill(os.getppid(), signal.SIGKILL)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
