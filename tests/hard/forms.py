"""What comes in and goes out: views, orders of memory, scalars, nothing at all, labels, state that does no harm."""

from __future__ import annotations

import numpy as np

from gradcheck import Input
from tests.hard.kit import Hard, fixed
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    given,
    softmax,
    tanh_slope,
    with_jacobian,
)


def unlabelled(scores, k):
    z = scores - scores.max(axis=1, keepdims=True)
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(3), k]


def unlabelled_bprop(v, scores, k):
    g = softmax(scores)
    g[np.arange(3), k] -= 1
    return v[:, None] * g


def strict(x):
    if x.shape != (4,) or x.dtype != np.float64 or not (x > 0).all():
        raise ValueError("four positive numbers in float64 are required")
    return np.log(x) * x


def finite_only(x):
    if not np.isfinite(x).all():
        raise ValueError("finite numbers are required")
    return np.tanh(x).sum()


class Bare:
    """A layer that declares nothing."""

    def forward(self, x, y):
        return np.tanh(x) * y

    def bprop(self, v, x, y):
        return v * y * tanh_slope(x), v * np.tanh(x)


class Remembering:
    """Keeps what forward computed, and looks whether it is of the same x before it is used."""

    inputs = args(x=(5,))

    def __init__(self) -> None:
        self.key = None

    def forward(self, x):
        self.key, self.slope = (x.tobytes(), x.dtype), np.cos(x)
        return np.sin(x)

    def bprop(self, v, x):
        return v * (self.slope if self.key == (x.tobytes(), x.dtype) else np.cos(x))


class Counting:
    """Counts its calls, which changes nothing."""

    inputs = args(x=(4,))
    calls = 0

    def forward(self, x):
        self.calls += 1
        return x * x

    def bprop(self, v, x):
        self.calls += 1
        return 2 * v * x


ORDER = np.array([3, 0, 2, 1])
KEEP = np.random.default_rng(8).random((3, 4)) < 0.6
HARD: tuple[Hard, ...] = (
    Hard("no inputs declared", Bare, "shapes are made up from the arguments of forward"),
    Hard("checked cache", Remembering, "state that is used only where it is right"),
    Hard("counter", Counting, "state that does not matter"),
    fixed(
        "strict",
        elementwise(strict, lambda x: 1 + np.log(x), 4, domain="positive"),
        "refuses other shapes, dtypes and negative numbers",
    ),
    fixed(
        "finite only",
        Plain(args(x=(4,)), finite_only, lambda v, x: v * tanh_slope(x)),
        "refuses NaN and infinity, couples stacked rows",
    ),
    fixed("identity", Plain(args(x=(3, 2)), lambda x: x.copy(), lambda v, x: v), "bprop returns v itself"),
    fixed(
        "view of the input", Plain(args(x=(3, 4)), lambda x: x.T, lambda v, x: v.T), "views in and out, not contiguous"
    ),
    fixed(
        "slice",
        Plain(args(x=(7,)), lambda x: x[::2], lambda v, x: np.stack([v, 0 * v], axis=1).reshape(-1)[:7]),
        "a view with a step",
    ),
    fixed(
        "broadcast gradient",
        Plain(args(x=(3, 4)), lambda x: x.sum(), lambda v, x: np.broadcast_to(v, (3, 4))),
        "a read-only gradient without memory of its own",
    ),
    fixed(
        "fortran order",
        Plain(args(x=(3, 4)), lambda x: np.asfortranarray(np.sin(x)), lambda v, x: np.asfortranarray(v * np.cos(x))),
        "columns first in memory",
    ),
    fixed(
        "python float loss",
        Plain(args(x=(4,)), lambda x: float((x * x).sum()), lambda v, x: 2 * v * x),
        "forward returns a Python number",
    ),
    fixed(
        "numpy scalar loss",
        Plain(args(x=(4,)), lambda x: np.float64(np.sin(x).sum()), lambda v, x: v * np.cos(x)),
        "forward returns a numpy scalar",
    ),
    fixed(
        "scalar input",
        Plain(args(x=()), np.sin, lambda v, x: v * np.cos(x), np.cos),
        "shape ()",
    ),
    fixed(
        "one entry",
        with_jacobian(Plain(args(x=(1, 1)), lambda x: x * x, lambda v, x: 2 * v * x)),
        "every axis of length one",
    ),
    fixed(
        "no entries",
        Plain(
            args(x=(0,), y=(3,)),
            lambda x, y: y * (1 + x.sum()),
            lambda v, x, y: (np.zeros(0) + (v * y).sum(), v * (1 + x.sum())),
        ),
        "an empty input",
    ),
    fixed("no output", Plain(args(x=(3,)), lambda x: x[:0], lambda v, x: np.zeros(3)), "an empty output"),
    fixed(
        "labels",
        Plain((*args(scores=(3, 4)), *given("k", 3, domain="labels", classes=4)), unlabelled, unlabelled_bprop),
        "whole numbers as an input",
    ),
    fixed(
        "weights of labels",
        Plain(
            (*args(x=(4,), w=(3,)), *given("k", 4, domain="labels", classes=3)),
            lambda x, w, k: x * w[k],
            lambda v, x, w, k: (v * w[k], np.bincount(k, v * x, minlength=3)),
        ),
        "bincount, float64 only",
    ),
    fixed(
        "where with a guard",
        elementwise(
            lambda x: np.where(x > 0, np.log1p(np.where(x > 0, x, 0)), x),
            lambda x: np.where(x > 0, 1 / (1 + np.abs(x)), 1),
            5,
        ),
        "the branch not taken is made safe",
    ),
    fixed(
        "permutation",
        Plain(args(x=(4,)), lambda x: x[ORDER], lambda v, x: v[np.argsort(ORDER)], lambda x: np.eye(4)[ORDER]),
        "no arithmetic at all",
    ),
    fixed(
        "fixed dropout",
        Plain(args(x=(3, 4)), lambda x: x * KEEP / 0.6, lambda v, x: v * KEEP / 0.6),
        "the same mask at every call",
    ),
    fixed(
        "unused input",
        Plain(args(x=(3,), y=(2,)), lambda x, y: np.sin(x), lambda v, x, y: (v * np.cos(x), np.zeros(2))),
        "a gradient that is zero everywhere",
    ),
    fixed(
        "complex inside",
        elementwise(lambda x: np.real(np.exp(1j * x)), lambda x: -np.sin(x), 4),
        "complex numbers on the way",
    ),
    fixed(
        "fourier",
        Plain(
            args(x=(8,)),
            lambda x: np.abs(np.fft.rfft(x)) ** 2,
            lambda v, x: np.fft.irfft(2 * v * np.fft.rfft(x) * np.array([1, 0.5, 0.5, 0.5, 1]), 8) * 8,
        ),
        "refuses extended precision, power of a transform",
    ),
    fixed(
        "steps of a simplex",
        Plain(
            (Input("p", (2, 3), "simplex"),),
            lambda p: np.cumsum(p, axis=1),
            lambda v, p: np.cumsum(v[:, ::-1], axis=1)[:, ::-1],
        ),
        "rows that sum to one",
    ),
    fixed(
        "named sizes",
        Plain(
            args(x=("batch", "n"), W=("n", "m"), b=("m",)),
            lambda x, W, b: np.tanh(x @ W + b[..., None, :]),
            lambda v, x, W, b: (
                (v * tanh_slope(x @ W + b)) @ W.T,
                x.T @ (v * tanh_slope(x @ W + b)),
                (v * tanh_slope(x @ W + b)).sum(axis=0),
            ),
        ),
        "any batch, any width",
    ),
)
