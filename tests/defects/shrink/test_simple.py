from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.defects.shrink.simple import cost, plainest, simpler, simpler_rows
from gradcheck.inputs.given import inside
from gradcheck.records.input import Input

DOMAINS = ["real", "positive", "nonnegative", "unit", "nonzero", (-1.0, 2.0), (3.0, 4.0), (-9.0, -8.0), (5.0, math.inf)]


@pytest.mark.parametrize("domain", [*DOMAINS, "simplex", (-math.inf, -5.0)])
@pytest.mark.parametrize("shape", [(), (3,), (2, 5)])
def test_the_plainest_array_lies_in_its_domain(domain, shape):
    one = Input("x", ("n",) * len(shape), domain)
    assert plainest(one, shape).shape == shape
    assert inside(one, plainest(one, shape))


@pytest.mark.parametrize(
    ("domain", "plain"),
    [("real", 0), ("positive", 1), ("unit", 0.5), ("nonzero", 1), ((-1.0, 2.0), 0), ((3.0, 4.0), 3.5)],
)
def test_the_plainest_number(domain, plain):
    assert plainest(Input("x", (), domain), ()) == plain


def test_plain_labels_are_zero():
    assert plainest(Input("t", ("n",), "labels", classes=3), (2,)).tolist() == [0, 0]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_simpler_numbers_are_simpler_and_the_simplest_comes_first(number):
    found = list(simpler(number))
    assert all(cost(one) < cost(number) for one in found)
    assert found == sorted(found, key=cost)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (1.0, []),
        (-1.0, [1]),
        (2.0, [1]),
        (37.25, [1, 10, 37, 40, 100, 37.2]),
        (-6667.8, [1, -1, -10, -1e4, -6668, -7000, -6700, -6670]),
        (1e-7, [1, 10, 0]),
    ],
)
def test_simpler_numbers(number, found):
    assert sorted(simpler(number)) == sorted(found)


@given(st.lists(st.floats(1e-3, 1), min_size=1, max_size=6).map(lambda w: np.array(w) / sum(w)))
def test_simpler_rows_of_a_simplex_stay_in_it(row):
    one = Input("p", ("n",), "simplex")
    rows = list(simpler_rows(row))
    assert inside(one, rows[-1])
    assert all(len(simple) == len(row) for simple in rows)
