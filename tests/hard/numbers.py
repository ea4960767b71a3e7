"""Many scales at once, bad conditioning, long sums and products, many entries."""

from __future__ import annotations

import numpy as np

from tests.hard.kit import Hard, fixed, large
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    softmax,
    tanh_slope,
    with_jacobian,
)

SCALES = np.array([1e8, 1.0, 1e-9])
HILBERT = 1.0 / (np.arange(6)[:, None] + np.arange(6) + 1)
BIG = np.array([1e-6, 1.0, 1e6, 1e3])
SPD = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])


def logdet(x):
    return np.linalg.slogdet(x @ x.T + SPD)[1]


def logdet_bprop(v, x):
    return 2 * v * np.linalg.solve(x @ x.T + SPD, x)


def resolvent(x, b):
    return np.linalg.solve(4 * np.eye(3) + np.tanh(x), b[..., None])[..., 0]


def resolvent_bprop(v, x, b):
    A = 4 * np.eye(3) + np.tanh(x)
    u = np.linalg.solve(A.T, v)
    return -np.outer(u, np.linalg.solve(A, b)) * tanh_slope(x), u


def products(x):
    J = np.zeros((x.size, x.size), dtype=x.dtype)
    for j in range(x.size):
        for k in range(j + 1):
            J[j, k] = np.prod(np.delete(x[: j + 1], k))
    return J


def root2(a):
    """The Cholesky factor of [[1 + a0^2, a1], [a1, 4 + a1^2 + a2^2]], its three entries."""
    p = np.sqrt(1 + a[0] ** 2)
    q = a[1] / p
    return np.stack([p, q, np.sqrt(4 + a[1] ** 2 + a[2] ** 2 - q * q)])


def root2_jacobian(a):
    p, q, r = root2(a)
    dp = np.array([a[0] / p, 0, 0])
    dq = np.array([0, 1 / p, 0]) - q / p * dp
    return np.stack([dp, dq, (np.array([0, a[1], a[2]]) - q * dq) / r])


def euler(x):
    y = x
    for _ in range(200):
        y = y + 0.01 * (np.tanh(np.roll(y, 1, axis=-1)) - y)
    return y


def euler_bprop(v, x):
    path = [x]
    for _ in range(200):
        path.append(path[-1] + 0.01 * (np.tanh(np.roll(path[-1], 1)) - path[-1]))
    for y in path[-2::-1]:
        v = v + 0.01 * (np.roll(v, -1) * tanh_slope(y) - v)
    return v


HARD: tuple[Hard, ...] = (
    fixed(
        "outputs of 1e8 and 1e-9",
        Plain(
            args(x=(3,)),
            lambda x: SCALES * np.sin(x),
            lambda v, x: v * SCALES * np.cos(x),
            lambda x: np.diag(SCALES * np.cos(x)),
        ),
        "each row on its own scale",
    ),
    fixed(
        "sum of 1e8 and 1e-9",
        Plain(args(x=(3,)), lambda x: (SCALES * np.sin(x)).sum(), lambda v, x: v * SCALES * np.cos(x)),
        "the small part drowns in the rounding of the large",
    ),
    fixed(
        "mixed columns",
        Plain(args(x=(4,)), lambda x: np.tanh(x * BIG), lambda v, x: v * BIG * tanh_slope(x * BIG)),
        "slopes from 1e-6 to 1e6",
    ),
    fixed(
        "hilbert",
        with_jacobian(Plain(args(x=(6,)), lambda x: HILBERT @ x, lambda v, x: HILBERT.T @ v)),
        "nearly singular",
    ),
    fixed(
        "hilbert inverse",
        Plain(
            args(x=(5,)),
            lambda x: np.linalg.solve(HILBERT[:5, :5], x),
            lambda v, x: np.linalg.solve(HILBERT[:5, :5].T, v),
        ),
        "entries up to 1e5, all of which cancel",
    ),
    fixed("logdet", Plain(args((-50, 50), x=(3, 4)), logdet, logdet_bprop), "refuses extended precision"),
    fixed(
        "resolvent", Plain(args(x=(3, 3), b=(3,)), resolvent, resolvent_bprop), "refuses extended precision, two inputs"
    ),
    fixed(
        "products",
        Plain(args((-40, 40), x=(5,)), np.cumprod, lambda v, x: v @ products(x), products),
        "zeros, without a division",
    ),
    fixed("cholesky of two", Plain(args(a=(3,)), root2, jacobian=root2_jacobian), "Jacobian only"),
    large("two hundred steps", Plain(args(x=(4,)), euler, euler_bprop), "a long recurrence"),
    fixed("tenth power", elementwise(lambda x: x**10, lambda x: 10 * x**9, 3), "1e50 beside 1e-60"),
    fixed(
        "reciprocal",
        elementwise(lambda x: 1 / x, lambda x: -1 / (x * x), 4, domain="nonzero"),
        "slopes up to 1e16 beside 0",
    ),
    fixed(
        "product of all",
        Plain(args(x=(), y=(), z=()), lambda x, y, z: x * y * z, lambda v, x, y, z: (v * y * z, v * x * z, v * x * y)),
        "scalars of any size",
    ),
    fixed(
        "variance",
        Plain(args(x=(6,)), lambda x: np.var(x, axis=-1), lambda v, x: 2 * v * (x - x.mean()) / 6),
        "a large mean cancels",
    ),
    fixed(
        "layer norm",
        Plain(
            args(x=(2, 5)),
            lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5),
            lambda v, x: (
                (
                    v
                    - v.mean(-1, keepdims=True)
                    - (x - x.mean(-1, keepdims=True))
                    / (x.var(-1, keepdims=True) + 1e-5)
                    * (v * (x - x.mean(-1, keepdims=True))).mean(-1, keepdims=True)
                )
                / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
            ),
        ),
        "equal entries: slopes of 300 that cancel",
    ),
    large(
        "elementwise, 400",
        elementwise(lambda x: x * np.tanh(x), lambda x: np.tanh(x) + x * tanh_slope(x), 400),
        "large, but elementwise",
    ),
    large(
        "banded, 200",
        Plain(
            args(x=(200,)),
            lambda x: np.sin(x[1:]) * x[:-1],
            lambda v, x: np.insert(v * np.cos(x[1:]) * x[:-1], 0, 0) + np.append(v * np.sin(x[1:]), 0),
        ),
        "large, with two diagonals",
    ),
    fixed(
        "dense, 60", Plain(args(x=(60,)), softmax, lambda v, x: softmax(x) * (v - v @ softmax(x))), "large and dense"
    ),
)
