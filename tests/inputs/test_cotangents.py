"""Cotangents: named, of the output's shape, each with its purpose."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs.cotangents import cotangents, one_hots


def named(shape, seed=0):
    return dict(cotangents(shape, np.random.default_rng(seed)))


@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4), (0,), (2, 0)], ids=str)
def test_all_have_the_shape_and_are_float64(shape):
    for v in (*named(shape).values(), *one_hots(shape)):
        assert isinstance(v, np.ndarray)
        assert v.shape == shape
        assert v.dtype == np.float64
        assert np.isfinite(v).all()


def test_names_are_unique():
    pairs = cotangents((3,), np.random.default_rng(0))
    assert len(dict(pairs)) == len(pairs) == 13


def test_each_is_what_its_name_says():
    v = named((4, 5))
    assert (v["ones"] == 1).all()
    assert (v["zero"] == 0).all()
    assert (v["negative"] < 0).all()
    assert (v["sparse"] == 0).sum() == 10
    assert np.count_nonzero(v["pair"]) == 2
    assert v["alternating"].ravel().tolist() == [1.0, -1.0] * 10
    assert 1e4 < np.abs(v["huge"]).max() < 1e8
    assert 1e-8 < np.abs(v["tiny"]).max() < 1e-4


def test_normal_ones_are_none_of_these_and_differ_from_each_other():
    v = named((4, 5))
    assert (v["normal"] != v["normal_again"]).all()
    assert (v["normal"] < 0).any()
    assert (v["normal"] > 0).any()
    assert v["normal"].all()


def test_they_can_be_typed_again():
    assert all(float(f"{entry:.6g}") == entry for v in named((6,)).values() for entry in v)


def test_the_generator_decides():
    assert (named((6,))["normal"] == named((6,))["normal"]).all()
    assert (named((6,))["normal"] != named((6,), seed=1)["normal"]).all()


def test_one_hots_in_order_make_the_identity():
    stacked = np.stack(list(one_hots((2, 3)))).reshape(6, 6)
    assert (stacked == np.eye(6)).all()
    assert len(list(one_hots(()))) == 1


def test_a_one_hot_may_be_changed_without_changing_the_next():
    first, second = [v for v in one_hots((2,)) if v.sum() == 1]
    first[:] = 9
    assert second.tolist() == [0.0, 1.0]
