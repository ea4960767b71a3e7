from __future__ import annotations

import numpy as np

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input


def test_all_entries_of_an_input_are_the_same(drawn, domain):
    assert np.ptp(drawn("equal", (3, 4), domain, scale=100.0)) == 0


def test_those_of_normal_are_not(drawn, domain):
    assert np.ptp(drawn("normal", (3, 4), domain)) > 0


def test_inputs_of_one_domain_are_the_same_too():
    inputs = (Input("x", (3, 4)), Input("W", (4, 2)), Input("p", (3,), "unit"))
    x, w, p = make_point(inputs, (), Case("layer", "equal")).arrays
    assert x[0, 0] == w[0, 0] != p[0]
