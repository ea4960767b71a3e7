"""What is done to v: bprops that are not linear in it, lose its digits, or read it in the order of its memory."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, elementwise, rows, spoiled


def slope(x):
    return 1 / np.sqrt(1 + x * x)


ASINH = elementwise(np.arcsinh, slope, 6)
LOSS = Plain(args(x=(5,)), lambda x: np.cos(x).sum(axis=-1), lambda v, x: -v * np.sin(x))
GRID = Plain(args(x=(4, 3)), np.cos, lambda v, x: -v * np.sin(x))
SQUARE = Plain(args(x=(3, 3)), np.cos, lambda v, x: -v * np.sin(x))
FLAT = Plain(args(x=(4, 3)), lambda x: np.sin(x).reshape(-1), lambda v, x: v.reshape(x.shape) * np.cos(x))
PAIRS = Plain(
    args(x=(7,)), lambda x: x[1:] * x[:-1], lambda v, x: np.append(v * x[1:], 0) + np.insert(v * x[:-1], 0, 0)
)


def on_v(right, name, check, reason, change):
    """`right` with a bprop that changes v before it is used."""
    return spoiled(right, name, check, reason, bprop=lambda v, *xs: right.bprop(change(v), *xs))


def strided_pairs(x):
    step = x.itemsize
    windows = np.lib.stride_tricks.as_strided(x, (x.size - 1, 2), (step, step))
    return windows[:, 0] * windows[:, 1]


def flattened(v):
    v = v.view()
    v.shape = (12,)
    return v


def borrowed(v, x):
    """Scales v where it lies and scales it back."""
    v *= 2.0
    g = -v * np.sin(x) / 2.0
    v /= 2.0
    return g


MUTANTS: tuple[Mutant, ...] = (
    on_v(LOSS, "v: ignored by a loss", "bprop", "right only for v = 1", np.ones_like),
    on_v(LOSS, "v: squared by a loss", "bprop", "right only for v = 1", lambda v: v * v),
    on_v(ASINH, "v: its size", "bprop", "|v| for v", np.abs),
    on_v(ASINH, "v: its square", "bprop", "one-hot and all-ones cotangents do not show it", lambda v: v * v),
    on_v(ASINH, "v: its sign", "bprop", "as in signed gradient descent", np.sign),
    on_v(
        ASINH, "v: in units of its largest", "bprop", "divided by max |v|", lambda v: v / max(np.abs(v).max(), 1e-300)
    ),
    on_v(
        ASINH,
        "v: clipped at 100",
        "linearity",
        "gradient clipping, seen for large v only",
        lambda v: np.clip(v, -100, 100),
    ),
    on_v(
        ASINH,
        "v: clipped at 1e5",
        "linearity",
        "gradient clipping, seen for huge v only",
        lambda v: np.clip(v, -1e5, 1e5),
    ),
    on_v(
        ASINH,
        "v: norm clipped at 1000",
        "linearity",
        "as in clipping by norm",
        lambda v: v / max(1, np.sqrt((v * v).sum()) / 1000),
    ),
    on_v(
        ASINH,
        "v: nothing below 1e-4",
        "linearity",
        "small cotangents are dropped",
        lambda v: np.where(np.abs(v) < 1e-4, 0, v),
    ),
    on_v(ASINH, "v: on a grid of 1e-6", "linearity", "rounded to six decimals", lambda v: np.round(v, 6)),
    on_v(
        ASINH,
        "v: sparsified",
        "linearity",
        "entries below 1e-3 of the largest are dropped",
        lambda v: np.where(np.abs(v) < 1e-3 * np.abs(v).max(), 0, v),
    ),
    on_v(ASINH, "v: its mean", "bprop", "right for constant v only", lambda v: v.mean() + 0 * v),
    on_v(ASINH, "v: first entry only", "bprop", "right for constant v only", lambda v: v[0] + 0 * v),
    on_v(
        ASINH,
        "v: first non-zero entry only",
        "bprop",
        "right for every one-hot v",
        lambda v: np.where(np.arange(v.size) == np.argmax(v != 0), v, 0),
    ),
    on_v(
        ASINH,
        "v: three largest entries",
        "bprop",
        "right for every one-hot v",
        lambda v: np.where(np.abs(v) >= np.sort(np.abs(v))[-3], v, 0),
    ),
    on_v(
        ASINH, "v: negative part damped", "bprop", "0.99 of negative cotangents", lambda v: np.where(v < 0, 0.99 * v, v)
    ),
    on_v(
        ASINH,
        "v: wrong when all are negative",
        "linearity",
        "only where no entry is positive",
        lambda v: np.where(v.max() < 0, 2 * v, v),
    ),
    on_v(ASINH, "v: rounded to float32", "bprop", "half of the digits", lambda v: v.astype(np.float32).astype(v.dtype)),
    on_v(ASINH, "v: truncated to whole numbers", "bprop", "an int buffer", lambda v: v.astype(int).astype(float)),
    on_v(ASINH, "v: plus a constant", "linearity", "1e-7 is added, so a zero v gives something", lambda v: v + 1e-7),
    on_v(ASINH, "v: reversed", "bprop", "right for palindromes", lambda v: v[::-1]),
    on_v(ASINH, "v: sorted", "bprop", "right for ascending v", np.sort),
    on_v(ASINH, "v: neighbours leak", "bprop", "1e-6 of the entry before", lambda v: v + 1e-6 * np.roll(v, 1)),
    on_v(
        ASINH,
        "v: NaN for zero",
        "linearity",
        "v/|v| for a v of nothing but zeros",
        lambda v: v / np.sqrt((v * v).sum()) * np.sqrt((v * v).sum()),
    ),
    on_v(
        ASINH,
        "v: products of entries",
        "bprop",
        "1e-3 v_0 v_1 is added: zero for every one-hot v",
        lambda v: v + 1e-3 * v[0] * v[1],
    ),
    on_v(SQUARE, "v: transposed", "bprop", "v is square", np.transpose),
    on_v(GRID, "v: first row for all", "bprop", "broadcast where it should not be", lambda v: v[:1] + 0 * v),
    on_v(FLAT, "v: columns first", "bprop", "unravelled in the other order", lambda v: v.reshape(3, 4).T),
    on_v(
        GRID,
        "v: in the order of memory",
        "layout",
        "ravel(order='K') differs for a transposed v",
        lambda v: v.ravel(order="K").reshape(4, 3),
    ),
    on_v(
        GRID,
        "v: base for a view",
        "layout",
        "the array that v is a view of",
        lambda v: v if v.base is None or v.base.size != v.size else v.base.reshape(-1).reshape(4, 3),
    ),
    on_v(
        PAIRS,
        "v: strides assumed",
        "layout",
        "entries read side by side, though v may be a slice",
        lambda v: np.lib.stride_tricks.as_strided(v, v.shape, (v.itemsize,)),
    ),
    spoiled(
        GRID,
        "x: in the order of memory",
        "layout",
        "x.ravel(order='K') differs for a transposed x",
        bprop=lambda v, x: -v * np.sin(x.ravel(order="K").reshape(4, 3)),
    ),
    spoiled(
        GRID,
        "x: order in forward",
        "layout",
        "the output follows the memory of a transposed x",
        forward=lambda x: np.cos(x.ravel(order="K")).reshape(4, 3),
        jacobian=rows(GRID.forward, GRID.bprop),
    ),
    spoiled(
        PAIRS,
        "x: strides assumed in forward",
        "layout",
        "windows of neighbouring bytes, though x may be a slice",
        forward=strided_pairs,
    ),
    spoiled(
        GRID,
        "v: reshaped in place",
        "layout",
        "assigning a shape fails for a v that is not contiguous",
        bprop=lambda v, x: -flattened(v).reshape(4, 3) * np.sin(x),
    ),
    spoiled(GRID, "v: scaled in place and back", "layout", "fails for a v that is read-only", bprop=borrowed),
)
