from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradcheck.defects.predicates import of_groups, of_numbers

U = np.array([[-2.0, -1.0, 0.0, 0.5, 3.0, 3.0], [5.0, 6.0, -7.0, 0.1, 0.2, 0.3]])
matrices = arrays(float, st.tuples(st.integers(1, 3), st.integers(2, 6)), elements=st.integers(-3, 3).map(float))


def separating(wrong, u=U, excess=None):
    right = ~wrong
    found = of_numbers("x", u, wrong, right, excess)
    return [words for _, words, holds in found if not (wrong & ~holds).any() and not (right & holds).any()]


def test_each_predicate_is_found():
    assert separating(U == 0)[0] == "where x is 0"
    assert separating(U < 0)[0] == "where x is negative"
    assert separating(U == 3)[0] == "where an entry of x equals another one"
    assert separating(U > 4)[0] == "where x is above a threshold between 3 and 5"


def test_a_band_holds_different_numbers_of_several_points():
    u = np.array([[-2.0, 0.5, 3.0, 4.0], [5.0, 0.75, 0.25, 6.0], [0.1, 1.5, 2.5, 7.0]])
    within = (u >= 0.5) & (u <= 3)
    assert "where x lies between 0.5 and 3" in separating(within, u)
    assert not any("between 0.5" in words for words in separating(within[:2], u[:2]))


def test_two_thresholds_where_the_size_alone_tells_nothing():
    u = np.array([[-4.0, -3.0, -1.0, 0.5, 5.0, 7.0, 9.0]])
    assert separating((u < -2) | (u > 6), u)[0].startswith(
        "where x is below a threshold between -3 and -1 or above about"
    )
    assert not any(" or above " in words for words in separating(u > 6, u))


def test_a_threshold_of_an_error_that_has_a_size_needs_a_jump():
    wrong = U > 4
    assert any("above" in words for words in separating(wrong, excess=np.where(wrong, 1e6, np.inf)))
    assert not any("above" in words for words in separating(wrong, excess=np.where(wrong, 2, np.inf)))


@settings(deadline=None, max_examples=50)
@given(matrices)
def test_ties_are_those_of_a_comparison_of_all(u):
    held = next(holds for kind, _, holds in of_numbers("x", u, u < 0, u >= 0, None) if kind == "tie")
    assert (held == ((u[:, :, None] == u[:, None]).sum(axis=2) > 1)).all()


@settings(deadline=None, max_examples=50)
@given(matrices)
def test_groups_by_hand(u):
    found = {words: holds[:, 0] for _, words, holds in of_groups("x", u[:, None], u[:, :1] < 9, u[:, :1] > 9, None)}
    for k, row in enumerate(u.tolist()):
        assert found["where x holds ties"][k] == (len(set(row)) < len(row))
        assert found["where x holds a 0"][k] == (0 in row)
        assert found["where x is all zeros"][k] == (not any(row))
        assert found["where the largest entry of x is tied"][k] == (row.count(max(row)) > 1)
        assert found["where x ascends"][k] == (row == sorted(set(row)))


def groups_apart(*rows):
    """What is told of the groups that are wrong, the last half of the rows."""
    u = np.array(rows)[:, None]
    wrong = np.arange(len(rows))[:, None] >= len(rows) // 2
    return [words for kind, words, holds in of_groups("x", u, wrong, ~wrong, None) if kind == "large"]


def test_one_number_or_all_beyond_a_threshold():
    either = groups_apart([1, 2.0], [2, -3], [-50, 60], [70, 80])[0]
    assert either.startswith(
        "where x holds a number of size above a threshold between 3 and 60, and all of it lies beyond"
    )
    assert groups_apart([1, 2.0], [2, -3], [1, 60], [2, 80])[0].endswith("between 3 and 60")
    assert not groups_apart([1, 90.0], [2, -99], [-50, 60], [70, 80])  # rows without small numbers are an accident
