from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args


def recurrence(slope, first=0):
    """A recurrence over three steps; the gradient of `mix` begins with a step."""

    def run(x, mix, h):
        y = [h]
        for t in range(3):
            y.append(np.tanh((mix @ y[-1][..., None])[..., 0] + x[..., t, :]))
        return np.stack(y, axis=-2)

    def bprop(v, x, mix, h):
        y, of_x, of_mix, d = run(x, mix, h), np.zeros_like(x), np.zeros_like(mix), np.zeros(3)
        for t in range(2, -1, -1):
            of_x[t] = (d + v[t]) * slope(y[t + 1])
            of_mix += np.outer(of_x[t], y[t]) if t >= first else 0
            d = mix.T @ of_x[t]
        return of_x, of_mix, d

    return Plain(args(x=(3, 3), mix=(3, 3), h=(3,)), lambda *a: run(*a)[..., 1:, :], bprop)


def right(y):
    return 1 - y * y


def test_what_is_wrong_within_a_step(told):
    found = told(recurrence(lambda y: 1 + 0 * y))["bprop x"]
    assert found.name == "formula part"
    assert "a factor (1 - y^2) is missing; the rest may follow from it" in found.sentence


def test_a_step_that_is_left_out(told):
    assert "in y[0]: `bprop` gives 0; the rest may follow" in told(recurrence(right, first=1))["bprop mix"].sentence


def test_a_recurrence_that_is_right(kinds):
    assert kinds(recurrence(right)) == set()
