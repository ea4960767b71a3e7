from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.ladder import walk
from gradcheck.oracle.resolution import NOTICEABLE, SHORTEST, Resolution
from gradcheck.oracle.steps import length_scale
from tests.oracle.maps import EPS, flat, noise_of

FIRST = (np.array([0]), np.array([0]))


def resolution(function, x, **facts):
    forward = flat(function, x, **facts)
    with np.errstate(all="ignore"):
        scale = length_scale(forward)
        return forward, Resolution.of(noise_of(forward), walk(forward, FIRST, scale, scale, 20))


def test_a_huge_term_hides_terms_of_ordinary_size():
    forward, found = resolution(lambda x: np.tanh(x[..., :1]) + np.exp(x[..., 1:]), [0.5, 40.0])
    assert found.hides.all()
    assert found.hidden > 1
    assert found.steepest(forward, np.array([0])) > 1e9


@pytest.mark.parametrize("size", [0.0, 1.0, 1e6])
def test_an_ordinary_one_does_not(size):
    forward, found = resolution(lambda x: np.tanh(x) + size, [0.5])
    assert not found.hides.any()
    assert found.steepest(forward, np.array([0])) == 0


@pytest.mark.parametrize("x", [1e-3, -1e-100, 5e-324])
def test_what_x_does_by_its_own_length_must_show_in_a_steep_output(x):
    """Beside 1, an x that is moved by its own length shows no slope below a rounding of 1 over it."""
    with np.errstate(all="ignore"):
        forward, found = resolution(lambda x: np.sin(x) + 1, [x])
        slope, none = (float(found.unseen(forward, np.array([0]), np.array([steep]))[0]) for steep in (1e9, 1.0))
    assert 0.1 * EPS / abs(x) <= slope <= max(100 * EPS / abs(x), 1e-12)
    assert none == 0


def test_what_is_hidden_may_be_as_steep_as_the_end_of_the_domain_is_near():
    function = lambda x: np.log(x[..., :1]) + np.exp(x[..., 1:])  # noqa: E731
    slopes = []
    for p in (1e-3, 1e-9):
        forward, found = resolution(function, [p, 40.0], limits=(0.0, np.inf))
        slopes.append(float(found.steepest(forward, np.array([0]))[0]))
    assert slopes[1] > 1e5 * slopes[0]


def test_the_limits_are_those_that_are_said():
    found = Resolution(np.array([2.0, 0.5]) * NOTICEABLE, np.array([5.0, 5.0]), np.array([1.0, 1.0]))
    assert found.hides.tolist() == [True, False]
    forward = flat(np.sin, [0.25])
    assert found.steepest(forward, np.array([0, 0])) == pytest.approx([2 * NOTICEABLE / (SHORTEST * 0.25), 0])
