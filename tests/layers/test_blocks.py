"""The shapes of batches: blocks on a diagonal, parameters beside arrays, exact shifts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradcheck.layers.blocks import beside, diagonal, exactly_shifted, over_batch, products_over_batch, repeated, spread


@pytest.mark.parametrize("batch", [(), (3,), (2, 3), (0,), (1, 1)])
@pytest.mark.parametrize(("out", "into"), [((4,), (5,)), ((), (5,)), ((), ()), ((2, 3), (4,))])
def test_spread_puts_each_block_where_the_batch_indices_agree(
    batch: tuple[int, ...], out: tuple[int, ...], into: tuple[int, ...]
) -> None:
    blocks = np.random.default_rng(0).normal(size=(*batch, *out, *into))
    full = spread(blocks, len(out), len(into))
    assert full.shape == (*batch, *out, *batch, *into)
    for here in np.ndindex(batch):
        for there in np.ndindex(batch):
            block = full[(*here, *(slice(None) for _ in out), *there)]
            assert np.array_equal(block, blocks[here] if here == there else np.zeros((*out, *into)))


def test_spread_keeps_the_dtype() -> None:
    assert spread(np.ones((2, 3), dtype=np.longdouble), 0, 1).dtype == np.longdouble
    assert spread(np.ones((2, 3), dtype=np.float32), 0, 1).dtype == np.float32


def test_diagonal() -> None:
    assert diagonal(np.array([2.0, 3.0])).tolist() == [[2, 0], [0, 3]]
    assert diagonal(np.float64(2)).shape == ()
    assert diagonal(np.ones((2, 3))).shape == (2, 3, 2, 3)


def test_beside_lines_up_stacks_and_last_axes() -> None:
    assert beside(np.ones(4), np.ones(4)).shape == (4,)
    assert beside(np.ones(4), np.ones((2, 3, 4))).shape == (1, 1, 4)
    assert beside(np.ones((2, 4)), np.ones((2, 3, 4))).shape == (2, 1, 4)


def test_over_batch_sums_the_axes_of_the_batch() -> None:
    assert over_batch(np.ones((2, 3, 4)), np.zeros(4)).tolist() == [6, 6, 6, 6]
    assert over_batch(np.array([1.0, 2.0]), np.zeros(2)).tolist() == [1, 2]
    assert over_batch(np.ones((2, 3, 4)), np.zeros((2, 4))).tolist() == [[3, 3, 3, 3]] * 2


@pytest.mark.parametrize("batch", [(), (3,), (3, 2)])
def test_products_over_a_batch_are_sums_of_outer_products(batch: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=(2, *batch, 5)), rng.normal(size=(2, *batch, 4))
    wanted = [sum(np.outer(a, b) for a, b in zip(xs, vs, strict=True)) for xs, vs in zip(flat(x), flat(v), strict=True)]
    assert np.allclose(products_over_batch(x, v, np.zeros((2, 5, 4))), wanted, rtol=1e-14)
    assert np.allclose(products_over_batch(x[0], v[0], np.zeros((5, 4))), wanted[0], rtol=1e-14)


def flat(stack: np.ndarray) -> np.ndarray:
    """A stack with one axis for all of its batch."""
    return stack.reshape(len(stack), -1, stack.shape[-1])


def test_repeated_is_fresh() -> None:
    matrix = np.eye(2)
    copies = repeated(matrix, (3,))
    copies[0] = 7
    assert copies.shape == (3, 2, 2)
    assert np.array_equal(copies[1], matrix)
    assert np.array_equal(matrix, np.eye(2))


rows = hnp.arrays(np.float64, 5, elements=st.floats(-1e6, 1e6))


def shift_is_exact(here: np.ndarray, there: np.ndarray) -> bool:
    wide = there.astype(np.longdouble) - here.astype(np.longdouble)
    return bool((wide == wide[0]).all() and wide[0] >= 1)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(x=rows)
def test_shifts_are_exact(x: np.ndarray) -> None:
    here, there = exactly_shifted(x)
    assert shift_is_exact(here, there)
    assert np.max(np.abs(here - x)) <= 2e-16 * max(1, np.max(np.abs(x)))


def test_a_plain_shift_rounds() -> None:
    x = np.array([0.1, 0.2, 1e5 / 3])
    assert not shift_is_exact(x, x + 1)
