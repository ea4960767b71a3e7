from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args


def faded(decay):
    def scan(x):
        c, y = np.zeros(x.shape[:-1], dtype=x.dtype), []
        for t in range(x.shape[-1]):
            c = decay * c + x[..., t]
            y.append(c)
        return np.stack(y, axis=-1)

    return scan


def layer(decay):
    return Plain(args(x=(5,)), faded(0.5), lambda v, x: faded(decay)(v[::-1])[::-1])


def means(divided):
    counts = np.arange(1, 6)
    return Plain(
        args(x=(5,)),
        lambda x: np.cumsum(x, axis=-1) / counts,
        lambda v, x: divided(v, counts, lambda u: faded(1)(u[::-1])[::-1]),
    )


def test_a_factor_for_each_step(told):
    assert "for each step from x to y along axis 0 a factor 0.5 is too much" in told(layer(0.25))["bprop x"].sentence


def test_a_factor_of_another_place(told):
    assert "is taken at the place of x" in told(means(lambda v, n, later: later(v) / n))["bprop x"].sentence


def test_right_factors(kinds):
    assert kinds(layer(0.5)) == set()
    assert kinds(means(lambda v, n, later: later(v / n))) == set()
