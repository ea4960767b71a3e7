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
    assert (np.abs(values.astype(float) / EDGE - 1) < 2e-2).all()


def test_distances_beside_it_occur_in_its_own_units(drawn):
    distances = np.abs(drawn("critical", (5, 5), critical=(EDGE,)) / EDGE - 1)
    for distance in (1e-9, 1e-4, 1e-2):
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


def test_values_outside_of_the_domain_are_passed_over(drawn):
    assert drawn("critical", domain="unit", critical=(EDGE,)) is None
    assert drawn("critical", domain="simplex", critical=(EDGE,)) is None
    assert not np.isclose(drawn("critical", (9,), domain="unit", critical=(0.5, EDGE)), 1).any()


@pytest.mark.parametrize("domain", ["positive", "nonnegative", "nonzero", (0.0, 7.5), (-10.0, 10.0)])
def test_every_domain_that_holds_the_value_is_drawn_at_and_beside_it(drawn, domain):
    values = drawn("critical", (9, 9), domain=domain, critical=(EDGE,)).ravel()
    assert {EDGE, np.nextafter(EDGE, 0), np.nextafter(EDGE, 9)} <= set(values.tolist())
    for distance in (1e-9, 1e-4, 1e-2):
        assert {-1.0, 1.0} <= set(np.sign(values - EDGE)[np.isclose(abs(values / EDGE - 1), distance, atol=0)].tolist())


@pytest.mark.parametrize(("domain", "end"), [("positive", 0.0), ("nonzero", 0.0), ("unit", 1.0), ((2.0, 5.0), 5.0)])
def test_a_value_that_the_domain_leaves_out_is_only_approached(drawn, domain, end):
    values = drawn("critical", (9, 9), domain=domain, critical=(end,))
    assert (values != end).all()
    assert (abs(values - end) < 0.06).all()
    assert (abs(values - end) > 1e-10).all()


def test_the_end_that_belongs_to_the_domain_is_drawn_exactly(drawn):
    values = drawn("critical", (9, 9), domain="nonnegative", critical=(0.0,))
    assert 0 in values
    assert (values >= 0).all()


def test_on_a_simplex_one_entry_of_a_row_has_the_value(drawn):
    values = drawn("critical", (9, 4), domain="simplex", critical=(0.25,))
    assert (values.min(axis=1) > 0).all()
    assert values.sum(axis=1) == pytest.approx(1, rel=1e-12)
    assert (np.abs(values - 0.25).min(axis=1) < 0.011).all()
    assert (values == 0.25).any()


def test_labels_take_no_part():
    inputs = (Input("x", (9,)), Input("t", (9,), "labels", classes=9))
    x, t = make_point(inputs, (EDGE,), Case("layer", "critical")).arrays
    assert EDGE in x
    assert len(set(t.tolist())) > 2
