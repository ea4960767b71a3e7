from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reports.folding import folds, list_names


@pytest.fixture
def passes(finding):
    """Two checks at two strategies and two scales."""
    points = product(("jacobian", "bprop"), ("normal", "ties"), (1.0, 10.0))
    return [finding(check=check, strategy=strategy, scale=scale) for check, strategy, scale in points]


@pytest.mark.parametrize(("verbosity", "rows"), [(0, 2), (1, 4), (2, 8)])
def test_more_verbosity_folds_less(passes, verbosity, rows):
    assert len(folds(passes, verbosity)) == rows


@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_every_finding_is_in_exactly_one_row(passes, verbosity, finding):
    findings = [*passes, finding("FAIL"), finding("FAIL")]
    together = [f for fold in folds(findings, verbosity) for f in fold]
    assert sorted(map(id, together)) == sorted(map(id, findings))


@pytest.mark.parametrize(("verbosity", "rows"), [(0, 2), (1, 4), (2, 6)])
def test_failures_of_one_cause_are_folded_like_passes(finding, verbosity, rows):
    points = product(("normal", "ties"), (1.0, 10.0))
    signs = [finding("FAIL", strategy=s, scale=scale, diagnosis="a sign") for s, scale in points]
    others = [finding("FAIL", strategy=s, diagnosis="a factor") for s in ("normal", "ties")]
    assert len(folds([*signs, *others], verbosity)) == rows


def test_known_failures_are_kept_apart_from_new_ones(finding):
    assert len(folds([finding("FAIL", notes=("known failure: upstream",)), finding("FAIL")], 0)) == 2


def test_errors_fold_by_their_sentence(finding):
    said = ["boom", "boom", "bang"]
    assert [len(fold) for fold in folds([finding("ERROR", sentence=s) for s in said], 0)] == [2, 1]


def test_the_same_findings_that_passed_are_folded(finding):
    assert len(folds([finding()] * 3, 0)) == 1


def test_undefined_findings_fold_by_their_sentence(finding):
    said = ["a kink", "a kink", "a jump"]
    assert [len(fold) for fold in folds([finding("UNDEFINED", sentence=s) for s in said], 0)] == [2, 1]


def test_passes_fold_whatever_they_say(finding):
    assert len(folds([finding(sentence=s) for s in ("one", "two")], 0)) == 1


def test_inputs_are_kept_apart(finding):
    assert len(folds([finding(input="x"), finding(input="W")], 0)) == 2


def test_the_worst_rows_come_last(finding):
    rows = folds([finding("FAIL"), finding(), finding("ERROR"), finding("UNDEFINED")], 0)
    assert [fold[0].verdict.value for fold in rows] == ["PASS", "UNDEFINED", "ERROR", "FAIL"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["normal"], "normal"),
        (["normal", "ties", "normal"], "normal, ties"),
        (["normal", "ties", "spike"], "normal, ties +1"),
        (["normal", "ties", "spike", "huge"], "all 4"),
    ],
)
def test_names_are_listed_in_little_room(names, said):
    assert list_names(names, ("normal", "ties", "spike", "huge")) == said


@given(st.sets(st.text(min_size=1, max_size=8), min_size=3, max_size=30))
def test_all_is_said_only_of_all(names):
    everything = sorted(names)
    assert list_names(everything, everything) == f"all {len(everything)}"
    assert list_names(everything[:-1], everything) != f"all {len(everything)}"
