from __future__ import annotations

import numpy as np

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


def test_at_a_kink_each_may_choose_its_own_subgradient(found, tanh):
    layer = tanh(
        forward=np.abs, bprop=lambda v, x: v * np.sign(x), jacobian=lambda x: np.diag(np.where(x < 0, -1.0, 1.0))
    )
    assert {one.verdict for one in found(layer, "zeros")} == {Verdict.PASS}
