from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input

EDGE = 6.0


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_value_and_one_step_of_the_dtype_beside_it_occur(drawn, dtype):
    values = drawn("critical", (9, 9), critical=(EDGE,), dtype=dtype)
    edge = np.dtype(dtype).type(EDGE)
    down, up = (np.nextafter(edge, np.dtype(dtype).type(end)) for end in (-np.inf, np.inf))
    assert {edge, down, up} <= set(values.ravel().tolist())
    assert (np.abs(values.astype(float) - EDGE) < 1e-2).all()


def test_small_distances_beside_it_occur(drawn):
    distances = np.abs(drawn("critical", (5, 5), critical=(EDGE,)) - EDGE)
    for distance in (1e-9, 1e-4):
        assert np.isclose(distances, distance, rtol=1e-6, atol=0).any()


def test_normal_values_are_not_beside_it(drawn):
    assert (np.abs(drawn("normal", (5, 5), critical=(EDGE,)) - EDGE) > 1e-2).all()


def test_a_few_entries_suffice_for_the_exact_value(drawn):
    assert all((drawn("critical", (4,), critical=(0.0,), seed=seed) == 0).any() for seed in range(20))


def test_all_declared_values_take_part(drawn):
    values = drawn("critical", (5, 5), critical=(0.0, EDGE))
    assert {0.0, EDGE} <= set(values.ravel().tolist())


def test_a_layer_without_critical_values_is_passed_over(drawn):
    assert drawn("critical") is None
    assert drawn("critical", domain="unit", critical=(0.5,)) is None


def test_only_real_inputs_take_part():
    inputs = (Input("x", (9,)), Input("p", (9,), "positive"))
    x, p = make_point(inputs, (EDGE,), Case("layer", "critical")).arrays
    assert EDGE in x
    assert EDGE not in p
