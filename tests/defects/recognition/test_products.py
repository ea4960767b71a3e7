from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import elementwise, sigmoid


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (elementwise(lambda x: x * sigmoid(x), sigmoid, 6), "a term is missing or wrong: x sigmoid'(x)"),
        (elementwise(lambda x: x**2 * np.sin(x) / 2, lambda x: x * np.sin(x), 6), "x^2 cos(x)"),
        (elementwise(lambda x: np.sin(x) ** 2, np.sin, 6), "a factor 2 cos(x) is missing"),
        (elementwise(lambda x: np.logaddexp(0, 4 * x) / 4, sigmoid, 6), "sigmoid(x) stands where sigmoid(4 x) belongs"),
    ],
)
def test_what_is_missing_or_stands_there(layer, said, told):
    found = told(layer)["bprop x"]
    assert found.kind in ("formula", "argument")
    assert said in found.sentence


def test_no_product_is_told_of_an_unknown_formula(kinds):
    assert kinds(elementwise(np.sin, lambda x: np.cos(x) + 0.2 * np.sin(3 * x) ** 2, 6), MORE) == {"slope"}
