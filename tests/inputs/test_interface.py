"""Facts: how an input's shape is seen as rows."""

from __future__ import annotations

import pytest

from gradcheck.inputs.interface import Facts
from gradcheck.records.input import Input


@pytest.mark.parametrize(
    ("shape", "rows"),
    [((), (1, 1)), ((5,), (1, 5)), ((3, 4), (3, 4)), ((2, 3, 4), (6, 4)), ((0,), (1, 0)), ((0, 5), (0, 5))],
)
def test_rows_run_along_the_last_axis(shape, rows):
    assert Facts(Input("x", shape), shape, 0, 0, ()).rows == rows


def test_the_domain_is_the_inputs():
    assert Facts(Input("x", (2,), "unit"), (2,), 0, 0, ()).domain == "unit"
