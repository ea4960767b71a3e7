from __future__ import annotations

import numpy as np
import pytest


def spikes(values, scale=1.0):
    return (np.abs(values) == 1e3 * scale).sum(axis=-1)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_every_row_has_one_and_the_first_points_up(drawn, scale):
    for seed in range(20):
        values = drawn("spike", (3, 4), scale=scale, seed=seed)
        assert (spikes(values, scale) == 1).all()
        assert values[0].max() == 1e3 * scale


def test_normal_rows_have_none(drawn):
    assert not spikes(drawn("normal", (50, 50))).any()


def test_position_and_the_other_signs_are_random(drawn):
    values = np.array([drawn("spike", (2, 4), seed=seed) for seed in range(40)])
    assert set(np.abs(values).argmax(axis=-1).ravel().tolist()) == {0, 1, 2, 3}
    assert {-1e3, 1e3} <= set(values[:, 1].ravel().tolist())


def test_on_a_simplex_it_takes_nearly_all(drawn):
    assert drawn("spike", (5,), "simplex").max() > 1 - 1e-10
    assert drawn("normal", (5,), "simplex").max() < 1 - 1e-3
