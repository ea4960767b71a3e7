"""One cause, one claim: what fails beside a mistake that shows at most points is no second one."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.defects import recognise
from gradcheck.records.finding import Verdict
from tests.defects.recognition.conftest import MORE, seen
from tests.mutants.kit import Plain, args


@pytest.fixture
def usual():
    return MORE  # what follows from a mistake shows at points of some kind


SINC = lambda x: np.where(x == 0, 1, np.sin(x) / np.where(x == 0, 1, x))  # noqa: E731
CAUSE = "too large by the factor 3"


def slope(x):
    return np.where(x == 0, 0, (x * np.cos(x) - np.sin(x)) / np.where(x == 0, 1, x) ** 2)


def unguarded(v, x):
    return v * (x * np.cos(x) - np.sin(x)) / x**2


def shares(x, m):
    return np.where(x == m, 0.5, x > m)


def larger(of_x, of_m):
    """The larger of two entries, with factors on the two gradients."""
    return Plain(
        args(x=("n",), m=("n",)),
        np.maximum,
        lambda v, x, m: (of_x * v * shares(x, m), of_m * v * (1 - shares(x, m))),
    )


def test_what_fails_in_another_way_at_a_few_points_makes_no_claim_of_its_own(told):
    found = told(Plain(args(x=(4,)), SINC, lambda v, x: 3 * unguarded(v, x)))
    assert found["contract x"].sentence == "what is told of most points may be why it fails here, too"
    usual = told(Plain(args(x=(4,)), SINC, lambda v, x: 3 * v * slope(x)), ("normal", "uniform", "mixed"))
    assert usual["bprop x"].sentence == CAUSE


def test_what_fails_by_itself_makes_its_claim(told):
    found = told(Plain(args(x=(4,)), SINC, unguarded))
    assert "0/0" in found["contract x"].sentence


def test_a_tie_with_an_input_that_is_wrong_there_by_itself_says_nothing_of_the_other(told):
    found = told(larger(1, 3))
    assert found["bprop m"].sentence == CAUSE
    assert "bprop x" not in found


def test_a_tie_with_an_input_that_is_wrong_elsewhere_may_follow_from_it(told):
    layer = Plain(
        args(x=("n",), m=("n",)), np.maximum, lambda v, x, m: (v * shares(x, m), 3 * v * np.where(x < m, 1.0, 0.0))
    )
    found = told(layer)
    assert found["bprop m"].sentence.startswith("too large")
    assert found["bprop x"].sentence.startswith("only along directions that move m, too, of which the gradient is wro")


def test_two_inputs_that_are_wrong_at_most_points_are_two_mistakes(told):
    found = told(larger(2, 3))
    assert found["bprop x"].sentence == "too large by the factor 2"
    assert found["bprop m"].sentence == CAUSE


def test_a_single_point_of_another_length_fails_as_the_others():
    usual, single = seen(larger(1, 3), ("normal", "uniform", "mixed"), n=4), seen(larger(1, 3), ("uniform",), n=1)
    findings = (*usual[0], *single[0])
    told = recognise.diagnoses(findings, [*usual[1], *single[1]])
    alone = [k for k, f in enumerate(findings) if f.verdict is Verdict.FAIL and f.case.sizes == (("n", 1),)]
    assert alone
    assert {told[k].sentence for k in alone} == {CAUSE}


def test_a_length_at_which_alone_it_fails_is_told_as_that():
    layer = Plain({"x": ("n",)}, np.sin, lambda v, x: (1 if len(x) > 1 else 2) * v * np.cos(x))
    found = gradcheck.check(layer).failures
    assert found
    assert all("wrong with n=1" in f.diagnosis for f in found)
