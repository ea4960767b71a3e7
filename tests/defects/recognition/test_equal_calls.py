from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, tanh_slope

POINTS = ("normal", "uniform", "mixed")


class Tanh:
    """What the layers here have in common."""

    inputs = args(x=(4,))

    def __init__(self):
        self.kept = np.zeros(4)
        self.count = 0

    def forward(self, x):
        return np.tanh(x)


class Adding(Tanh):
    def bprop(self, v, x):
        self.kept = self.kept + v * tanh_slope(x)
        return self.kept


class AddingInPlace(Tanh):
    def bprop(self, v, x):
        self.kept += v * tanh_slope(x)
        return self.kept


class Momentum(Tanh):
    def bprop(self, v, x):
        self.kept = 0.5 * self.kept + v * tanh_slope(x)
        return self.kept.copy()


class Decaying(Tanh):
    def bprop(self, v, x):
        self.count += 1
        return 0.9**self.count * v * tanh_slope(x)


class ByArray(Tanh):
    def __init__(self):
        self.known = {}

    def bprop(self, v, x):
        return v * self.known.setdefault(id(x), tanh_slope(x))


class Moving(Tanh):
    mean = 0.0

    def forward(self, x):
        self.mean = 0.5 * self.mean + 0.5 * float(np.mean(x))
        return np.tanh(x)

    def bprop(self, v, x):
        return v * tanh_slope(x) * (1 + 0.1 * self.mean)


class Cooling(Tanh):
    warmth = 1.0

    def forward(self, x):
        return np.tanh(x / self.warmth)

    def bprop(self, v, x):
        gradient = v * tanh_slope(x / self.warmth) / self.warmth
        self.warmth = max(0.9 * self.warmth, 0.5)
        return gradient


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (Adding, "accumulates", "grow by equal steps"),
        (AddingInPlace, "accumulates", "grow by equal steps"),
        (Momentum, "accumulates", "steps, each 0.5 times the one before"),
        (Decaying, "accumulates", "gives 0.9 times what the one before gave"),
        (ByArray, "stale", "a cache that knows its inputs by their array"),
        (Moving, "memory", "each call of `forward` changes what `bprop` answers"),
        (Cooling, "memory", "each call of `bprop` changes what `forward` answers afterwards: it changes `warmth`"),
    ],
)
def test_what_equal_calls_show(make, kind, said, told):
    found = told(make(), POINTS)
    assert {one.kind for one in found.values()} == {kind}
    assert all(said in one.sentence for one in found.values())


def test_one_array_for_two_gradients(told):
    shared = np.zeros(4)

    def bprop(v, x, w):
        if x.shape != shared.shape:
            return v * w * np.cos(x), v * np.sin(x)
        np.multiply(v * np.cos(x), w, out=shared)
        first = shared
        np.multiply(v, np.sin(x), out=shared)
        return first, shared

    layer = Plain(args(x=(4,), w=(4,)), lambda x, w: np.sin(x) * w, bprop)
    assert "the gradients of x and w are one array" in told(layer, POINTS)["purity"].sentence


def test_what_goes_to_and_fro_by_chance_is_no_momentum(told):
    rng = np.random.default_rng(5)
    layer = Plain(args(x=(4,)), np.tanh, lambda v, x: v * tanh_slope(x) * rng.integers(1, 3, 4))
    assert {one.kind for one in told(layer, POINTS).values()} <= {"random", "memory"}
