"""Every kind of the bound: a right derivative is not accused, a wrong one does not pass as if it had been seen."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import KINK
from tests.bound.judge import FAIL, PASS, judge, no_extended
from tests.bound.kinds import KINDS

BOTH = pytest.mark.parametrize("extended", [True, False], ids=["long double", "float64"])
WRONG = (2.0, -1.0, 0.0)  # by which a derivative is multiplied; in float64 one of them, in turn
EVERY = pytest.mark.parametrize("name", KINDS)


def said(name, factor, extended):
    kind = KINDS[name]
    with no_extended(not extended):
        return kind, judge(kind.layer(factor)(), (np.array(kind.point),))


@EVERY
@BOTH
def test_a_right_derivative_is_not_accused(name, extended):
    _, found = said(name, 1.0, extended)
    assert FAIL not in found.verdicts, found.findings


@EVERY
@BOTH
def test_a_wrong_one_does_not_pass_with_a_floor_that_is_not_there(name, extended, thorough):
    turn = [*KINDS].index(name) % len(WRONG)
    for factor in WRONG if extended or thorough else WRONG[turn : turn + 1]:
        kind, found = said(name, factor, extended)
        for verdict, floor, sentence in found.findings:
            assert not (verdict == PASS and floor < abs(factor - 1)), (factor, sentence)
        if kind.accuse and extended:
            assert FAIL in found.verdicts, (factor, found.findings)


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("K12")])
def test_no_kink_is_seen_where_there_is_none(name):
    _, found = said(name, 1.0, True)
    estimate = found.probe.estimate
    assert not np.any((estimate.gap > 1e-3 * estimate.reach) & np.isfinite(estimate.floor)), KINK
