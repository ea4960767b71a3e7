from __future__ import annotations

import numpy as np


def near(values, level):
    return np.abs(np.abs(values) - level) < 1


def on_the_flats(values):
    return (near(values, 20) | near(values, 40)).all()


def test_entries_lie_near_twenty_and_forty(drawn):
    values = drawn("saturated", (10, 10))
    assert on_the_flats(values)
    assert near(values, 20).any()
    assert near(values, 40).any()
    assert on_the_flats(drawn("saturated", (10, 10), scale=1e3) / 1e3)


def test_normal_ones_do_not(drawn):
    assert not on_the_flats(drawn("normal", (10, 10)))


def test_some_are_jittered_and_some_are_not(drawn):
    exact = np.isin(np.abs(drawn("saturated", (10, 10))), [20, 40])
    assert exact.any()
    assert not exact.all()


def test_of_several_rows_one_has_one_sign(drawn):
    for seed in range(20):
        rows = np.sign(drawn("saturated", (3, 30), seed=seed)).sum(axis=1)
        assert (np.abs(rows) == 30).sum() == 1


def test_a_single_row_has_both(drawn):
    assert abs(np.sign(drawn("saturated", (30,))).sum()) < 30
