from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck.oracle.hidden import hidden_lengths
from gradcheck.oracle.ladder import walk
from gradcheck.oracle.steps import length_scale
from tests.oracle.maps import estimate, flat, noise_of


def lengths(function, x):
    """The lengths found from a ladder that starts at the usual scale and ends at 1e-14 of it."""
    forward = flat(function, x)
    scale = length_scale(forward)
    entries = tuple(part.reshape(-1) for part in np.indices((forward.outputs, forward.x.size)))
    with np.errstate(all="ignore"):
        return hidden_lengths(
            forward, noise_of(forward).of(entries[0]), entries, walk(forward, entries, scale, scale, 41)
        )


@pytest.mark.parametrize("length", [1e-20, 1e-60, 1e-200])
def test_the_length_is_that_on_which_a_jump_is_made(length):
    assert lengths(lambda x: np.tanh(x / length), [0.0])[0] == pytest.approx(0.55 * length, rel=0.5)


@pytest.mark.parametrize("function", [np.tanh, np.sign, np.sqrt, lambda x: 0 * x], ids=["tanh", "sign", "sqrt", "zero"])
def test_where_nothing_hides_there_is_none(function):
    assert np.isnan(lengths(function, [0.0])).all()


def polar(x):
    return np.arctan2(x[..., 1:], x[..., :1])


@pytest.mark.parametrize("x", [[1e-100, 1e-62], [-1e-80, 1e-50], [1e-130, -1e-70]])
def test_a_function_whose_length_no_entry_has_is_measured(x):
    found = estimate(flat(polar, x))
    a, b = (math.copysign(1, x[1]) / math.hypot(*x), x[0] / x[1] / x[1])
    assert found.value[0] == pytest.approx([-a, b], rel=1e-6, abs=1e-6 * abs(a))
    assert (found.floor < 1e-6 * abs(a)).all()


def test_beside_the_end_of_a_domain_too():
    found = estimate(flat(lambda x: np.tanh(x / 1e-60), [1e-100], limits=(0.0, math.inf)))
    assert found.value[0, 0] == pytest.approx(1e60, rel=1e-6)
    assert found.floor[0, 0] < 1e55


def test_a_jump_on_every_step_is_still_an_infinite_slope():
    assert np.isinf(estimate(flat(np.sign, [0.0])).value).all()
