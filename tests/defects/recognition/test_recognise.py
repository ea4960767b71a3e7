from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.checks.judge import probe_of
from gradcheck.defects import recognise
from gradcheck.defects.diagnose import ProbeStore
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.plan import Plan
from gradcheck.run import examine as runner
from tests.defects.recognition.conftest import seen
from tests.mutants.kit import Plain, args, softmax, tanh_slope

FLIPPED = Plain(args(x=(4,)), np.tanh, lambda v, x: -v * tanh_slope(x))


def test_findings_keep_their_place_and_gain_a_sentence():
    findings, probes = seen(FLIPPED, ("normal", "uniform"))
    told = recognise.diagnosed(findings, probes)
    assert [(f.check, f.verdict, f.case) for f in told] == [(f.check, f.verdict, f.case) for f in findings]
    for one in told:
        assert one.diagnosis.startswith("the sign is flipped") == (one.verdict is Verdict.FAIL)


def test_without_points_nothing_is_said():
    findings, _ = seen(FLIPPED, ("normal",))
    assert recognise.diagnosed(findings, []) == findings


def test_a_report_carries_the_diagnosis():
    report = gradcheck.check(FLIPPED, inputs=("normal", "uniform"))
    assert all(f.diagnosis for f in report.failures)


def test_a_fault_of_the_diagnosis_costs_no_finding(monkeypatch):
    def broken(findings, probes):
        raise RuntimeError("a fault")

    monkeypatch.setattr(recognise, "diagnosed", broken)
    report = gradcheck.check(FLIPPED, inputs=("normal",))
    assert report.failures
    assert not any(f.diagnosis for f in report.findings)


@pytest.mark.parametrize("size", [1, 2, 40])
def test_layers_of_any_size_are_told_of(size):
    layer = Plain(args(x=(size,)), softmax, lambda v, x: v * 0 + x)
    report = gradcheck.check(layer, inputs=("normal", "uniform"))
    assert all(isinstance(f.diagnosis, str) for f in report.findings)


def test_points_of_several_sizes_are_told_apart():
    layer = Plain(args(x=("n",)), lambda x: x.mean(), lambda v, x: v * np.ones_like(x), name="mean")
    sizes = tuple((("n", size),) for size in (3, 7))
    report = runner.examine(subject_of(layer), Plan(inputs=("normal", "uniform", "mixed"), sizes=sizes))
    for size in (3, 7):
        told = {f.diagnosis for f in report.failures if f.check == "bprop" and f.case.sizes == (("n", size),)}
        assert len(told) == 1
        assert f"({size} is the length of n)" in told.pop()


def test_points_written_out_may_have_any_size():
    layer = Plain(args(x=("n",)), np.tanh, FLIPPED.bprop, name="tanh")
    cases = tuple(Case("tanh", "given", values=f"x=[{values}]") for values in ("1,2,3", "1,2", "3,2", "-1,2,1"))
    report = runner.examine(subject_of(layer), Plan(replay=cases))
    assert {f.diagnosis[:19] for f in report.failures} == {"the sign is flipped"}


def test_large_points_are_not_kept():
    kept = ProbeStore()
    small, large = (Plain(args(x=(size,)), np.tanh, FLIPPED.bprop) for size in (4, 200))
    for layer in (small, large):
        kept.keep(probe_of(subject_of(layer), Case("Plain", "normal")))
    assert [p.y.size for p in kept.probes] == [4]


def refusing(text):
    """A layer that is wrong by a factor, and raises in its own words far from 0."""

    def bprop(v, x):
        if (x < -4).any():
            raise ValueError(text)
        return 2 * v * tanh_slope(x)

    return Plain(args(x=(4,)), np.tanh, bprop, name="refusing")


@cache
def refused(text):
    return gradcheck.check(refusing(text), inputs=("normal", "uniform", "mixed", "negative", "spike", "huge")).findings


@pytest.mark.parametrize(
    "text",
    [
        "sqrt gives NaN for x",
        "`forward` raised and returned NaN in place",
        "an array of shape (3,); (4,) is required",
        "no generalised gradient",
        "another answer to nearly the same inputs",
        "the formula is right",
    ],
)
def test_the_words_of_a_layer_change_no_diagnosis(text):
    plain, other = (refused(words) for words in ("out of range", text))
    assert [f.diagnosis for f in other] == [f.diagnosis for f in plain]
    assert any(f.diagnosis for f in plain)
    assert {f.fault.kind.value for f in plain if f.check == "contract" and f.fault} == {"raised"}


def test_names_from_users_are_made_printable():
    layer = Plain(args(x=(4,)), np.tanh, lambda v, x: v * np.where(x < 0, 0, tanh_slope(x)))
    subject = replace(subject_of(layer), inputs=args(**{"x\x1b": (4,)}))  # which no layer that is loaded can have
    report = runner.examine(subject, Plan(inputs=("normal", "uniform", "mixed", "negative")))
    assert all("\x1b" not in f.diagnosis for f in report.failures)
    assert any(f.diagnosis for f in report.failures)
