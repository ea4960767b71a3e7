from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport, SourceLine
from gradcheck.records.run import RunFacts, RunReport
from gradcheck.run.merge import facts_together, merged, refuse_missing


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


def test_calls_are_added():
    (together,) = merged([report((), calls=(("forward", 3), ("bprop", 2))), report((), calls=(("forward", 4),))])
    assert together.calls == (("forward", 7), ("bprop", 2))


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


def part(identity="a", shard=(1, 1), **facts):
    return RunReport((), RunFacts(identity, shard, **facts))


def test_all_shards_of_each_run_must_be_there():
    whole = [("a", part("a", (1, 2))), ("b", part("a", (2, 2))), ("c", part("b")), ("d", RunReport(()))]
    refuse_missing(whole)
    refuse_missing([*whole, *whole])
    with pytest.raises(UsageError) as caught:
        refuse_missing([*whole[1:], ("e", part("c", (2, 4))), ("f", part("c", (4, 4)))])
    assert str(caught.value).splitlines() == [
        "b is shard 2/2 of a run of which no file given holds shard 1/2",
        "e is shard 2/4 of a run of which no file given holds shard 1/4, 3/4",
    ]


@pytest.mark.parametrize(("total", "said"), [(9, "8/9, 9/9"), (10, "8/10, 9/10 and 1 more"), (10**400, " more")])
def test_of_many_missing_shards_some_are_named(total, said):
    with pytest.raises(UsageError) as caught:
        refuse_missing([("a", part("a", (1, total)))])
    assert str(caught.value).endswith(said)


def test_shards_together_are_the_whole_run():
    parts = [part("a", (1, 2), layers=2, cases=3), part("a", (2, 2), layers=2, cases=4)]
    assert facts_together(parts, layers=2) == RunFacts("a", (1, 1), 2, 7)
    assert facts_together([*parts, *parts], layers=2) == RunFacts("a", (1, 1), 2, 7)


def test_runs_together_are_another_run_whatever_their_order():
    parts = [part("a", layers=1, cases=3), part("b", layers=1, cases=4, finished=False)]
    facts = facts_together(parts, layers=2)
    assert facts == facts_together(parts[::-1], layers=2)
    assert facts.identity not in ("a", "b")
    assert (facts.layers, facts.cases, facts.finished) == (2, 7, False)


@pytest.mark.parametrize("parts", [[], [RunReport(())], [part(), RunReport(())]])
def test_of_which_run_parts_are_is_not_known_unless_all_say(parts):
    assert facts_together(parts, layers=1) is None


def test_what_no_shard_found_anything_of_was_not_run():
    parts = [
        report(findings_of(*cases("normal")), skipped=(("critical", "none"), ("ties", "not in the domain"))),
        report(findings_of(*cases("ties")), skipped=(("critical", "none"), ("laws", "none"))),
    ]
    (together,) = merged(parts)
    assert together.skipped == (("critical", "none"), ("laws", "none"))
