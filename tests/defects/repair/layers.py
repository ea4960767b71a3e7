"""Layers whose `bprop` is one edit away from a right one."""

from __future__ import annotations

import numpy as np

from gradcheck import Input


class Gate:
    """tanh(u) sigmoid(w): the cotangent of w lacks a factor."""

    inputs = (Input("u", ("n",)), Input("w", ("n",)))

    def forward(self, u, w):
        return np.tanh(u) / (1 + np.exp(-w))

    def bprop(self, v, u, w):
        t, s = np.tanh(u), 1 / (1 + np.exp(-w))
        return v * (1 - t * t) * s, v * t * s


class Recurrence:
    """h[t] = a[t] h[t-1] + x[t]: the factor of a neighbouring step is taken."""

    inputs = (Input("a", ("n",)), Input("x", ("n",)))

    def forward(self, a, x):
        h = [x[..., 0]]
        for t in range(1, x.shape[-1]):
            h.append(a[..., t] * h[-1] + x[..., t])
        return np.stack(h, axis=-1)

    def bprop(self, v, a, x):
        h, g = self.forward(a, x), np.zeros_like(v)
        da = np.zeros_like(a)
        g[-1] = v[-1]
        for t in range(len(v) - 2, -1, -1):
            g[t] = v[t] + a[t] * g[t + 1]
        da[1:] = g[1:] * h[:-1]
        return da, g


class Scatter:
    """Sums over edges: parts for one node are overwritten."""

    inputs = (Input("x", (4,)),)
    ends = np.array([0, 1, 1, 3, 0])

    def forward(self, x):
        return np.sin(x)[..., self.ends]

    def bprop(self, v, x):
        g = np.zeros_like(x)
        g[self.ends] += v * np.cos(x)[self.ends]
        return g


class Pair:
    """Two steps back, of which the second sees what the first one has changed."""

    inputs = (Input("x", ("n",)), Input("y", ("n",)))

    def forward(self, x, y):
        s, q = np.sin(x), np.cos(y)
        return np.stack([s + 0.5 * q, q - 0.3 * s])

    def bprop(self, v, x, y):
        s, q = v
        s = s - 0.3 * q
        q = q + 0.5 * s
        return s * np.cos(x), -q * np.sin(y)


class Far:
    """A product with too much wrong for a single edit."""

    inputs = (Input("x", ("n",)), Input("y", ("n",)))

    def forward(self, x, y):
        return np.exp(np.sin(x)) * np.cos(y * x)

    def bprop(self, v, x, y):
        return v * np.cosh(x + y), v * np.tanh(x - 3 * y) ** 3


class Printing(Gate):
    """What does more than compute is not run in other forms."""

    def bprop(self, v, u, w):
        print(end="")
        t, s = np.tanh(u), 1 / (1 + np.exp(-w))
        return v * (1 - t * t) * s, v * t * s


class Counting(Gate):
    """What changes the layer is not run in other forms either."""

    calls = np.zeros(1)

    def bprop(self, v, u, w):
        self.calls[0] += 1
        t, s = np.tanh(u), 1 / (1 + np.exp(-w))
        return v * (1 - t * t) * s, v * t * s


class Preactivation:
    """tanh, of which the derivative takes what goes in for what comes out."""

    def forward(self, x):
        return np.tanh(1.5 * x)

    def bprop(self, v, x):
        z = 1.5 * x
        return 1.5 * v * (1 - z * z)


class Radicand:
    """A root, whose number is left out in the derivative."""

    def forward(self, x):
        return np.sqrt(x * x + 0.3)

    def bprop(self, v, x):
        return v * x / np.sqrt(x * x)


class Clipped:
    """A square whose cotangent is divided by its own size."""

    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        s = np.max(np.abs(v)) + 1
        return 2 * x * v / s


class Filling:
    """The last state of a recurrence, kept in a list: a loop over that list has no end."""

    inputs = (Input("x", ("n",)), Input("u", (1,)))

    def forward(self, x, u):
        h = 0 * u[..., 0]
        for t in range(x.shape[-1]):
            h = np.tanh(x[..., t] + h * u[..., 0])
        return h

    def bprop(self, v, x, u):
        hs = [0 * u[0]]
        for one in x:
            hs.append(np.tanh(one + hs[-1] * u[0]))
        g, dx, du = v, np.zeros_like(x), np.zeros_like(u)
        for t in reversed(range(len(x))):
            a = g * (1 - hs[t + 1] ** 2)
            dx[t] = a
            du += hs[t + 1] * a
            g = a * u[0]
        return dx, du


class Iterating(Gate):
    """What calls a loop that goes on until numbers are small is left alone."""

    def root(self, x):
        y = x
        while abs(y * y - x).max() > 1e-12:
            y = (y + x / y) / 2
        return y

    def bprop(self, v, u, w):
        t, s = np.tanh(u), 1 / (1 + np.exp(-w))
        return v * (1 - t * t) * s, v * t * s * self.root(np.ones_like(w))


class Axis:
    """Rows less their means; the derivative takes means of columns off."""

    inputs = (Input("x", ("b", "n")),)

    def forward(self, x):
        return np.sin(x - x.mean(axis=-1, keepdims=True))

    def bprop(self, v, x):
        g = v * np.cos(x - x.mean(axis=-1, keepdims=True))
        return g - g.mean(axis=0, keepdims=True)
