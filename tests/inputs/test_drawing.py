"""Short decimals and dealt kinds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.inputs.drawing import dealt, magnitudes, seeded, short, signs

QUICK = settings(derandomize=True, deadline=None, max_examples=200, database=None)


@QUICK
@given(st.floats(1e-15, 1e20) | st.floats(-1e20, -1e-15))
def test_short_values_are_the_numbers_that_six_digits_name(value):
    found = float(short(np.array(value)))
    assert found == float(f"{found:.6g}")
    assert found == pytest.approx(value, rel=5.1e-6)


def test_unrounded_values_are_not():
    assert float(f"{1 / 3:.6g}") != 1 / 3


def test_values_out_of_reach_stay_as_they_are():
    values = np.array([0.0, 5e-324, -1.23456789e-200, 1.23456789e200, np.inf])
    assert short(values).tolist() == values.tolist()


def test_the_number_of_digits_can_be_chosen():
    assert short(np.array([-1234.5678, 0.00098765]), digits=2).tolist() == [-1200.0, 0.00099]


@pytest.mark.parametrize("rows", [(1, 7), (3, 4), (1, 3)])
def test_every_kind_is_dealt_where_there_is_room(rows):
    for seed in range(20):
        counts = np.bincount(dealt(rows, 3, np.random.default_rng(seed)).ravel(), minlength=3)
        assert counts.max() - counts.min() <= 1


def test_places_and_the_only_kind_of_a_scalar_are_random():
    hands = [dealt((1, 4), 2, np.random.default_rng(seed)).tolist() for seed in range(20)]
    assert len(set(map(str, hands))) > 3
    assert {int(dealt((1, 1), 3, np.random.default_rng(seed))[0, 0]) for seed in range(20)} == {0, 1, 2}


def test_signs_and_magnitudes():
    rng = np.random.default_rng(0)
    assert set(signs((50,), rng).tolist()) == {-1.0, 1.0}
    sizes = magnitudes(-3, 3, (500,), rng)
    assert 1e-3 <= sizes.min() < 1e-2
    assert 1e2 < sizes.max() <= 1e3


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1, 2**32, 2**70])
def test_a_seed_of_several_words_is_that_of_numpy(seed):
    ours, theirs = seeded(seed, 123, 4), np.random.default_rng([seed, 123, 4])
    assert ours.bit_generator.state == theirs.bit_generator.state


def test_every_word_counts():
    assert seeded(0, 123, 4).random() != seeded(0, 123, 5).random()
