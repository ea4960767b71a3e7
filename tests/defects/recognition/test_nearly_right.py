from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs import STRATEGIES
from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, elementwise, given, tanh_slope


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (elementwise(np.tanh, lambda x: tanh_slope(x).astype(np.float32), 6), "few-digits", "rounded to float32"),
        (elementwise(np.tanh, lambda x: tanh_slope(x).astype(np.float16), 6), "few-digits", "rounded to float16"),
        (elementwise(np.log, lambda x: 1 / (x + 1e-6), 6, domain="positive"), "eps", "in denominators"),
        (
            elementwise(np.sqrt, lambda x: 0.5 / np.sqrt(x + 1e-6), 6, domain="positive"),
            "eps",
            "in radicands",
        ),
        (elementwise(np.sin, lambda x: np.cos(x + 1e-5), 6), "nearly", "nearly right"),
    ],
)
def test_what_is_nearly_right(layer, kind, said, told):
    found = told(layer, MORE)["bprop x"]
    assert found.name == kind
    assert said in found.sentence


def test_far_off_is_not_nearly_right(kinds):
    assert "nearly" not in kinds(elementwise(np.sin, lambda x: np.cos(x + 0.5), 6))


def test_the_size_of_the_eps_is_told(told):
    layer = elementwise(np.log, lambda x: 1 / (x + 1e-6), 6, domain="positive")
    assert "is 1.0e-06 everywhere" in told(layer, MORE)["bprop x"].sentence


def ratio(eps):
    inputs = (*args("unit", p=(5,)), *given("t", 5, domain="unit"))
    return Plain(inputs, lambda p, t: -(t * np.log(p + 1e-3)).sum(axis=-1), lambda v, p, t: -v * t / (p + eps))


def test_an_eps_below_a_numerator(told):
    found = told(ratio(0), tuple(STRATEGIES))["bprop p"]
    assert found.kind == "eps"
    assert "is 1.0e-03/t everywhere" in found.sentence
    assert told(ratio(1e-3)) == {}
