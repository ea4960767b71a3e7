from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.judge import probe_of
from gradcheck.checks.sparsity import sparsity
from gradcheck.inputs.cases import cases_of
from gradcheck.records.plan import Plan

EPS = float(np.finfo(np.float64).eps)
N = 200  # a square Jacobian of more entries than are looked at one by one
LINEAR = {"batch": 4, "n": 24, "m": 32}
STRAY = 1e-6
PLACES = [(0, 1), (1, 0), (0, N - 1), (N - 1, 0), (N // 2, N // 2 - 1), (7, 150)]


class Elementwise:
    """sin, and a stray term in one output, which `forward`, `bprop` or neither has."""

    inputs = (gradcheck.Input("x", ("n",)),)

    def __init__(self, at=(0, 0), in_forward=0.0, in_bprop=0.0):
        self.at, self.in_forward, self.in_bprop = at, in_forward, in_bprop
        self.calls = 0

    def forward(self, x):
        y = np.sin(x)
        y[..., self.at[0]] += self.in_forward * x[..., self.at[1]]
        return y

    def bprop(self, v, x):
        self.calls += 1
        gradient = v * np.cos(x)
        gradient[self.at[1]] += self.in_bprop * v[self.at[0]]
        return gradient


class Smoothing(Elementwise):
    """A sum of three neighbours, one of them weighted."""

    def forward(self, x):
        y = np.sin(x)
        return y[..., :-2] + 2 * y[..., 1:-1] + y[..., 2:]

    def bprop(self, v, x):
        self.calls += 1
        gradient = np.zeros_like(x)
        gradient[:-2] += v
        gradient[1:-1] += 2 * v
        gradient[2:] += v
        return gradient * np.cos(x)


def judged(layer, **sizes):
    """The probe of a layer at a normal point, and what `bprop` finds there."""
    subject = subject_of(layer)
    plan = Plan(inputs=("normal",), sizes=(tuple(sorted(sizes.items())),))
    probe = probe_of(subject, cases_of(subject, plan)[0], thorough=False)
    return probe, list(CHECKS["bprop"].run(probe))


def linear():
    (subject,) = gradcheck.load("linear")
    return subject.layer


@pytest.mark.parametrize(
    ("layer", "sizes", "groups"),
    [(Elementwise(), {"n": N}, 1), (Smoothing(), {"n": N}, 3), (linear(), LINEAR, 24 + 24 + 1)],
    ids=["elementwise", "banded", "linear"],
)
def test_what_has_few_non_zeros_is_seen_in_tables(layer, sizes, groups):
    probe, found = judged(layer, **sizes)
    assert probe.sparse is not None
    assert len(probe.sparse.pattern.groups) == groups
    assert {finding.verdict for finding in found} == {Verdict.PASS}


def test_the_numbers_are_those_of_the_whole():
    layer = linear()
    probe, found = judged(layer, **LINEAR)
    whole = probe_of(probe.subject, probe.point.case, thorough=False, whole=True)
    pattern, v = probe.sparse.pattern, np.random.default_rng(0).standard_normal(probe.projection.rows)
    assert probe.contracted(v).value == pytest.approx(v @ whole.estimate.value, abs=1e-8)
    assert pattern.combined(v, probe.claims["bprop"]) == pytest.approx(v @ whole.claims["bprop"], abs=1e-12)
    for here, there in zip(found, CHECKS["bprop"].run(whole), strict=True):
        assert here.floor == pytest.approx(there.floor, rel=10)
        assert here.floor < 1e-8


def test_few_calls_are_made():
    layer = Elementwise()
    judged(layer, n=1024)
    assert layer.calls < 20


@pytest.mark.parametrize("at", PLACES)
def test_a_stray_non_zero_of_the_claim_is_seen_wherever_it_is(at):
    _, (found,) = judged(Elementwise(at, in_bprop=STRAY), n=N)
    assert found.verdict is Verdict.FAIL
    assert found.worst == f"x[{at[1]}] for v = one-hot [{at[0]}]"


@pytest.mark.parametrize("at", PLACES)
def test_a_stray_non_zero_of_forward_is_seen_wherever_it_is(at):
    _, (found,) = judged(Elementwise(at, in_forward=STRAY), n=N)
    assert found.verdict is Verdict.FAIL
    assert found.worst == f"x[{at[1]}] for v = one-hot [{at[0]}]"


@pytest.mark.parametrize("at", PLACES)
def test_the_same_on_both_sides_is_right(at):
    _, (found,) = judged(Elementwise(at, in_forward=STRAY, in_bprop=STRAY), n=N)
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize("matrix", [np.ones((N, N)), np.tri(N)], ids=["all", "triangle"])
def test_a_dense_claim_has_no_pattern(matrix):
    assert sparsity(lambda v: v @ matrix, (N,), (N,), np.ones(N), EPS, np.random.default_rng(0)) is None


def test_what_is_not_linear_in_the_cotangent_has_none():
    gradient = lambda v: v / np.linalg.norm(v)  # noqa: E731 - twin of the next line
    rng = np.random.default_rng(0)
    assert sparsity(gradient, (N,), (N,), np.ones(N), EPS, rng) is None
    assert sparsity(lambda v: 3 * v, (N,), (N,), np.ones(N), EPS, rng) is not None


class Rectifier(Elementwise):
    """max(x, x / 8): some of many entries lie beside the kink."""

    def forward(self, x):
        y = np.maximum(x, x / 8)
        y[..., self.at[0]] += self.in_forward * x[..., self.at[1]]
        return y

    def bprop(self, v, x):
        return v * np.where(x > 0, 1, 1 / 8)


def test_an_entry_beside_a_kink_is_looked_at_more_closely():
    probe, (found,) = judged(Rectifier(), n=512)
    assert probe.sparse is not None
    assert found.verdict is Verdict.PASS
    assert found.floor < 1e-7


def test_a_stray_non_zero_is_seen_beside_a_kink_too():
    probe, _ = judged(Rectifier(), n=512)
    nearest = int(np.argmin(np.abs(probe.point.arrays[0])))
    for at in ((nearest, 5), (5, nearest)):
        _, (found,) = judged(Rectifier(at, in_forward=STRAY), n=512)
        assert found.verdict is Verdict.FAIL
