from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.defects import factors as scaling
from gradcheck.defects import recognise
from tests.defects.recognition.conftest import seen, visited
from tests.mutants.kit import Plain, args, tanh_slope


def scaled(factor):
    """Off by a factor; a function of the length gives one that follows it."""
    by = factor if callable(factor) else lambda _: factor
    return Plain(args(x=("n",)), np.tanh, lambda v, x: by(len(x)) * v * tanh_slope(x))


@pytest.mark.parametrize(
    ("factor", "kind", "said"),
    [
        (-1, "sign", "the sign is flipped"),
        (2, "factor", "too large by the factor 2"),
        (0.5, "factor", "too small: a factor 2 is missing"),
        (lambda n: 1 / n, "factor", "a factor 5 is missing (5 is the length of n)"),
        (lambda n: n**-0.5, "factor", "a factor sqrt(5) is missing"),
        (lambda n: n / (n - 1), "factor", "analytic = 5/4 numeric"),
        (1 / 5, "factor", "a factor 5 is missing"),
        (1.25, "factor", "analytic = 1.25 numeric"),
        (0.37, "factor", "analytic = 0.37 numeric"),
        (1 + 1e-6, "factor", "analytic = (1 + 1.0e-06) numeric"),
    ],
)
def test_a_factor_is_named(factor, kind, said, evidence):
    found = scaling.diagnose(evidence(scaled(factor)))
    assert found.name == kind
    assert said in found.sentence
    assert ("length" in found.sentence) == callable(factor)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 10).filter(lambda c: abs(c - 1) > 1e-3))
def test_any_factor_is_seen(factor):
    from gradcheck.defects.evidence import gather

    probes = list(visited(scaled(factor), ("normal", "uniform", "mixed")))
    assert scaling.diagnose(gather(probes, "bprop", "x")).name == "factor"


def test_a_length_that_is_given_may_be_the_factor(evidence):
    layer = Plain(args(x=("n", 7)), np.tanh, lambda v, x: 7 * v * tanh_slope(x))
    assert "(7 is the length of an axis)" in scaling.diagnose(evidence(layer)).sentence


def test_a_factor_in_some_entries_only_is_none(evidence):
    one = Plain(args(x=("n",)), np.tanh, lambda v, x: np.where(x < 0, 2, 1) * v * tanh_slope(x))
    assert scaling.diagnose(evidence(one)) is None


def spread(ddof):
    return Plain(
        args(x=(6,)),
        lambda x: x.std(axis=-1, ddof=1),
        lambda v, x: v * (x - x.mean()) / (len(x) - ddof) / x.std(ddof=ddof),
    )


SPREAD = ("normal", "uniform", "mixed", "negative", "spike")


def test_another_ddof(told):
    found = told(spread(0), SPREAD)["bprop x"]
    assert found.kind == "factor"
    assert "sqrt(5/6) numeric" in found.sentence
    assert found.sentence.endswith("of which `ddof` decides, differ, or a constant is wrong")  # the length is given
    assert "bprop x" not in told(spread(1), SPREAD)


def test_a_point_without_a_slope_hides_no_factor():
    findings, probes = seen(spread(0), (*SPREAD, "equal"))
    said = {one.kind for k, one in recognise.diagnoses(findings, probes).items() if findings[k].check == "bprop"}
    assert said == {"factor", "nan"}


FOUR = ("normal", "uniform", "mixed", "negative")


def test_of_lengths_that_are_the_same_the_one_that_a_factor_follows_is_told(told):
    layer = Plain(args(x=("b", "c")), lambda x: np.sin(x).mean(axis=0), lambda v, x: v * np.cos(x))
    (sizes,) = ([input.shape for input in layer.inputs],)
    assert sizes == [("b", "c")]
    assert told(layer, FOUR)["bprop x"].sentence == "too large by the factor 4 (4 is the length of b)"


def test_a_factor_that_follows_no_length_is_told_as_a_number(told):
    def third(x):
        return (len(x) - 2) ** 2  # 4 where n is 4, and then neither n nor the same

    layer = Plain(args(x=("n",)), np.sin, lambda v, x: v * third(x) * np.cos(x))
    findings, probes = seen(layer, FOUR, n=4)
    said = recognise.diagnoses(findings, probes)
    assert {"too large by the factor 4"} == {one.sentence for k, one in said.items() if findings[k].check == "bprop"}


def test_a_quotient_of_two_lengths_names_both():
    layer = Plain(args(x=("n", "m")), lambda x: np.sin(x) / x.shape[0], lambda v, x: v * np.cos(x) / x.shape[1])
    findings, probes = seen(layer, FOUR, n=2, m=5)
    said = {one.sentence for one in recognise.diagnoses(findings, probes).values() if one.kind == "factor"}
    told = "off by a constant factor: analytic = 2/5 numeric"
    assert said == {f"{told} (2 is the length of n and 5 is the length of m): one stands for the other"}
