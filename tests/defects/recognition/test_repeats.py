from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, rows_of

WORDS = "wrong where ids names an entry of table more than once"


def mean_of_rows(shape, *, add):
    """The mean of the rows of a table that an index names, one for each row of the index."""

    def bprop(v, table, ids):
        g = np.zeros_like(table)
        parts = np.broadcast_to(np.expand_dims(v, -2) / shape[-1], (*ids.shape, table.shape[1]))
        if add:
            np.add.at(g, ids, parts)
        else:
            g[ids] += parts
        return 2 * g * table

    inputs = (Input("table", (5, 2)), Input("ids", shape, domain="labels", classes=5))
    return Plain(inputs, lambda table, ids: rows_of(table**2, ids).mean(axis=-2), bprop)


@pytest.mark.parametrize("shape", [(4,), (2, 3)])
def test_parts_that_are_lost(shape, told):
    assert WORDS in told(mean_of_rows(shape, add=False), MORE)["bprop table"].sentence
    assert not told(mean_of_rows(shape, add=True), MORE)


def test_a_table_that_is_wrong_everywhere_has_no_repeats(told):
    right = mean_of_rows((4,), add=True)
    layer = Plain(right.inputs, right.forward, lambda v, table, ids: 3 * right.bprop(v, table, ids))
    assert told(layer)["bprop table"].sentence == "too large by the factor 3"
