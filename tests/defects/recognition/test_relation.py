from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.relation import relation_of
from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import elementwise, tanh_slope


@pytest.mark.parametrize(
    ("slope", "kind", "said"),
    [
        (lambda x: 0 * x, "zero", "gives 0"),
        (lambda x: x + np.nan, "nan", "no finite number"),
        (lambda x: -tanh_slope(x), "sign", "-numeric"),
        (lambda x: tanh_slope(x) + 0.25, "offset", "numeric + 0.25"),
        (lambda x: 1.5 * tanh_slope(x), "factor", "1.5 numeric"),
        (lambda x: np.cos(x) + 2, "", ""),
    ],
)
def test_what_the_wrong_entries_have_in_common(slope, kind, said, evidence):
    found = relation_of(evidence(elementwise(np.tanh, slope, 6)))
    assert found.kind == kind
    assert said in found.words


def test_one_number_for_another(evidence):
    found = relation_of(evidence(elementwise(lambda x: 3 * x, lambda x: np.where(x < 0, 2.0, 3.0), 6)))
    assert (found.kind, found.words) == ("constant", "`bprop` gives 2 where 3 belongs,")
    assert found.shows.any()


def test_a_kink_is_said_to_be_one(evidence):
    found = relation_of(evidence(elementwise(np.abs, lambda x: np.where(x == 0, 3, np.sign(x)), 6), strategies=MORE))
    assert found.kind == "kink"
