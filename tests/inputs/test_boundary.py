from __future__ import annotations

import numpy as np
import pytest

INFINITY = float("inf")


def beside_both(values, low, high, reach):
    lower, upper = values - low <= reach, high - values <= reach
    return lower.any() and upper.any() and (lower | upper).all()


@pytest.mark.parametrize(
    ("where", "low", "high"), [("unit", 0, 1), ((-1.0, 2.0), -1, 2), ((1e6, 1e6 + 1), 1e6, 1e6 + 1)], ids=str
)
def test_two_ends_are_both_approached(drawn, where, low, high):
    reach = (high - low) * 1.1e-9
    for seed in range(10):
        assert beside_both(drawn("boundary", (5,), where, seed=seed), low, high, reach)
        assert not beside_both(drawn("normal", (5,), where, seed=seed), low, high, reach)


@pytest.mark.parametrize("where", ["positive", (3.0, INFINITY), (-INFINITY, 3.0)], ids=str)
def test_one_end_is_approached_and_left_far_behind(drawn, where):
    end = 0 if where == "positive" else 3

    def extremes(strategy):
        distance = np.abs(drawn(strategy, (5,), where) - end)
        return distance.min() < 1e-5, distance.max() > 1e5

    assert extremes("boundary") == (True, True)
    assert extremes("normal") == (False, False)


def test_nonnegative_mixes_exact_zeros_with_ordinary_values(drawn):
    values = drawn("boundary", (6,), "nonnegative", scale=1e3)
    assert (values == 0).sum() == 3
    assert values.max() > 1
    assert drawn("normal", (6,), "nonnegative").all()


def test_nonzero_comes_close_to_zero_from_both_sides(drawn):
    values = drawn("boundary", (30,), "nonzero")
    assert 1e-8 <= np.abs(values).min() <= np.abs(values).max() <= 1e-6
    assert set(np.sign(values).tolist()) == {-1.0, 1.0}


def test_rows_of_a_simplex_are_nearly_one_hot(drawn):
    values = drawn("boundary", (20, 5), "simplex")
    assert ((values > 0.99).sum(axis=1) == 1).all()
    assert 1e-12 <= values.min() < np.sort(values)[:, :-1].max() <= 1e-8
    assert set(values.argmax(axis=1).tolist()) == {0, 1, 2, 3, 4}


def test_labels_are_the_first_and_the_last(drawn):
    assert set(drawn("boundary", (6,), "labels").tolist()) == {0, 4}
    assert set(drawn("normal", (60,), "labels").tolist()) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("where", ["real", (-INFINITY, INFINITY)], ids=str)
def test_the_whole_line_has_no_edges(drawn, where):
    assert drawn("boundary", domain=where) is None
