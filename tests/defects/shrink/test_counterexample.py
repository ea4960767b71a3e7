"""From a failure to the smallest one, and what is said of it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.defects.shrink import counterexample
from gradcheck.defects.shrink.counterexample import shrink, smallest_failure
from gradcheck.records.finding import Counterexample, Verdict
from gradcheck.records.identity import case_of
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

X = Input("x", ("n",))


def fails_again(subject, finding, case):
    found = examine(subject, Plan(replay=(case,))).failures
    return any((f.check, f.input) == (finding.check, finding.input) for f in found)


def test_a_wrong_layer_has_one_small_failure(wrong, failing):
    found = shrink(wrong(), failing(wrong()))
    assert found.case.id == "wrong[x=[1],f64]"
    assert found.text == "x = np.array([1.]); v = np.array([1.])"


def test_a_right_layer_has_none(wrong, failing):
    right = wrong(bprop=lambda v, x: v * np.cos(x))
    assert shrink(right, failing(wrong())) is None


@pytest.mark.parametrize(
    ("forward", "bprop", "plan", "small"),
    [
        (np.tanh, lambda v, x: v * np.where(abs(x) > 8, 1, 1 / np.cosh(x) ** 2), {}, "x=[-10]"),
        (np.cumsum, lambda v, x: np.cumsum(v), {}, "x=[0,0]"),
        (lambda x: x * x.max(), lambda v, x: v * x.max(), {"inputs": ("normal",)}, "x=[0,1]"),
        (np.sin, lambda v, x: v * np.cos(x) * (1 + 1e-6 * (x < 0)), {}, "x=[-1]"),
    ],
)
def test_what_is_needed_stays(wrong, failing, forward, bprop, plan, small):
    layer = wrong(forward=forward, bprop=bprop)
    assert shrink(layer, failing(layer, **plan)).case.values == small


def test_it_fails_when_it_is_replayed_from_its_identity(wrong, failing):
    finding = failing(wrong())
    case = case_of(shrink(wrong(), finding).case.id)
    assert fails_again(wrong(), finding, case)
    assert not fails_again(wrong(bprop=lambda v, x: v * np.cos(x)), finding, case)


def test_the_same_finding_gives_the_same_point(wrong, failing):
    layer = wrong(X, Input("y", ("n",)), forward=lambda x, y: x * y * y, bprop=lambda v, x, y: (v * y, v * 2 * x * y))
    assert len({shrink(layer, failing(layer)) for _ in range(3)}) == 1


def test_points_at_a_kink_do_not_count_unless_the_first_is_one(wrong, failing):
    def layer(slope):
        return wrong(forward=np.abs, bprop=lambda v, x: v * np.where(x == 0, slope, 2 * np.sign(x)))

    everywhere = failing(layer(0.0), inputs=("normal",))
    assert 0.0 not in smallest_failure(layer(0.0), everywhere).arrays[0]
    only_there = wrong(forward=np.abs, bprop=lambda v, x: v * np.where(x == 0, 3.0, np.sign(x)))
    assert shrink(only_there, failing(only_there)).case.values == "x=[0]"


@pytest.mark.parametrize(
    ("domain", "smallest"), [("positive", "x=[1]"), ("unit", "x=[0.5]"), ("nonzero", "x=[1]"), ((2.0, 3.0), "x=[2.5]")]
)
def test_points_stay_in_their_domain(wrong, failing, domain, smallest):
    layer = wrong(Input("x", ("n",), domain))
    assert shrink(layer, failing(layer)).case.values == smallest


def test_rows_of_a_simplex_stay_in_it(wrong, failing):
    layer = wrong(Input("x", ("batch", "n"), "simplex"))
    found = smallest_failure(layer, failing(layer))
    assert found.arrays[0].sum(axis=-1) == pytest.approx(1)


def test_labels_and_their_classes_shrink_together(wrong, failing):
    def forward(x, t):
        return np.take_along_axis(x, t[:, None], axis=1)[:, 0] ** 2

    def bprop(v, x, t):
        g = np.zeros_like(x)
        np.put_along_axis(g, t[:, None], v[:, None], axis=1)
        return g

    inputs = Input("x", ("batch", "classes")), Input("t", ("batch",), "labels", classes="classes")
    layer = wrong(*inputs, forward=forward, bprop=bprop)
    assert shrink(layer, failing(layer)).case.values == "x=[[1]],t=[0]"


def test_float32_points_keep_their_dtype(wrong, failing):
    layer = wrong(bprop=lambda v, x: v * np.where(x > 0.05, np.float32(1), np.cos(x)))
    found = shrink(layer, failing(layer, dtypes=("float32",)))
    assert found.case.id == "wrong[x=[1],f32]"
    assert found.text == "x = np.array([1], dtype='float32'); v = np.array([1.])"


def test_time_that_is_over_leaves_a_point_that_fails(wrong, failing):
    finding = failing(wrong(), inputs=("normal",))
    found = shrink(wrong(), finding, seconds=0.0)
    assert fails_again(wrong(), finding, found.case)
    assert len(found.case.values) > 20


def test_a_slow_layer_is_called_no_longer_than_allowed(wrong, failing):
    calls = []

    def slow(x):
        calls.append(x)
        return np.sin(x)

    layer = wrong(forward=slow)
    finding = failing(layer)
    start = time.perf_counter()
    shrink(layer, finding, seconds=0.05)
    assert time.perf_counter() - start < 1


def test_a_point_too_long_to_be_written_stays_the_case_that_drew_it(wrong, failing, monkeypatch):
    finding = failing(wrong())
    monkeypatch.setattr(counterexample, "LONGEST", len("x=[1]") - 1)
    assert counterexample.shrink(wrong(), finding) == Counterexample(finding.case)


def test_a_name_that_an_identity_cannot_hold_keeps_the_case_that_drew_it(wrong, failing):
    layer = wrong(Input("x],[", ("n",)), bprop=lambda v, x: v * 1.0)
    finding = failing(layer, input="x],[")
    assert shrink(layer, finding).case == finding.case


def remembering(wrong):
    """A layer whose `bprop` takes its cosine from the first point of each length."""
    seen = {}

    def bprop(v, x):
        return v * seen.setdefault(x.size, np.cos(x))

    return wrong(bprop=bprop)


def test_what_a_layer_remembers_of_other_points_is_no_counterexample(wrong, failing):
    used = remembering(wrong)
    finding = failing(used, inputs=("normal",))
    found = shrink(used, finding, fresh=lambda: remembering(wrong))
    assert fails_again(remembering(wrong), finding, found.case)


def test_without_a_new_layer_it_may_be_one(wrong, failing):
    used = remembering(wrong)
    finding = failing(used, inputs=("normal",))
    assert shrink(used, finding).case.values == "x=[0]"
    assert not fails_again(remembering(wrong), finding, shrink(used, finding).case)


@pytest.mark.parametrize("check", ["linearity", "purity", "layout", "laws", "contract", "agreement"])
def test_other_checks_have_small_failures_too(wrong, failing, check):
    def odd(x):
        return np.sin(x), np.sin(x) + 1e-3

    odd.is_law = True
    parts = {
        "linearity": {"bprop": lambda v, x: np.clip(v, -100, 100) * np.cos(x)},
        "purity": {"forward": lambda x: np.sin(x, out=x)},
        "layout": {"bprop": lambda v, x: v * np.cos(x) * (2 if not v.flags.c_contiguous else 1)},
        "contract": {"bprop": lambda v, x: None},
        "agreement": {"jacobian": lambda x: np.diag(np.cos(x)), "bprop": lambda v, x: v * 1.0},
        "laws": {"bprop": lambda v, x: v * np.cos(x)},
    }
    layer = wrong(**parts[check])
    if check == "laws":
        layer = replace(layer, laws=("odd",))
        layer.layer.odd = odd
    finding = failing(layer, check, "x" if check in ("agreement", "contract") else "")
    found = shrink(layer, finding)
    assert finding.verdict is Verdict.FAIL
    assert len(found.case.values) <= len("x=[0,0]")
    assert fails_again(layer, finding, found.case)
