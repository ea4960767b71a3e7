from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args

TAPS = args(w=(3,), x=(9,))


def dilated(w, x):
    return np.stack([(x[..., i : i + 5 : 2] * w).sum(axis=-1) for i in range(5)], axis=-1)


def to_x(v, w):
    g = np.zeros(9, dtype=v.dtype)
    for i in range(5):
        g[i : i + 5 : 2] += v[i] * w
    return g


def layer(step):
    return Plain(TAPS, dilated, lambda v, w, x: (np.stack([v @ x[step * k :][:5] for k in range(3)]), to_x(v, w)))


def test_which_entry_stands_there(told):
    assert told(layer(1))["bprop w"].sentence == "dy[i]/dw[p] is x[i+2p], and `bprop` gives x[i+p]"


def test_right_entries(kinds):
    assert kinds(layer(2)) == set()
