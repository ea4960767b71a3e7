from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

FEW = ("normal", "uniform", "mixed", "zeros", "ties")  # a recurrence takes long at each point


def recurrence(carried, of_mix=1.0):
    """A recurrence over four steps with a memory of its own; of what passes through `mix` a part is carried back."""

    def run(x, mix):
        h, c = [0 * x[..., 0, :]], [0 * x[..., 0, :]]
        for t in range(4):
            c.append(0.5 * c[-1] + np.tanh((mix @ h[-1][..., None])[..., 0] + x[..., t, :]))
            h.append(np.sin(c[-1]))
        return np.stack(h, axis=-2), np.stack(c, axis=-2)

    def bprop(v, x, mix):
        h, c = run(x, mix)
        of_x, its, dh, dc = np.zeros_like(x), np.zeros_like(mix), np.zeros(2), np.zeros(2)
        for t in range(3, -1, -1):
            dc = dc + (dh + v[t]) * np.cos(c[t + 1])
            of_x[t] = dc * (1 - np.tanh(mix @ h[t] + x[t]) ** 2)
            its = its + (of_mix if t > 1 else 1) * np.outer(of_x[t], h[t])
            dh, dc = carried * (mix.T @ of_x[t]), 0.5 * dc
        return of_x, its

    return Plain(args(x=(4, 2), mix=(2, 2)), lambda x, mix: run(x, mix)[0][..., 1:, :], bprop)


@pytest.mark.parametrize(
    ("layer", "name", "said"),
    [
        (recurrence(0.0), "x", "wrong only in the effect of an entry on later ones along axis 0"),
        (recurrence(0.5), "x", "wrong only in the effect of an entry on later ones along axis 0"),
        (recurrence(1.0, of_mix=0.3), "mix", "wrong only in what acts on y[2:], not on y[:2]"),
    ],
)
def test_which_steps_are_wrong(layer, name, said, told):
    found = told(layer, FEW)[f"bprop {name}"]
    assert found.name == "step"
    assert said in found.sentence


def test_a_recurrence_that_is_right(told):
    assert told(recurrence(1.0), FEW) == {}


def test_what_is_wrong_within_steps_too_is_not_told_of_later_ones(kinds):
    layer = recurrence(1.0)
    wrong = Plain(
        layer.inputs, layer.forward, lambda v, x, mix: tuple(g * (1 + x.sum()) for g in layer.bprop(v, x, mix))
    )
    assert "step" not in kinds(wrong, FEW)
