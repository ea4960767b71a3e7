"""Kills every process of its group."""

import os
import signal

import numpy as np


class KillsItsGroup:
    def forward(self, x):
        os.killpg(0, signal.SIGKILL)
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
