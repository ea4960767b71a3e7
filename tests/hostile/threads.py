"""Leaves threads running that nobody waits for; it is right."""

import threading

import numpy as np


class Threads:
    started = False

    def forward(self, x):
        if not self.started:
            self.started = True
            threading.Thread(target=threading.Event().wait).start()
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
