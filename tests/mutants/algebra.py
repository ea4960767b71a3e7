"""Linear algebra, polynomials and products: transposes, symmetric halves, orders of factors, divisions by zero."""

from __future__ import annotations

import numpy as np

from tests.mutants.kit import Mutant, Plain, args, elementwise, sloped, spoiled, tanh_slope, with_jacobian

MATMUL = with_jacobian(Plain(args(A=(3, 3), B=(3, 3)), lambda A, B: A @ B, lambda v, A, B: (v @ B.T, A.T @ v)))
FORM = with_jacobian(
    Plain(args(x=(4,), A=(4, 4)), lambda x, A: x @ A @ x, lambda v, x, A: (v * (A @ x + x @ A), v * np.outer(x, x)))
)
NEAR = (-0.4, 0.4)
EYE = 3 * np.eye(3)


def inverse(x):
    return np.linalg.inv(EYE + x)


def inverse_bprop(v, x):
    return -inverse(x).T @ v @ inverse(x).T


INVERSE = with_jacobian(Plain(args(NEAR, x=(3, 3)), inverse, inverse_bprop))


def solve(A, b):
    return np.linalg.solve(EYE + A, b[..., None])[..., 0]


def solve_bprop(v, A, b):
    u = np.linalg.solve((EYE + A).T, v)
    return -np.outer(u, solve(A, b)), u


SOLVE = Plain((*args(NEAR, A=(3, 3)), *args(b=(3,))), solve, solve_bprop)
LOGDET = Plain(args(NEAR, x=(3, 3)), lambda x: np.linalg.slogdet(EYE + x)[1], lambda v, x: v * inverse(x).T)
TRACE = Plain(
    args(A=(3, 3), B=(3, 3)),
    lambda A, B: (A * np.swapaxes(B, -1, -2)).sum(axis=(-1, -2)),
    lambda v, A, B: (v * B.T, v * A.T),
)
GRAM = Plain(args(x=(3, 4)), lambda x: x @ np.swapaxes(x, -1, -2), lambda v, x: (v + v.T) @ x)
SYMMETRIC = Plain(args(x=(3, 3)), lambda x: x + np.swapaxes(x, -1, -2), lambda v, x: v + v.T)
TRIANGLE = Plain(args(x=(4, 4)), np.tril, lambda v, x: np.tril(v))


def squared_distances(x, y):
    return ((x[..., :, None, :] - y[..., None, :, :]) ** 2).sum(axis=-1)


def squared_distances_bprop(v, x, y):
    d = x[:, None] - y[None]
    return 2 * (v[..., None] * d).sum(axis=1), -2 * (v[..., None] * d).sum(axis=0)


SQUARED = Plain(args(x=(3, 2), y=(3, 2)), squared_distances, squared_distances_bprop)


def distances(x):
    return np.sqrt(squared_distances(x, x))


def distances_bprop(v, x, guarded=True, both=True):
    d = distances(x)
    w = v / np.where(d > 0, d, 1) * (d > 0) if guarded else v / d
    w = w + w.T if both else w
    return (w[..., None] * (x[:, None] - x[None])).sum(axis=1)


DISTANCES = Plain(args(x=(4, 2)), distances, distances_bprop)


def cube(A):
    return A @ A @ A


CUBE = Plain(args(A=(3, 3)), cube, lambda v, A: v @ A.T @ A.T + A.T @ v @ A.T + A.T @ A.T @ v)
CROSS = Plain(args(a=(3,), b=(3,)), np.cross, lambda v, a, b: (np.cross(b, v), np.cross(v, a)))
ROTATE = Plain(
    args(p=(2,), t=()),
    lambda p, t: np.array([np.cos(t) * p[0] - np.sin(t) * p[1], np.sin(t) * p[0] + np.cos(t) * p[1]]),
    lambda v, p, t: (
        np.array([np.cos(t) * v[0] + np.sin(t) * v[1], np.cos(t) * v[1] - np.sin(t) * v[0]]),
        v[0] * (-np.sin(t) * p[0] - np.cos(t) * p[1]) + v[1] * (np.cos(t) * p[0] - np.sin(t) * p[1]),
    ),
)
POWERS = np.arange(5)


