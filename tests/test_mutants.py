"""Every planted defect is found, by the check that it belongs to; the same layers without it are not blamed."""

from __future__ import annotations

import pytest

from tests.judged import Judge
from tests.mutants import MUTANTS, RIGHT
from tests.mutants.kit import Mutant, Plain

SEEDS = (0, 1, 2)


def failing_checks(one: Mutant, judged: Judge) -> set[str]:
    """The checks that fail, up to the first seed for which the one that must catch it is among them."""
    found: set[str] = set()
    for seed in SEEDS:
        found |= judged(one.name, one.make, seed).failing
        if one.check in found:
            break
    return found


@pytest.mark.parametrize("one", MUTANTS, ids=[one.name for one in MUTANTS])
def test_a_planted_defect_is_found(one: Mutant, judged: Judge) -> None:
    found = failing_checks(one, judged)
    assert one.check in found, f"{one.reason}; failing: {', '.join(sorted(found)) or 'nothing'}"


@pytest.mark.parametrize(("name", "right"), RIGHT.items(), ids=list(RIGHT))
def test_the_layer_without_the_defect_passes_and_nothing_is_told_of_it(name: str, right: Plain, judged: Judge) -> None:
    report = judged(name, lambda: right).report
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
