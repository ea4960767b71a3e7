from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gradcheck.oracle.pattern import pattern_of
from gradcheck.oracle.table import NOBODY

M, N = 40, 40


def banded(width):
    return sum(np.eye(M, N, k) * (k + 2) for k in range(width))


def found(matrix, pieces=None):
    rows, columns = np.nonzero(matrix)
    return pattern_of(rows, columns, matrix.shape, pieces or (slice(0, matrix.shape[1]),), np.ones(matrix.shape[1]))


MATRICES = [np.diag(np.arange(1.0, N + 1)), banded(3), np.kron(np.eye(10), np.ones((4, 4))), np.zeros((M, N))]


@pytest.mark.parametrize("matrix", MATRICES, ids=["diagonal", "banded", "blocks", "nothing"])
def test_a_table_holds_the_whole(matrix):
    pattern = found(matrix)
    table = pattern.table(matrix[pattern.rows, pattern.columns])
    v = np.random.default_rng(0).standard_normal((2, M))
    assert pattern.combined(v, table) == pytest.approx(v @ matrix)
    assert pattern.combined(v[0], table) == pytest.approx(v[0] @ matrix)


@pytest.mark.parametrize("matrix", MATRICES, ids=["diagonal", "banded", "blocks", "nothing"])
def test_no_two_columns_of_a_group_move_one_output(matrix):
    pattern = found(matrix)
    assert sorted(np.concatenate(pattern.groups)) == list(range(N))
    for group, owner in zip(pattern.groups, pattern.owners, strict=True):
        counts = np.count_nonzero(matrix[:, group], axis=1)
        assert counts.max() <= 1
        assert ((owner != NOBODY) == (counts == 1)).all()


def test_each_input_has_groups_of_its_own():
    matrix = np.hstack([np.eye(M), np.eye(M)])
    pattern = found(matrix, (slice(0, M), slice(M, 2 * M)))
    assert [len(group) for group in pattern.groups] == [M, M]
    assert pattern.pieces == (slice(0, 2), slice(2, 4))


def test_a_group_holds_entries_of_one_length():
    scale = np.where(np.arange(N) < 3, 1000.0, 1.0)
    rows = np.arange(M)
    pattern = pattern_of(rows, rows, (M, N), (slice(0, N),), scale)
    assert sorted(len(group) for group in pattern.groups) == [3, N - 3]
    assert all(np.ptp(scale[group]) == 0 for group in pattern.groups)
    assert pattern.width == 3


def test_a_dense_matrix_has_none():
    assert found(np.ones((M, N))) is None


def test_groups_are_tried_one_at_a_time():
    rows = np.repeat(np.arange(200), 200)  # each row has as many non-zeros as there are candidates, of 40,000 columns
    columns = np.arange(40_000)
    tracemalloc.start()
    try:
        pattern = pattern_of(rows, columns, (200, 40_000), (slice(0, 40_000),), np.ones(40_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(pattern.groups) == 200
    assert peak < 40 * columns.nbytes  # all candidates at once are 200 of them