def polynomial(c, x):
    return ((x[..., None] ** POWERS) @ c[..., None])[..., 0]


def polynomial_bprop(v, c, x, shift=0):
    slope = (x[:, None] ** POWERS[:-1]) @ (c[1:] * (POWERS[1:] - shift))
    return v @ x[:, None] ** POWERS, v * slope


POLYNOMIAL = Plain((*args(c=(5,)), *args((-30, 30), x=(3,))), polynomial, polynomial_bprop)
CHEBYSHEV = elementwise(lambda x: ((16 * x * x - 20) * x * x + 5) * x, lambda x: (80 * x * x - 60) * x * x + 5, 4)
RATIONAL = elementwise(lambda x: (x - 2) / (x * x + 1), lambda x: (1 + 4 * x - x * x) / (x * x + 1) ** 2, 5)


def others(x):
    """The product of all entries but one, for each, without a division."""
    left = np.concatenate([[1], np.cumprod(x[:-1])])
    right = np.concatenate([np.cumprod(x[:0:-1])[::-1], [1]])
    return (left * right).astype(x.dtype)


PRODUCT = Plain(args((-40, 40), x=(5,)), np.prod, lambda v, x: v * others(x), others)


def running_product_jacobian(x):
    J = np.zeros((x.size, x.size), dtype=x.dtype)
    for j in range(x.size):
        J[j, : j + 1] = others(x[: j + 1])
    return J


RUNNING = Plain(
    args((-40, 40), x=(5,)), np.cumprod, lambda v, x: v @ running_product_jacobian(x), running_product_jacobian
)


def running_by_division(v, x):
    return np.cumsum((v * np.cumprod(x))[::-1])[::-1] / x


def covariance(x):
    c = x - x.mean(axis=-2, keepdims=True)
    return np.swapaxes(c, -1, -2) @ c / (x.shape[-2] - 1)


COVARIANCE = Plain(args(x=(4, 2)), covariance, lambda v, x: (x - x.mean(axis=0)) @ (v + v.T) / (len(x) - 1))
SPREAD = Plain(args(x=(6,)), lambda x: x.var(axis=-1), lambda v, x: 2 * v * (x - x.mean()) / x.size)
NORM = Plain(args(x=(5,)), lambda x: np.sqrt((x * x).sum()), lambda v, x: v * x / (np.sqrt((x * x).sum()) or 1))
TRAPEZOID = Plain(args(x=(6,)), lambda x: (x[1:] + x[:-1]).sum() / 2, lambda v, x: v * np.array([0.5, 1, 1, 1, 1, 0.5]))
OUTER_SUM = Plain(
    args(a=(3,), b=(3,)),
    lambda a, b: a[..., :, None] * np.tanh(b)[..., None, :],
    lambda v, a, b: (v @ np.tanh(b), a @ v * tanh_slope(b)),
)
TENSOR = Plain(
    args(A=(2, 3, 4), b=(4,)),
    lambda A, b: np.einsum("ijk,k->ji", A, b),
    lambda v, A, b: (np.einsum("ji,k->ijk", v, b), np.einsum("ji,ijk->k", v, A)),
)


def project(p):
    return p[:2] / p[2]


PROJECT = Plain(
    args((1, 5), p=(3,)),
    project,
    jacobian=lambda p: np.array([[1 / p[2], 0, -p[0] / p[2] ** 2], [0, 1 / p[2], -p[1] / p[2] ** 2]]),
)


def newton_root(x):
    y = x + 1
    for _ in range(3):
        y = (y + x / y) / 2
    return y


def newton_root_slope(x, through=True):
    y, d = x + 1, np.ones_like(x)
    for _ in range(3):
        y, d = (y + x / y) / 2, (d * through + 1 / y - x * d * through / y**2) / 2
    return d


NEWTON = elementwise(newton_root, newton_root_slope, 4, domain="positive")

