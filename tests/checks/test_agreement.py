from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import Verdict


def test_two_equal_formulas_agree(found, tanh):
    assert {one.verdict for one in found(tanh())} == {Verdict.PASS}


def test_two_different_ones_do_not_whichever_is_wrong(found, tanh):
    for parts in ({"jacobian": lambda x: np.eye(4)}, {"bprop": lambda v, x: v}):
        assert {one.verdict for one in found(tanh(**parts))} == {Verdict.FAIL}


def test_two_formulas_that_are_wrong_alike_agree(found, tanh):
    layer = tanh(jacobian=lambda x: np.eye(4), bprop=lambda v, x: v)
    assert {one.verdict for one in found(layer)} == {Verdict.PASS}


def test_one_formula_has_nothing_to_agree_with(found, tanh):
    assert list(found(tanh(jacobian=None))) == []


def test_v_times_jvp_is_bprop_times_t(found, tanh):
    right, wrong = (tanh(jvp=lambda t, x, factor=factor: factor * t * (1 - np.tanh(x) ** 2)) for factor in (1, 1.001))
    assert [one.verdict for one in found(right)] == [Verdict.PASS] * 2
    assert [(one.verdict, one.fault and one.fault.method) for one in found(wrong)] == [
        (Verdict.PASS, None),
        (Verdict.FAIL, "jvp"),
    ]


@pytest.mark.parametrize("other", ["bprop", "jacobian"])
def test_jvp_agrees_with_the_one_method_that_is_there(found, tanh, other):
    missing = {"bprop": "jacobian", "jacobian": "bprop"}[other]
    for factor, verdict in ((1, Verdict.PASS), (1.001, Verdict.FAIL)):
        layer = tanh(**{missing: None}, jvp=lambda t, x, factor=factor: factor * t * (1 - np.tanh(x) ** 2))
        assert [one.verdict for one in found(layer)] == [verdict]


def test_where_bprop_alone_is_wrong_it_is_the_one_that_is_named(found, tanh):
    layer = tanh(jacobian=None, bprop=lambda v, x: v, jvp=lambda t, x: t * (1 - np.tanh(x) ** 2))
    assert [(one.verdict, one.fault.method) for one in found(layer)] == [(Verdict.FAIL, "bprop")]


def test_at_a_kink_each_may_choose_its_own_subgradient(found, tanh):
    layer = tanh(
        forward=np.abs, bprop=lambda v, x: v * np.sign(x), jacobian=lambda x: np.diag(np.where(x < 0, -1.0, 1.0))
    )
    assert {one.verdict for one in found(layer, "zeros")} == {Verdict.PASS}
