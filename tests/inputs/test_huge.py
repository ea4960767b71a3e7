from __future__ import annotations

import numpy as np


def within(values, low, high):
    return ((np.abs(values) >= low) & (np.abs(values) <= high)).all()


def test_magnitudes_run_from_a_thousand_to_a_hundred_thousand(drawn):
    values = drawn("huge", (10, 20))
    assert within(values, 1e3, 1e5)
    assert (np.abs(values) < 1e4).any()
    assert (np.abs(values) > 1e4).any()
    assert set(np.sign(values).ravel().tolist()) == {-1.0, 1.0}


def test_normal_ones_do_not(drawn):
    assert not within(drawn("normal", (10, 20)), 1e3, 1e5)


def test_the_scale_takes_them_further_and_float16_stops_them(drawn):
    assert within(drawn("huge", (10, 20), scale=1e10), 1e13, 1e15)
    assert np.abs(drawn("huge", (10, 20), scale=1e10, dtype="float16")).max() == 65504
