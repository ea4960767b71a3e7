from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.values import all_equal, ascending, greatest_tied, holds_ties, least_tied, tied

ROWS = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0], [2.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
ORDERED = np.sort(ROWS, axis=-1)


def test_entries_that_another_one_of_their_row_equals():
    assert tied(ROWS).tolist() == [[True] * 3, [False] * 3, [True, False, True], [True, False, True]]
    assert tied(np.array(3.0)).tolist() is False


@pytest.mark.parametrize(
    ("holds", "rows", "which"),
    [
        (all_equal, ROWS, [True, False, False, False]),
        (ascending, ROWS, [False, True, False, False]),
        (holds_ties, ORDERED, [True, False, True, True]),
        (greatest_tied, ORDERED, [True, False, True, False]),
        (least_tied, ORDERED, [True, False, False, True]),
    ],
)
def test_rows_of_a_kind(holds, rows, which):
    assert holds(rows).tolist() == which


@pytest.mark.parametrize("holds", [holds_ties, greatest_tied, least_tied])
@pytest.mark.parametrize("length", [0, 1])
def test_a_row_of_one_entry_has_no_ties(holds, length):
    assert not holds(np.zeros((2, length))).any()