MUTANTS: tuple[Mutant, ...] = (
    spoiled(
        MATMUL, "matmul: B not transposed", "bprop", "v B for v B^T; all square", bprop=lambda v, A, B: (v @ B, A.T @ v)
    ),
    spoiled(
        MATMUL,
        "matmul: Jacobians swapped",
        "jacobian",
        "the Jacobians of A and B change places",
        jacobian=lambda A, B: MATMUL.jacobian(A, B)[::-1],
    ),
    spoiled(
        FORM,
        "quadratic form: A taken for symmetric",
        "bprop",
        "2 A x for (A + A^T) x",
        bprop=lambda v, x, A: (2 * v * A @ x, v * np.outer(x, x)),
    ),
    spoiled(
        FORM,
        "quadratic form: one of two x",
        "jacobian",
        "x occurs twice, one occurrence is differentiated",
        jacobian=lambda x, A: (A @ x, np.outer(x, x)),
    ),
    spoiled(
        INVERSE,
        "inverse: not transposed",
        "bprop",
        "-X v X for -X^T v X^T",
        bprop=lambda v, x: -inverse(x) @ v @ inverse(x),
    ),
    spoiled(
        INVERSE,
        "inverse: Jacobian's output axes swapped",
        "jacobian",
        "dX^T for dX",
        jacobian=lambda x: INVERSE.jacobian(x).swapaxes(0, 1),
    ),
    spoiled(
        SOLVE,
        "solve: outer product transposed",
        "bprop",
        "-x u^T for -u x^T",
        bprop=lambda v, A, b: (solve_bprop(v, A, b)[0].T, solve_bprop(v, A, b)[1]),
    ),
    spoiled(
        SOLVE,
        "solve: system not transposed",
        "bprop",
        "A u = v for A^T u = v",
        bprop=lambda v, A, b: (-np.outer(solve(A, v), solve(A, b)), solve(A, v)),
    ),
    spoiled(LOGDET, "logdet: inverse not transposed", "bprop", "X^-1 for X^-T", bprop=lambda v, x: v * inverse(x)),
    spoiled(
        TRACE, "trace: factors not transposed", "bprop", "B for B^T and A for A^T", bprop=lambda v, A, B: (v * B, v * A)
    ),
    spoiled(GRAM, "gram: v taken for symmetric", "bprop", "2 v x for (v + v^T) x", bprop=lambda v, x: 2 * v @ x),
    spoiled(SYMMETRIC, "symmetric: 2v", "bprop", "right only for a symmetric v", bprop=lambda v, x: 2 * v),
    spoiled(
        TRIANGLE,
        "lower triangle: mask forgotten",
        "bprop",
        "the entries above the diagonal do not matter",
        bprop=lambda v, x: v.copy(),
    ),
    spoiled(
        TRIANGLE, "lower triangle: diagonal left out", "bprop", "k = -1 for k = 0", bprop=lambda v, x: np.tril(v, -1)
    ),
    spoiled(
        SQUARED,
        "squared distances: same sign twice",
        "bprop",
        "the second argument enters with a minus",
        bprop=lambda v, x, y: (squared_distances_bprop(v, x, y)[0], -squared_distances_bprop(v, x, y)[1]),
    ),
    spoiled(
        SQUARED,
        "squared distances: wrong axis",
        "bprop",
        "the sums run over the other points; as many of each",
        bprop=lambda v, x, y: (squared_distances_bprop(v.T, x, y)[0], squared_distances_bprop(v, x, y)[1]),
    ),
    spoiled(
        DISTANCES,
        "distances: diagonal 0/0",
        "contract",
        "a point's distance to itself gives NaN",
        bprop=lambda v, x: distances_bprop(v, x, guarded=False),
    ),
    spoiled(
        DISTANCES,
        "distances: each pair once",
        "bprop",
        "a point is row and column, one of them is forgotten",
        bprop=lambda v, x: distances_bprop(v, x, both=False),
    ),
    spoiled(
        CUBE,
        "matrix cube: as for numbers",
        "bprop",
        "3 A^2 does not hold where factors do not commute",
        bprop=lambda v, A: 3 * v @ A.T @ A.T,
    ),
    spoiled(
        CROSS,
        "cross product: order",
        "bprop",
        "a x v for v x a",
        bprop=lambda v, a, b: (np.cross(b, v), np.cross(a, v)),
    ),
    spoiled(
        ROTATE,
        "rotation: not turned back",
        "bprop",
        "R v for R^T v",
        bprop=lambda v, p, t: (ROTATE.forward(v, t), ROTATE.bprop(v, p, t)[1]),
    ),
    spoiled(
        POLYNOMIAL,
        "polynomial: k - 1 for k",
        "bprop",
        "the factor of the power rule is off by one",
        bprop=lambda v, c, x: polynomial_bprop(v, c, x, shift=1),
    ),
    spoiled(
        POLYNOMIAL,
        "polynomial: coefficients backwards",
        "bprop",
        "highest power first in the gradient only",
        bprop=lambda v, c, x: (polynomial_bprop(v, c, x)[0][::-1], polynomial_bprop(v, c, x)[1]),
    ),
    spoiled(
        CHEBYSHEV,
        "chebyshev: sign of one term",
        "jacobian",
        "+60 for -60",
        **sloped(lambda x: (80 * x * x + 60) * x * x + 5),
    ),
    spoiled(
        RATIONAL,
        "rational: quotient rule's sign",
        "bprop",
        "plus for minus",
        **sloped(lambda x: (x * x + 1 + 2 * x * (x - 2)) / (x * x + 1) ** 2),
    ),
    spoiled(
        RATIONAL,
        "rational: denominator not squared",
        "jacobian",
        "right only at 0",
        **sloped(lambda x: (1 + 4 * x - x * x) / (x * x + 1)),
    ),
    spoiled(
        PRODUCT,
        "product: divided by the entry",
        "contract",
        "0/0 where an entry is zero",
        bprop=lambda v, x: v * np.prod(x) / x,
    ),
    spoiled(
        PRODUCT,
        "product: zeros get nothing",
        "bprop",
        "guarded division: a single zero entry does matter",
        bprop=lambda v, x: v * np.where(x == 0, 0, np.prod(x) / np.where(x == 0, 1, x)),
        jacobian=None,
    ),
    spoiled(
        RUNNING, "cumprod: divided by the entry", "contract", "0/0 where an entry is zero", bprop=running_by_division
    ),
    spoiled(
        RUNNING,
        "cumprod: zeros nudged",
        "bprop",
        "a zero is replaced by 1e-3 before the division",
        bprop=lambda v, x: running_by_division(v, np.where(x == 0, 1e-3, x)),
        jacobian=None,
    ),
    spoiled(
        COVARIANCE,
        "covariance: one half",
        "bprop",
        "v for v + v^T",
        bprop=lambda v, x: (x - x.mean(axis=0)) @ v / (len(x) - 1),
    ),
    spoiled(
        SPREAD,
        "variance: n - 1",
        "bprop",
        "another denominator than in forward",
        bprop=lambda v, x: 2 * v * (x - x.mean()) / (x.size - 1),
    ),
    spoiled(
        NORM,
        "norm: 0/0",
        "contract",
        "NaN at the origin, where 0 is a subgradient",
        bprop=lambda v, x: v * x / np.sqrt((x * x).sum()),
    ),
    spoiled(
        TRAPEZOID,
        "trapezoid: ends in full",
        "bprop",
        "the first and last weight are 1/2",
        bprop=lambda v, x: v * np.ones(6),
    ),
    spoiled(
        OUTER_SUM,
        "outer: sums over the other axis",
        "bprop",
        "v^T for v; as many rows as columns",
        bprop=lambda v, a, b: (v.T @ np.tanh(b), a @ v * tanh_slope(b)),
    ),
    spoiled(
        TENSOR,
        "einsum: output indices exchanged",
        "bprop",
        "reshaped where it should be transposed",
        bprop=lambda v, A, b: (v.reshape(2, 3)[..., None] * b, TENSOR.bprop(v, A, b)[1]),
    ),
    spoiled(
        PROJECT,
        "perspective: depth held fixed",
        "jacobian",
        "the derivative by the depth is missing",
        jacobian=lambda p: np.array([[1 / p[2], 0, 0], [0, 1 / p[2], 0]]),
    ),
    spoiled(
        PROJECT,
        "perspective: depth's sign",
        "jacobian",
        "+x/z^2 for -x/z^2",
        jacobian=lambda p: PROJECT.jacobian(p) * np.array([1, 1, -1]),
    ),
    spoiled(
        NEWTON,
        "newton: last step only",
        "bprop",
        "earlier iterates are treated as constants",
        **sloped(lambda x: newton_root_slope(x, through=False)),
    ),
)
