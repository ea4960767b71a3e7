from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.oracle.structure import WORTHWHILE, halves, owners, starting_groups
from gradcheck.oracle.table import NOBODY

MANY = 2 * WORTHWHILE


def banded(n, width):
    return np.where(np.abs(np.subtract.outer(np.arange(n), np.arange(n))) < width, 1.0, 0.0)


def groups_of(*claims):
    return starting_groups(claims, *claims[0].shape)


def sizes(groups):
    return [len(g) for g in groups]


@st.composite
def patterns(draw):
    m, n = draw(st.integers(1, 20)), draw(st.integers(WORTHWHILE, 60))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return (rng.random((m, n)) < draw(st.floats(0, 0.3))) * rng.normal(size=(m, n))


@given(patterns())
def test_no_two_columns_of_a_group_share_a_row(claim):
    for columns in groups_of(claim):
        assert (np.count_nonzero(claim[:, columns], axis=1) <= 1).all()


@given(patterns())
def test_every_column_is_in_one_group(claim):
    assert sorted(np.concatenate(groups_of(claim)).tolist()) == list(range(claim.shape[1]))


@pytest.mark.parametrize(("claim", "count"), [(np.eye(MANY), 1), (banded(MANY, 2), 3), (np.zeros((3, MANY)), 1)])
def test_sparse_claims_need_few_groups(claim, count):
    assert len(groups_of(claim)) == count


@pytest.mark.parametrize("claim", [np.ones((MANY, MANY)), banded(MANY, WORTHWHILE), np.eye(WORTHWHILE - 1)])
def test_dense_or_small_claims_are_measured_column_by_column(claim):
    assert sizes(groups_of(claim)) == [1] * claim.shape[1]


def test_without_a_claim_every_column_stands_alone():
    assert sizes(starting_groups((), 3, MANY)) == [1] * MANY


def test_claims_that_differ_are_joined():
    shifted = np.roll(np.eye(MANY), 1, axis=1)
    assert len(groups_of(np.eye(MANY))) == 1
    assert len(groups_of(np.eye(MANY), shifted)) > 1


def test_a_claim_that_is_not_a_number_is_a_claim():
    claim = np.eye(MANY)
    claim[0, 5] = np.nan
    assert all(not {0, 5} <= set(g.tolist()) for g in groups_of(claim))


def test_owners_are_the_columns_that_are_claimed():
    claim = np.array([[1.0, 0, 0], [0, 0, 2], [0, 0, 0]])
    found = owners([np.array([0, 2]), np.array([1])], [claim], 3)
    assert found.tolist() == [[0, 2, NOBODY], [1, 1, 1]]


@given(st.lists(st.integers(2, 9), max_size=4))
def test_halves_hold_what_the_groups_held(lengths):
    groups = [np.arange(start * 10, start * 10 + length) for start, length in enumerate(lengths)]
    parts = halves(groups)
    assert len(parts) == 2 * len(groups)
    assert all(len(part) > 0 for part in parts)
    assert [k for part in parts for k in part] == [k for g in groups for k in g]


def plainly_coloured(claim):
    """Each column, densest first, in the first group that none of its rows is in."""
    groups = []
    for column in np.argsort(-np.count_nonzero(claim, axis=0), kind="stable"):
        mine = claim[:, column] != 0
        free = [g for g in groups if not (mine[:, None] & (claim[:, g] != 0)).any()]
        if free:
            free[0].append(int(column))
        else:
            groups.append([int(column)])
    return [sorted(g) for g in groups]


@pytest.mark.parametrize("zeros", [0, 5])
@pytest.mark.parametrize("full", [0, 1, 9])
def test_full_columns_and_empty_ones_are_coloured_as_all_others(full, zeros):
    claim = np.concatenate([np.ones((20, full)), np.eye(20), np.eye(20), np.zeros((20, zeros))], axis=1)
    assert [g.tolist() for g in groups_of(claim)] == plainly_coloured(claim)
