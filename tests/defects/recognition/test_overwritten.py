from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args


def windows(x):
    return np.stack([np.sin(x[..., i : i + 3]).sum(axis=-1) for i in range(5)], axis=-1)


def assigned(order, *, add=False):
    def bprop(v, x):
        g = np.zeros_like(x)
        for i in order:
            g[i : i + 3] = v[i] + add * g[i : i + 3]
        return g * np.cos(x)

    return bprop


def layer(bprop):
    return Plain(args(x=(7,)), windows, bprop)


def test_which_output_is_kept(told):
    assert "only the last gives it a gradient" in told(layer(assigned(range(5))))["bprop x"].sentence
    assert "only the first gives it a gradient" in told(layer(assigned(range(4, -1, -1))))["bprop x"].sentence


def test_what_is_added_and_what_is_left_out(kinds):
    assert kinds(layer(assigned(range(5), add=True))) == set()
    assert kinds(layer(assigned(range(4), add=True))) == {"zero row"}
