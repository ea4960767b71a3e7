"""What counts, what escapes, and the score."""

from __future__ import annotations

import math

import pytest

from gradcheck.records.case import Case
from gradcheck.records.proof import CorruptionResult, Deviation, Proof
from gradcheck.records.report import LayerReport


def result(name="sign flipped", factor=None, *deviations):
    seen = tuple(Deviation(Case("l", f"s{k}"), size, checks) for k, (size, checks) in enumerate(deviations))
    return CorruptionResult(name, factor, seen)


CAUGHT = result("a", None, (2.0, ()), (0.5, ("bprop",)), (1.0, ("jacobian", "bprop")))
MISSED = result("b", None, (1e-3, ()))
SMALL = result("c", 1e-8, (1e-8, ()))
HIDDEN = result("d")
BEYOND = result("e", 1e-12, (1e-12, ("bprop",)))


def test_a_trial():
    assert (CAUGHT.size, CAUGHT.smallest, CAUGHT.checks) == (2.0, 0.5, {"bprop", "jacobian"})
    assert [t.missed for t in (CAUGHT, MISSED, SMALL, HIDDEN)] == [False, True, True, False]
    assert (HIDDEN.size, HIDDEN.smallest) == (0, None)


@pytest.mark.parametrize(("size", "counts"), [(1e-6, True), (9.99e-7, True), (1e-7, False), (math.inf, True)])
def test_what_must_be_caught(size, counts):
    assert result("a", None, (size, ())).counts is counts


def test_the_score_leaves_out_what_only_shows_where_sight_ends():
    proof = Proof("l", "l", results=(CAUGHT, MISSED, SMALL, HIDDEN, BEYOND))
    assert proof.counts == (1, 3, 1)


@pytest.mark.parametrize(
    ("results", "passed"),
    [((CAUGHT,), True), ((CAUGHT, SMALL, HIDDEN), True), ((CAUGHT, MISSED), False), ((), True)],
)
def test_only_a_large_one_that_escapes_fails_the_proof(results, passed):
    assert Proof("l", "l", results=results).passed is passed


def test_a_layer_that_fails_as_it_is_proves_nothing():
    assert not Proof("l", "l", failing=LayerReport("l", "l", ()), results=(CAUGHT,)).passed
