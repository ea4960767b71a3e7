"""The two halves of the catalogue: what a family makes is recognised, as what it is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import probe_of, run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.defects.catalogue import FAMILIES
from gradcheck.defects.family import Corruption
from gradcheck.defects.recognise import diagnoses
from gradcheck.inputs.cases import cases_of, with_thoroughness
from gradcheck.layers.loading import load
from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan

STRATEGIES = ("normal", "mixed", "ties", "zeros")
CHECKS = ("contract", "jacobian", "bprop", "linearity", "purity")
LARGEST = 1e-3  # of a series that goes down by decades, the one that stands for all
(SUBJECT,) = load("linear")  # several inputs, of which one is shared by a batch


def chosen() -> list[Corruption]:
    corruptions = (one for family in FAMILIES.values() for one in family.corruptions(SUBJECT))
    return [one for one in corruptions if one.size in (None, LARGEST)]


@cache
def right_probes() -> list[Probe]:
    """The layer itself at each point; what is measured there is shared with its corruptions, as `prove` shares it."""
    with quiet():
        visits = with_thoroughness(cases_of(SUBJECT, Plan(inputs=STRATEGIES)))
        probes = [probe_of(SUBJECT, case, thorough=thorough) for case, thorough in visits]
    return [probe for probe in probes if probe is not None]


def told(subject: Subject) -> tuple[int, set[str]]:
    """How many findings fail, and the kinds of what is said of them."""
    with quiet():
        probes = [right.sharing(subject) for right in right_probes()]
        findings = [finding for probe in probes for finding in run_checks(probe, select_checks(CHECKS))]
        found = diagnoses(findings, probes)
    return sum(f.verdict is Verdict.FAIL for f in findings), {one.kind for one in found.values()}


@pytest.mark.parametrize("corruption", chosen(), ids=lambda one: one.name)
def test_what_is_made_is_recognised(corruption: Corruption) -> None:
    failures, kinds = told(replace(SUBJECT, layer=corruption.corrupt()))
    assert bool(failures) == bool(kinds)
    assert kinds <= set(corruption.kinds)


def test_nothing_is_recognised_in_the_layer_itself() -> None:
    assert told(SUBJECT) == (0, set())


def test_one_defect_is_not_taken_for_another() -> None:
    flipped = next(one for one in chosen() if one.name == "sign flipped")
    zeroed = next(one for one in chosen() if one.name == "one output zeroed")
    assert not told(replace(SUBJECT, layer=flipped.corrupt()))[1] & set(zeroed.kinds)


def test_nearly_every_corruption_of_this_layer_is_seen_at_these_points() -> None:
    assert len(chosen()) > 40
    assert {one.name for one in FAMILIES.values()} == set(FAMILIES)
