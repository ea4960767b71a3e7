from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input


def back_and_forth(values):
    return (values[..., :-2] == values[..., 2:]).all() and (values[..., :-1] == -values[..., 1:]).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_neighbours_cancel_exactly(drawn, scale):
    values = drawn("alternating", (3, 6), scale=scale)
    assert back_and_forth(values)
    assert (values[:, 0] >= 0.5 * scale).all()


def test_those_of_normal_do_not(drawn):
    assert not back_and_forth(drawn("normal", (3, 6)))


def test_all_inputs_have_the_same_size():
    x, w = make_point((Input("x", (5,)), Input("W", (2, 3))), (), Case("layer", "alternating")).arrays
    assert set(np.abs(x).tolist()) == set(np.abs(w).ravel().tolist())


def test_between_two_ends_it_swings_about_the_middle(drawn):
    values = drawn("alternating", (4,), "unit")
    assert values[0] == values[2] > 0.5 > values[1] == values[3]
    assert values[0] + values[1] == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("where", ["positive", "nonnegative", (3.0, float("inf"))], ids=str)
def test_domains_of_one_sign_are_passed_over(drawn, where):
    assert drawn("alternating", domain=where) is None


def test_labels_go_back_and_forth(drawn):
    assert drawn("alternating", (5,), "labels").tolist() == [0, 1, 0, 1, 0]
