from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport, SourceLine
from gradcheck.run.merge import merged


def findings_of(*cases):
    """Two findings for each case, one of them with a number that differs from itself."""
    return tuple(Finding(c, Verdict.PASS, case, max_abs=math.nan) for case in cases for c in ("jacobian", "bprop"))


def cases(*strategies, scales=(1.0,)):
    return [Case("softmax", strategy, scale) for strategy in strategies for scale in scales]


def report(findings, **facts):
    return LayerReport("softmax", "softmax", tuple(findings), **{"method": "differences", **facts})


def test_shards_of_a_plan_become_the_whole_in_its_order():
    whole = findings_of(*cases(*list(STRATEGIES)[:6], scales=(1e-3, 1.0, 1e3)))
    chance = np.random.default_rng(0)
    for count in (2, 4):
        home = {finding.case: chance.integers(count) for finding in whole}
        shards = [report(f for f in whole if home[f.case] == shard) for shard in range(count)]
        (together,) = merged([shards[k] for k in chance.permutation(count)])
        assert repr(together.findings) == repr(whole)


def test_the_order_is_that_of_the_runner():
    from gradcheck.adapters.contract import subject_of
    from gradcheck.layers.softmax import Softmax

    plan = Plan(scales=(0.5, 1.0), sizes=((("n", 2),), (("n", 7),)), seeds=(0, 1))
    planned = cases_of(subject_of(Softmax()), plan)
    (together,) = merged([report(findings_of(*planned[1::2])), report(findings_of(*planned[::2]))])
    assert [finding.case for finding in together.findings[::2]] == list(planned)


def test_one_part_stays_as_it_is():
    one = report(findings_of(*cases("ties", "normal")))
    assert merged([one]) == (one,)


def test_what_is_told_twice_counts_once():
    one = report(findings_of(*cases("normal", "ties")))
    (together,) = merged([one, one])
    assert len(together.findings) == 4


def test_what_is_told_twice_by_one_part_stays():
    one = report(findings_of(*cases("normal", "normal")))
    (together,) = merged([one, report(())])
    assert len(together.findings) == 4


def test_what_differs_is_kept():
    (first, second) = findings_of(*cases("normal"))
    (together,) = merged([report((first, second)), report((replace(first, verdict=Verdict.FAIL), second))])
    assert [f.verdict for f in together.findings] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


def test_layers_and_targets_are_kept_apart_in_their_order():
    parts = [report(()), LayerReport("tanh", "tanh", ()), LayerReport("softmax", "a.py:Softmax", ()), report(())]
    assert [(r.layer, r.target) for r in merged(parts)] == [
        ("softmax", "softmax"),
        ("tanh", "tanh"),
        ("softmax", "a.py:Softmax"),
    ]


def test_facts_of_the_parts_are_put_together():
    place = SourceLine("bprop", "a.py", 3)
    first = report(findings_of(*cases("normal")), seconds=1.0, silent=("W", "b"), places=(place,))
    second = report(findings_of(*cases("ties")), seconds=0.5, silent=("b",), places=(place,))
    empty = report((), method="", silent=())
    (together,) = merged([empty, first, second])
    assert (together.seconds, together.silent, together.method) == (1.5, ("b",), "differences")
    assert together.places == (place,)


@pytest.mark.parametrize("case", [Case("softmax", "given", values="x=[0]"), Case("softmax", "unheard of")])
def test_cases_that_no_plan_draws_come_last(case):
    (together,) = merged([report(findings_of(case)), report(findings_of(*cases("ties")))])
    assert [finding.case.strategy for finding in together.findings[::2]] == ["ties", case.strategy]


def test_nothing_merges_to_nothing():
    assert merged([]) == ()
