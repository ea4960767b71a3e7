"""Every planted defect is found, by the check that it belongs to; the same layers without it are not blamed."""

from __future__ import annotations

import pytest

from tests.judged import Judge
from tests.mutants import MUTANTS, RIGHT
from tests.mutants.kit import Mutant, Plain


@pytest.mark.parametrize("one", MUTANTS, ids=[one.name for one in MUTANTS])
def test_a_planted_defect_is_found(one: Mutant, judged: Judge) -> None:
    found = judged.caught(one).failing
    assert one.check in found, f"{one.reason}; failing: {', '.join(sorted(found)) or 'nothing'}"


@pytest.mark.parametrize(("name", "right"), RIGHT.items(), ids=list(RIGHT))
def test_the_layer_without_the_defect_passes_and_nothing_is_told_of_it(name: str, right: Plain, judged: Judge) -> None:
    report = judged(name, lambda: right, inputs=judged.few(name)).report
    assert report.passed, report.failures[0].breadcrumb
    assert not any(f.diagnosis for f in report.findings)


def test_the_set_is_wide() -> None:
    names = [one.name for one in MUTANTS]
    assert len(names) >= 90
    assert len(set(names)) == len(names)
    assert {one.check for one in MUTANTS} >= {
        "contract",
        "jacobian",
        "bprop",
        "agreement",
        "laws",
        "linearity",
        "purity",
        "layout",
        "batch",
    }
    assert all(one.reason for one in MUTANTS)


def test_a_fresh_layer_is_made_each_time() -> None:
    shared = [one.name for one in MUTANTS if one.make() is one.make()]
    assert not shared
