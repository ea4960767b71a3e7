"""The operations: value and slopes, written once for numpy and mpmath, and what numpy does where it does otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.bound import solvers

Array = np.ndarray


@dataclass(frozen=True)
class Op:
    """An operation on numbers.

    Attributes
    ----------
    value, slopes
        Take numpy or mpmath's context, the constants and the parts; `slopes` gives a derivative for each part.
    run
        What is computed in numpy in place of `value`.
    unit
        Relative error that `run` has beside the rounding of its dtype, given its constants: of a cast or a solver.
    least
        Size of the value below which there is no truth: that error is larger for a cast, a kink has no slope.
    """

    value: Callable[..., Any]
    slopes: Callable[..., tuple[Any, ...]]
    run: Callable[..., Any] | None = None
    unit: Callable[..., float] = lambda *_: 0.0
    least: float = 0.0


def through(dtype: Any) -> Callable[[Any], Any]:
    """A cast to a dtype and back."""
    return lambda a: a.astype(dtype).astype(a.dtype)


def bfloat16(a: Any) -> Any:
    """A cast to bfloat16 and back: the upper half of a float32, rounded to even."""
    bits = np.asarray(a, np.float32).view(np.uint32)
    upper = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return upper.view(np.float32).astype(a.dtype)


def doubles(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of Python floats, entry by entry; NaN where it refuses."""

    def one(value: Any) -> float:
        try:
            return function(float(value))
        except (ValueError, OverflowError):
            return math.nan

    return lambda a: np.array([one(v) for v in np.ravel(a)]).reshape(np.shape(a)).astype(a.dtype)


def _same(_: Any, a: Any) -> Any:
    return a


def _one(_: Any, a: Any) -> tuple[Any]:
    return (1 + 0 * a,)


TABLE = np.linspace(-8.0, 8.0, 65)
HEIGHTS = np.sin(TABLE) + 0.1 * TABLE**2


def _segment(a: Any) -> int:
    return min(max(int(np.searchsorted(TABLE, float(a), side="right")) - 1, 0), len(TABLE) - 2)


def _table_slope(m: Any, a: Any) -> Any:
    k = _segment(a)
    return (m.mpf(HEIGHTS[k + 1]) - m.mpf(HEIGHTS[k])) / (m.mpf(TABLE[k + 1]) - m.mpf(TABLE[k]))


def _table_value(m: Any, a: Any) -> Any:
    k = _segment(a)
    return m.mpf(HEIGHTS[k]) + _table_slope(m, a) * (a - m.mpf(TABLE[k]))


def _larger(m: Any, a: Any, b: Any) -> Any:
    return max(a, b)


def _of_larger(m: Any, a: Any, b: Any) -> tuple[Any, Any]:
    if m is not np and a == b:
        raise ArithmeticError("a tie has no slope")
    return (a > b) * 1, (a < b) * 1


def _erf_slope(m: Any, a: Any) -> tuple[Any]:
    return (2 * m.exp(-a * a) / m.sqrt(m.pi),)


OPS: dict[str, Op] = {
    "add": Op(lambda m, a, b: a + b, lambda m, a, b: (1, 1)),
    "sub": Op(lambda m, a, b: a - b, lambda m, a, b: (1, -1)),
    "mul": Op(lambda m, a, b: a * b, lambda m, a, b: (b, a)),
    "div": Op(lambda m, a, b: a / b, lambda m, a, b: (1 / b, -a / b / b)),
    "neg": Op(lambda m, a: -a, lambda m, a: (-1,)),
    "exp": Op(lambda m, a: m.exp(a), lambda m, a: (m.exp(a),)),
    "expm1": Op(lambda m, a: m.expm1(a), lambda m, a: (m.exp(a),)),
    "log": Op(lambda m, a: m.log(a), lambda m, a: (1 / a,)),
    "log1p": Op(lambda m, a: m.log1p(a), lambda m, a: (1 / (1 + a),)),
    "sin": Op(lambda m, a: m.sin(a), lambda m, a: (m.cos(a),)),
    "cos": Op(lambda m, a: m.cos(a), lambda m, a: (-m.sin(a),)),
    "tan": Op(lambda m, a: m.tan(a), lambda m, a: (1 / m.cos(a) ** 2,)),
    "tanh": Op(lambda m, a: m.tanh(a), lambda m, a: (1 / m.cosh(a) ** 2,)),
    "sqrt": Op(lambda m, a: m.sqrt(a), lambda m, a: (1 / (2 * m.sqrt(a)),)),
    "atan": Op(lambda m, a: m.atan(a), lambda m, a: (1 / (1 + a * a),), np.arctan),
    "asin": Op(lambda m, a: m.asin(a), lambda m, a: (1 / m.sqrt((1 - a) * (1 + a)),), np.arcsin),
    "acos": Op(lambda m, a: m.acos(a), lambda m, a: (-1 / m.sqrt((1 - a) * (1 + a)),), np.arccos),
    "power": Op(lambda m, n, a: a**n, lambda m, n, a: (n * a ** (n - 1),)),
    "sigmoid": Op(lambda m, a: 1 / (1 + m.exp(-a)), lambda m, a: (1 / (2 + m.exp(a) + m.exp(-a)),)),
    "abs": Op(lambda m, a: abs(a), lambda m, a: (m.sign(a),), least=1e-300),
    "maximum": Op(_larger, _of_larger, np.maximum),
    "floor": Op(lambda m, a: m.floor(a), lambda m, a: (0 * a,)),
    "float16": Op(_same, _one, through(np.float16), lambda: 2.0**-11, 2.0**-14),
    "bfloat16": Op(_same, _one, bfloat16, lambda: 2.0**-8, 2.0**-126),
    "float32": Op(_same, _one, through(np.float32), lambda: 2.0**-24, 2.0**-126),
    "float64": Op(_same, _one, through(np.float64), lambda: 2.0**-53),
    "lgamma": Op(lambda m, a: m.loggamma(a), lambda m, a: (m.digamma(a),), doubles(math.lgamma)),
    "erf": Op(lambda m, a: m.erf(a), _erf_slope, doubles(math.erf)),
    "erfc": Op(lambda m, a: m.erfc(a), lambda m, a: (-_erf_slope(m, a)[0],), doubles(math.erfc)),
    "table": Op(_table_value, lambda m, a: (_table_slope(m, a),), lambda a: np.interp(a, TABLE, HEIGHTS)),
    "kepler": Op(solvers.kepler_root, solvers.kepler_slope, solvers.kepler, lambda e, tolerance: tolerance),
    "cubic": Op(solvers.cubic_root, solvers.cubic_slope, solvers.cubic, lambda tolerance: tolerance),
    "lambert": Op(solvers.lambert_root, solvers.lambert_slope, solvers.lambert, lambda tolerance: tolerance),
    "contraction": Op(
        solvers.contraction_root, solvers.contraction_slope, solvers.contraction, lambda r, tolerance: 2 * tolerance
    ),
}
