"""What comes back in the wrong form: types, shapes, counts, exceptions; laws and batches that do not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck import Input, law
from tests.mutants.kit import Mutant, Plain, args, elementwise, softmax, spoiled, tanh_slope

COS = elementwise(np.cos, lambda x: -np.sin(x), 2, 3)
LOSS = Plain(args(x=(4,)), lambda x: (x**2).sum(), lambda v, x: 2 * v * x, lambda x: 2 * x)
DENSE = Plain(args(x=(3, 4), W=(4, 2)), lambda x, W: x @ W, lambda v, x, W: (v @ W.T, x.T @ v))
WIDE = Plain(
    args(x=(4,)),
    lambda x: x[..., :3] * x[..., 1:],
    jacobian=lambda x: np.diag(x[1:]) @ np.eye(3, 4) + np.diag(x[:3]) @ np.eye(3, 4, 1),
)
ROWS = Plain(
    args(x=("batch", "n")), softmax, lambda v, x: softmax(x) * (v - (v * softmax(x)).sum(axis=-1, keepdims=True))
)
LINEAR = Plain(args(x=("batch", "n"), W=("n", "m")), lambda x, W: x @ W, lambda v, x, W: (v @ W.T, x.T @ v))
BIASED = Plain(
    args(x=("batch", "n"), b=("n",)),
    lambda x, b: np.tanh(x + b[..., None, :]),
    lambda v, x, b: (v * tanh_slope(x + b), (v * tanh_slope(x + b)).sum(axis=0)),
)


def raising(v, x):
    if x.min() < -5:
        raise ValueError("negative input")
    return -v * np.sin(x)


@dataclass(frozen=True)
class Tempered:
    """A softmax that is no softmax: its derivatives are those of what it computes."""

    inputs: tuple[Input, ...] = args(x=(4,))

    def forward(self, x: Any) -> Any:
        return softmax(x) * 1.001

    def bprop(self, v: Any, x: Any) -> Any:
        s = softmax(x)
        return 1.001 * s * (v - v @ s)

    @law
    def sums_to_one(self, x: Any) -> Any:
        return self.forward(x).sum(), np.ones(())


@dataclass(frozen=True)
class Lopsided:
    """A squashing function said to be odd, that is so only for |x| < 10."""

    inputs: tuple[Input, ...] = args(x=(4,))

    def forward(self, x: Any) -> Any:
        return np.where(x < -10, -10 + (x + 10) / 2, x)

    def bprop(self, v: Any, x: Any) -> Any:
        return v * np.where(x < -10, 0.5, 1)

    @law
    def odd(self, x: Any) -> Any:
        return self.forward(-x), -self.forward(x)


def squeezed(v, x):
    s = softmax(x)
    inner = np.squeeze(v * s).sum(axis=-1, keepdims=True)
    return s * (v - inner.reshape(-1, 1) if x.shape[0] > 1 else 2 * s * v)


def chunked(v, x, W):
    """Whole pieces of three rows only."""
    n = len(x) // 3 * 3
    return v @ W.T, x[:n].T @ v[:n]


def by_shape(v, x, W):
    return v @ (W if v.shape[-1] == W.shape[0] else W.T), x.T @ v


MUTANTS: tuple[Mutant, ...] = (
    spoiled(COS, "returns: None", "contract", "a return statement is missing", bprop=lambda v, x: None),
    spoiled(
        COS, "returns: a list", "contract", "a nested list for an array", bprop=lambda v, x: (-v * np.sin(x)).tolist()
    ),
    spoiled(
        COS,
        "returns: a tuple for one input",
        "contract",
        "a tuple where one array is required",
        bprop=lambda v, x: (-v * np.sin(x),),
    ),
    spoiled(COS, "returns: whole numbers", "contract", "an int array", bprop=lambda v, x: (-v * np.sin(x)).astype(int)),
    spoiled(COS, "returns: complex numbers", "contract", "a complex array", bprop=lambda v, x: -v * np.sin(x) + 0j),
    spoiled(
        COS,
        "returns: objects",
        "contract",
        "an array of Python numbers",
        bprop=lambda v, x: (-v * np.sin(x)).astype(object),
    ),
    spoiled(COS, "returns: flat", "contract", "shape (6,) for (2, 3)", bprop=lambda v, x: (-v * np.sin(x)).ravel()),
    spoiled(
        COS,
        "returns: one axis too many",
        "contract",
        "shape (1, 2, 3) for (2, 3)",
        bprop=lambda v, x: (-v * np.sin(x))[None],
    ),
    spoiled(
        COS, "returns: float32", "bprop", "half of the digits", bprop=lambda v, x: (-v * np.sin(x)).astype(np.float32)
    ),
    spoiled(
        COS,
        "returns: float16 Jacobian",
        "jacobian",
        "a quarter of the digits",
        jacobian=lambda x: COS.jacobian(x).astype(np.float16),
    ),
    spoiled(COS, "raises: for negative inputs", "contract", "bprop raises where forward does not", bprop=raising),
    spoiled(
        COS,
        "returns: the slope as Jacobian",
        "contract",
        "shape (2, 3) for (2, 3, 2, 3)",
        jacobian=lambda x: -np.sin(x),
    ),
    spoiled(
        LOSS, "returns: row for a loss", "contract", "Jacobian of shape (1, n) for (n,)", jacobian=lambda x: 2 * x[None]
    ),
    spoiled(LOSS, "returns: a number", "contract", "the sum for the gradient", bprop=lambda v, x: (2 * v * x).sum()),
    spoiled(DENSE, "returns: one of two", "contract", "the gradient of W only", bprop=lambda v, x, W: x.T @ v),
    spoiled(
        DENSE,
        "returns: three of two",
        "contract",
        "one gradient too many",
        bprop=lambda v, x, W: (v @ W.T, x.T @ v, v.sum(axis=0)),
    ),
    spoiled(
        DENSE, "returns: in the wrong order", "contract", "W's gradient first", bprop=lambda v, x, W: (x.T @ v, v @ W.T)
    ),
    spoiled(
        DENSE,
        "returns: transposed weight gradient",
        "contract",
        "shape (2, 4) for (4, 2)",
        bprop=lambda v, x, W: (v @ W.T, v.T @ x),
    ),
    spoiled(
        WIDE,
        "returns: transposed Jacobian",
        "contract",
        "shape (4, 3) for (3, 4)",
        jacobian=lambda x: WIDE.jacobian(x).T.copy(),
    ),
    spoiled(
        WIDE,
        "Jacobian: one diagonal",
        "jacobian",
        "the second occurrence of x is forgotten",
        jacobian=lambda x: np.diag(x[1:]) @ np.eye(3, 4),
    ),
    Mutant("law: rows do not sum to one", Tempered, "laws", "1.001 in forward and in bprop alike"),
    Mutant("law: odd near zero only", Lopsided, "laws", "the formula changes below -10"),
    spoiled(ROWS, "batch: of one", "batch", "an axis of length one is squeezed away", bprop=squeezed),
    spoiled(
        ROWS,
        "batch: rows mixed",
        "bprop",
        "the sum runs over the whole batch",
        bprop=lambda v, x: softmax(x) * (v - (v * softmax(x)).sum()),
    ),
    spoiled(LINEAR, "batch: rest of a chunk dropped", "batch", "whole chunks of three rows only", bprop=chunked),
    spoiled(
        LINEAR,
        "batch: square weights",
        "batch",
        "told by shape whether to transpose: wrong where n = m",
        bprop=by_shape,
    ),
    spoiled(
        LINEAR,
        "batch: averaged",
        "bprop",
        "W's gradient is a mean over the batch",
        bprop=lambda v, x, W: (v @ W.T, x.T @ v / len(x)),
    ),
    spoiled(
        BIASED,
        "batch: divided by 3",
        "batch",
        "a batch of three is built in",
        bprop=lambda v, x, b: (v * tanh_slope(x + b), (v * tanh_slope(x + b)).mean(axis=0) * 3),
    ),
    spoiled(
        BIASED,
        "batch: bias from the first rows",
        "batch",
        "three rows are added up, whatever the batch",
        bprop=lambda v, x, b: (v * tanh_slope(x + b), (v * tanh_slope(x + b))[:3].sum(axis=0)),
    ),
    spoiled(
        BIASED,
        "batch: even sizes",
        "batch",
        "a pairwise sum that counts the last pair twice",
        bprop=lambda v, x, b: (
            v * tanh_slope(x + b),
            (v * tanh_slope(x + b)).sum(axis=0) * (1.5 if len(x) % 2 == 0 else 1),
        ),
    ),
)
