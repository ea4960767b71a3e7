"""Every planted defect is found, by the check that it belongs to; the same layers without it are not blamed."""

from __future__ import annotations

import pytest

import gradcheck
from gradcheck import Verdict
from tests.mutants import MUTANTS
from tests.mutants.kit import Mutant, Plain

SEEDS = (0, 1, 2)
RIGHT = {id(one.right): one for one in MUTANTS if one.right is not None}


def failing_checks(one: Mutant) -> set[str]:
    """The checks that fail, up to the first seed for which the one that must catch it is among them."""
    found: set[str] = set()
    for seed in SEEDS:
        report = gradcheck.check(one.make(), seed=seed)
        found |= {f.check for f in report.findings if f.verdict is Verdict.FAIL}
        if one.check in found:
            break
    return found


@pytest.mark.parametrize("one", MUTANTS, ids=[one.name for one in MUTANTS])
def test_a_planted_defect_is_found(one: Mutant) -> None:
    found = failing_checks(one)
    assert one.check in found, f"{one.reason}; failing: {', '.join(sorted(found)) or 'nothing'}"


@pytest.mark.parametrize(
    "right", [one.right for one in RIGHT.values()], ids=[f"{one.name}, mended" for one in RIGHT.values()]
)
def test_the_layer_without_the_defect_passes(right: Plain) -> None:
    report = gradcheck.check(right)
    assert report.passed, report.failures[0].breadcrumb


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
