from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.defects.shrink.coarse import coarsely_wrong
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict

AT_ONE = [np.array([1.0, 0.5])]


def finding(check="bprop", input="x"):
    return Finding(check, Verdict.FAIL, Case("wrong", "normal"), input)


@pytest.mark.parametrize(
    ("bprop", "seen"),
    [
        (lambda v, x: v * 1.0, True),
        (lambda v, x: v * np.cos(x), False),
        (lambda v, x: v * np.cos(x) * 1.001, None),
        (lambda v, x: v * np.nan, None),
        (lambda v, x: None, None),
        (lambda v, x: 1 / 0, None),
    ],
)
def test_gross_errors_are_seen_at_a_glance(wrong, bprop, seen):
    assert coarsely_wrong(wrong(bprop=bprop), finding(), AT_ONE) is seen


def test_the_jacobian_and_its_agreement_too(wrong):
    diagonal = wrong(jacobian=lambda x: np.diag(np.cos(x)))
    assert coarsely_wrong(diagonal, finding("jacobian"), AT_ONE) is False
    assert coarsely_wrong(diagonal, finding("agreement"), AT_ONE) is True


@pytest.mark.parametrize("x", [[0.0, 1.0], [5e-7, 1.0]])
def test_nothing_is_said_beside_a_kink(wrong, x):
    layer = wrong(forward=np.abs, bprop=lambda v, x: -v * np.sign(x))
    assert coarsely_wrong(layer, finding(), [np.array(x)]) is None
    assert coarsely_wrong(layer, finding(), AT_ONE) is True


def test_only_the_input_of_the_finding_counts(wrong):
    layer = wrong(
        Input("x", ("n",)),
        Input("k", ("n",), "labels", classes=3),
        Input("y", ("n",)),
        forward=lambda x, k, y: x * y + k,
        bprop=lambda v, x, k, y: (v * y, v * y),
    )
    arrays = [np.array([1.0]), np.array([2]), np.array([3.0])]
    assert coarsely_wrong(layer, finding(input="x"), arrays) is False
    assert coarsely_wrong(layer, finding(input="y"), arrays) is True
    assert coarsely_wrong(layer, finding(input="z"), arrays) is None


def test_behaviour_and_large_points_are_for_the_checks(wrong):
    assert coarsely_wrong(wrong(), finding("linearity"), AT_ONE) is None
    assert coarsely_wrong(wrong(), finding(), [np.ones(5000)]) is None


def test_float32_is_looked_at_in_more_digits(wrong):
    assert coarsely_wrong(wrong(), finding(), [np.array([1.0, 0.5], np.float32)]) is True
    assert coarsely_wrong(wrong(bprop=lambda v, x: v * np.cos(x)), finding(), [np.array([1.0], np.float32)]) is False
