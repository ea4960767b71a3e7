"""Raw numbers made into points of any domain, written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import Input
from gradcheck.adapters.contract import subject_of
from gradcheck.inputs.points import make_point
from gradcheck.records.identity import case_of
from gradcheck.records.input import DOMAINS
from gradcheck.run.search.assembly import entries, facts_of, written_case
from tests.run.search.planted import Swish

RAW = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(np.array)


def subject(domain):
    return subject_of(Swish(inputs=(Input("x", ("n",), domain, classes=4 if domain == "labels" else None),)))


def point(domain, raw, dtype="float64"):
    made = subject(domain)
    case = written_case(made, facts_of(made, {"n": raw.size}, dtype), [raw.reshape(1, -1)])
    return make_point(made.inputs, (), case_of(case.id)).arrays[0]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("domain", [*DOMAINS, (-2.0, 3.0), (5.0, np.inf)], ids=str)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(raw=RAW)
def test_any_numbers_make_a_point_that_reads_back(domain, dtype, raw):
    array = point(domain, raw, dtype)  # refuses what lies outside of the domain
    assert array.shape == (3,)
    assert array.dtype == (np.int64 if domain == "labels" else np.dtype(dtype))


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [("real", -37.25, None), ("unit", 0.3125, 37.25), ("positive", 37.25, -1.0), ((30.0, 40.0), 37.25, 41.0)],
)
def test_a_number_of_the_domain_stays_as_it_is(domain, inside, outside):
    assert point(domain, np.array([inside]))[0] == inside
    assert outside is None or point(domain, np.array([outside]))[0] != outside


def test_the_seed_is_part_of_the_case():
    made = subject("real")
    case = written_case(made, facts_of(made, {"n": 1}, "float32"), [np.array([[2.5]])], 3)
    assert case.id == "planted[x=[2.5],f32,seed=3]"


def test_entries_are_counted_over_all_inputs():
    inputs = (Input("x", ("batch", "n")), Input("b", ()))
    assert entries(facts_of(subject_of(Swish(inputs=inputs)), {"batch": 2, "n": 5}, "float64")) == 11
