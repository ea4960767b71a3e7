from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.oracle.hull import own_slopes
from gradcheck.oracle.kinks import Neighbourhood
from gradcheck.oracle.steps import length_scale
from tests.oracle.maps import flat, noise_of


def taxicab(x):
    return np.abs(x).sum(axis=-1)


def norm(x):
    return np.sqrt((x * x).sum(axis=-1))


def largest(x):
    return np.abs(x).max(axis=-1)


def top_two(x):
    return np.sort(x, axis=-1)[..., -2:].sum(axis=-1)


def middle_two(x):
    return np.sort(x, axis=-1)[..., 2:4].sum(axis=-1)


def spread(x):
    return x.max(axis=-1) - x.min(axis=-1)


def broken(function, claim, seed=0):
    """Whether a row is refused at the origin."""
    forward = flat(function, np.zeros(len(claim)))
    row = np.array(claim, dtype=float)[None]
    with np.errstate(all="ignore"):
        noise = noise_of(forward)
        near = Neighbourhood(forward, noise, length_scale(forward), np.random.default_rng(seed))
        found = list(own_slopes(near, noise, np.ones(row.shape, dtype=bool), [row]))
    return any(abs(float(one.weights @ row @ one.direction) - one.value) > one.bound for one in found)


WRONG = {
    "the norm": (norm, [1, 1, 1, 1]),
    "the norm, with signs": (norm, [1, -1, 1, -1, 1]),
    "the largest size": (largest, [1, 1, 1]),
    "the largest size, twice": (largest, [0, 1, 0, -1]),
    "the spread": (spread, [1, 1, -1, -1]),
    "the norm, a fifth too long": (norm, [0.6, 0.6, 0.6, 0.6]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_is_longer_than_any_slope_along_itself_is_refused(name):
    assert broken(*WRONG[name])


RIGHT = {
    "the norm, on its ball": (norm, [0.5, 0.5, 0.5, 0.5]),
    "the norm, inside": (norm, [0.1, -0.2, 0.1, 0.3]),
    "the largest size, shared": (largest, [0.5, -0.5, 0]),
    "top two": (top_two, [0, 1, 0, 0, 1, 0]),
    "bottom two": (lambda x: -top_two(-x), [1, 0, 0, 1, 0, 0]),
    "middle two": (middle_two, [0, 1, 0, 0, 1, 0]),
    "the spread": (spread, [0, 1, 0, -1]),
    "zeros and ones of relu": (lambda x: np.maximum(x, 0).sum(axis=-1), [0, 1, 1, 0, 1]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_gradient_that_is_one_nearby_is_not(name):
    assert [seed for seed in range(5) if broken(*RIGHT[name], seed)] == []


@settings(max_examples=60, deadline=None)
@given(weights=st.lists(st.sampled_from([-2.0, -1.0, 0.5, 3.0]), min_size=2, max_size=20), data=st.data())
def test_any_choice_of_signs_is_a_gradient_of_weighted_sizes(weights, data):
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(weights), max_size=len(weights)))
    size = np.array(weights)
    assert not broken(lambda x: (size * np.abs(x)).sum(axis=-1), size * signs)
    assert broken(lambda x: (size * np.abs(x)).sum(axis=-1), 2 * size * signs)
