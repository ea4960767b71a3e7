"""What a smaller point must still tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.defects.shrink.counterexample import shrink, smallest_failure
from gradcheck.defects.shrink.criterion import cause_at, least_length
from gradcheck.defects.shrink.recheck import Recheck


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def log_softmax(x):
    return np.log(softmax(x))


@pytest.mark.parametrize(
    ("forward", "bprop", "least"),
    [
        (np.sin, lambda v, x: v, 1),
        (np.sin, lambda v, x: np.full_like(v, v.sum()), 2),
        (softmax, lambda v, x: softmax(x) * v, 2),
        (np.sum, lambda v, x: v * x, 2),
    ],
)
def test_one_entry_says_all_only_where_none_acts_on_others(wrong, failing, forward, bprop, least):
    layer = wrong(forward=forward, bprop=bprop)
    assert least_length(Recheck(lambda: layer, failing(layer)).again()) == least


def test_of_what_cannot_be_differentiated_two_entries_are_kept(wrong, failing):
    layer = wrong(bprop=lambda v, x: v.sum())
    assert least_length(Recheck(lambda: layer, failing(layer, check="contract")).again()) == 2


def test_a_sum_over_the_wrong_entries_is_shown_by_two(wrong, failing):
    layer = wrong(forward=log_softmax, bprop=lambda v, x: v - softmax(x) * (v.sum() - v))
    (x,) = smallest_failure(layer, failing(layer)).arrays
    assert x.size == 2


def test_an_axis_of_one_place_stays_as_it_is(wrong, failing):
    layer = wrong(Input("x", (1, "n")), forward=lambda x: x * x.sum(), bprop=lambda v, x: v * x)
    assert smallest_failure(layer, failing(layer)).arrays[0].shape == (1, 2)


def test_another_mistake_is_no_smaller_point(wrong, failing):
    def bprop(v, x):
        return np.where(np.count_nonzero(x) < 3, 2, -1) * v * np.cos(x)

    layer = wrong(bprop=bprop)
    finding = failing(layer, inputs=("normal",))
    start = Recheck(lambda: layer, finding).again()
    assert cause_at(start) == "sign"
    sure = Recheck(lambda: layer, finding, cause="sign")
    assert sure.at([np.array([1.0, 2.0, 3.0])]) is not None
    assert sure.at([np.array([0.0, 0.0, 0.0, 1.0])]) is None
    assert replace(sure, cause="").at([np.array([0.0, 0.0, 0.0, 1.0])]) is not None


def test_what_was_found_at_the_smallest_point_is_told_with_it(wrong, failing):
    found = shrink(wrong(), failing(wrong()))
    assert found.worst.startswith("x[0]")
    assert (found.fault["analytic"], found.fault["count"]) == (1.0, 1)
    assert found.fault["numeric"] == pytest.approx(np.cos(1.0))
