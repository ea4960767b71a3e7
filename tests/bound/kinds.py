"""Small layers, right and wrong, of every kind on which a bound was once tighter than the values support."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck import Input

RIGHT, WRONG = "right", "wrong"
STEEP = np.array([[1e7, 2e8, 8e8], [3e-6, 7e-6, 2e-5]])  # factors inside and outside of curves


@dataclass(frozen=True)
class Kind:
    """A forward of one input x with its true derivative, a point where it is hard, and what is wanted there.

    Attributes
    ----------
    forward, slope
        Of a vector, elementwise, unless `whole`; the derivative as a matrix where it is.
    point : tuple of float
    domain
    accuse : bool
        Whether a derivative twice too large must be a FAIL there; else it may be left open.
    whole : bool
    """

    forward: Any
    slope: Any
    point: tuple[float, ...]
    domain: Any = "real"
    accuse: bool = False
    whole: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def layer(self, factor: float = 1.0) -> Any:
        """The layer, whose derivative is `factor` times the true one."""
        kind = self

        class Layer:
            inputs = (Input("x", (len(kind.point),), domain=kind.domain),)

            def forward(self, x: Any) -> Any:
                return kind.forward(x)

            def bprop(self, v: Any, x: Any) -> Any:
                slope = factor * kind.slope(x)
                return v @ slope if kind.whole else v * slope

        for name, fact in self.facts.items():
            setattr(Layer, name, fact)
        return Layer


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _bell(x: Any) -> Any:
    """The slope of 1 - tanh(x)^2."""
    return -2 * np.tanh(x) / np.cosh(x) ** 2


def _half(x: Any) -> Any:
    return x.astype(np.float16).astype(x.dtype)


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _softmax_slope(x: Any) -> Any:
    y = _softmax(x)
    return np.diag(y) - np.outer(y, y)


def _bfloat(x: Any) -> Any:
    """The eight leading bits of a number."""
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.rint(mantissa * 256) / 256, exponent)


def _contraction(x: Any) -> Any:
    """y = exp(-y) / 2 + x / 3, until a step is below 1e-7."""
    y = np.zeros_like(x)
    for _ in range(99):
        before, y = y, np.exp(-y) / 2 + x / 3
        if np.max(np.abs(y - before)) < 1e-7:
            break
    return y


def _newton(x: Any) -> Any:
    """The cube root by an iteration that stops at 1e-7."""
    y = np.ones_like(x)
    for _ in range(200):
        step = (y**3 - x) / (3 * y * y)
        y = y - step
        if np.max(np.abs(step)) < 1e-4:
            break
    return y


def _solved(x: Any) -> Any:
    """1/(x + 1) by a solver that takes float64 only."""
    a = np.stack([np.stack([x + 1, 0 * x], -1), np.stack([0 * x, x + 2], -1)], -2)
    return -(np.linalg.solve(a, np.ones((*x.shape, 2, 1)))[..., 0, 0] ** 2)


def _sorted(x: Any) -> Any:
    return np.sort(x, axis=-1)


def _order(x: Any) -> Any:
    """The slopes of sorted numbers: a permutation."""
    return np.eye(len(x))[np.argsort(x, kind="stable")]


def _bend(x: Any) -> Any:
    return (np.abs(x.max(axis=-1)) + x.min(axis=-1))[..., None]


def _soft(x: Any) -> Any:
    """A soft threshold far below all steps of ordinary length."""
    return np.sign(x) * np.maximum(np.abs(x) - 1e-44, 0)


_TARGET = (0.7099999997597812, 0.7100000011501034)


def _apart(x: Any) -> Any:
    return x.reshape(*x.shape[:-1], 2, 2) - np.array(_TARGET).astype(x.dtype)


def _nearest(x: Any) -> Any:
    """A loss of two points, of which the nearer to a target counts more."""
    distance = (_apart(x) ** 2).sum(axis=-1)
    return 0.7 + 0.8 * distance.sum(axis=-1, keepdims=True) + 0.6 * distance.min(axis=-1, keepdims=True)


def _nearest_slope(x: Any) -> Any:
    apart = _apart(x)
    slope = 1.6 * apart
    nearer = (apart * apart).sum(axis=-1).argmin()
    slope[nearer] += 1.2 * apart[nearer]
    return slope.reshape(1, 4)


_gamma = np.vectorize(math.lgamma, otypes=[float])
_HUGE = 40.0

KINDS = {
    "K1 a logarithm beside a huge term": Kind(
        lambda x: np.log(x[..., :1]) + np.exp(x[..., 1:]),
        lambda x: np.array([[1 / x[0], np.exp(x[1])]]),
        (1e-12, _HUGE),
        (0.0, 50.0),
        whole=True,
    ),
    "K1 a step beside a huge term": Kind(
        lambda x: np.tanh(1e9 * x[..., :1]) + np.exp(x[..., 1:]),
        lambda x: np.array([[1e9 / np.cosh(np.minimum(abs(1e9 * x[0]), 300)) ** 2, np.exp(x[1])]]),
        (0.0, _HUGE),
        whole=True,
    ),
    "K1 a share of two tiny numbers": Kind(
        lambda x: x[..., :1] / (x[..., :1] + x[..., 1:]),
        lambda x: np.array([[x[1] / x[0] / x[0], -1 / x[0]]]),
        (3e-58, 2e-101),
        "positive",
        whole=True,
    ),
    "K1 a flat shorter than all steps": Kind(_soft, lambda x: 1.0 * (np.abs(x) > 1e-44), (0.7, 3e-91), accuse=True),
    "K2 quantised beside an end": Kind(
        lambda x: (np.sin(x[..., :1].astype(float)) + np.sin(x[..., 1:].astype(float))).astype(x.dtype),
        lambda x: np.cos(x)[None],
        (0.8 - 1e-12, 1e-12 - 0.8),
        (-0.8, 0.8),
        accuse=True,
        whole=True,
    ),
    "K2 curved beside an end": Kind(
        lambda x: np.log((x - 0.62) / (0.649 - x)),
        lambda x: 1 / (x - 0.62) + 1 / (0.649 - x),
        (0.648999999998827,),
        (0.62, 0.649),
        accuse=True,
    ),
    "K3 one minus a sigmoid": Kind(lambda x: 1 - _sigmoid(x), lambda x: -_sigmoid(x) * _sigmoid(-x), (33.0, 38.0, 5.0)),
    "K3 a factor that is rounded to 0": Kind(
        lambda x: (1 - np.tanh(x)) * (1 + np.tanh(x)), _bell, (-28.080837364167017, -19.656586154916912, -36.505)
    ),
    "K3 a factor that is rounded": Kind(
        lambda x: (1 - _sigmoid(x[..., :1])) * np.tanh(x[..., 1:]),
        lambda x: np.array([[-_sigmoid(x[0]) * _sigmoid(-x[0]) * np.tanh(x[1]), _sigmoid(-x[0]) / np.cosh(x[1]) ** 2]]),
        (35.0, 0.4),
        whole=True,
    ),
    "K3 float16 inside": Kind(lambda x: np.sin(_half(x)) * x, lambda x: np.cos(x) * x + np.sin(x), (0.7, -1.9, 3.1)),
    "K3 a cast under a factor, of numbers that x is rounded to": Kind(
        lambda x: _half(np.cos(x)) * np.sin(x), lambda x: np.cos(2 * x), (-20.507, 97.1, 179.24426353414577)
    ),
    "K3 treads of a curve": Kind(
        lambda x: _half(np.arctan(x)) * np.sin(x),
        lambda x: np.sin(x) / (1 + x * x) + np.arctan(x) * np.cos(x),
        (7.859411177435295, 14.2),
    ),
    "K3 the last tread of a cast under a factor": Kind(
        lambda x: _bfloat(np.tanh(x)) * np.arctan(x),
        lambda x: np.arctan(x) / np.cosh(x) ** 2 + np.tanh(x) / (1 + x * x),
        (6.37, -8.75),
        accuse=True,
    ),
    "K3 the last tread of a cast": Kind(
        lambda x: _bfloat(np.tanh(x[..., :1])) + np.exp(x[..., 1:]),
        lambda x: np.array([[1 / np.cosh(x[0]) ** 2, np.exp(x[1])]]),
        (-4.93, -0.1),
        whole=True,
    ),
    "K3 beyond the last tread": Kind(lambda x: _bfloat(np.arctan(x)), lambda x: 1 / (1 + x * x), (-900.0, 2e3)),
    "K3 rounded to thousandths beside an end": Kind(
        lambda x: np.round(3 * x, 3), lambda x: 3 + 0 * x, (1e-9, 0.4, 2e-5), "positive"
    ),
    "K3 rounded to hundredths under a factor": Kind(
        lambda x: np.round(x[..., :1] * (1 + x[..., 1:]), 2),
        lambda x: np.array([[1 + x[1], x[0]]]),
        (213.187, 0.25),
        (0.0, 1000.0),
        whole=True,
    ),
    "K3 digits that are lost alike all around": Kind(
        lambda x: np.log(np.sqrt(x[..., :1]) - 1) * x[..., 1:],
        lambda x: np.array([[x[1] / (2 * np.sqrt(x[0]) * (np.sqrt(x[0]) - 1)), _log_of_root(x[0])]]),
        (1 + 2.0**-34, -0.6),
        whole=True,
    ),
    "K3 a pole whose distance is rounded alike all around": Kind(
        lambda x: 1 / (x * x * x - 1),
        lambda x: -3 * x * x / ((x - 1) * (1 + x + x * x)) ** 2,
        (1.000000004738934, 1.00000000633974),
        accuse=True,
    ),
    "K3 a plateau beside a pole": Kind(
        lambda x: 1 / (x - np.log(x) - 1),
        lambda x: -((x - 1) / x) / _less_its_logarithm(x) ** 2,
        (1.0000000209558026, 3.0),
    ),
    "K4 a loss beside a big one": Kind(
        lambda x: 0.5 * (x[..., :2] ** 2).sum(axis=-1, keepdims=True) + np.exp(x[..., 2:]),
        lambda x: np.array([[x[0], x[1], np.exp(x[2])]]),
        (1.0, 2.0, _HUGE),
        whole=True,
    ),
    "K5 numbers without neighbours": Kind(_softmax, _softmax_slope, (1e15, 1e15, 1e15), whole=True),
    "K5 steps that are rounded to few neighbours": Kind(
        lambda x: np.tanh(x - 6e12), lambda x: 1 / np.cosh(x - 6e12) ** 2, (6e12, 6e12 + 0.25), accuse=True
    ),
    "K6 steps across a pole": Kind(lambda x: 1 / x, lambda x: -1 / (x * x), (1e-40, -1e-60, 0.5), accuse=True),
    "K6 singular but for the least of numbers": Kind(
        lambda x: x[..., 1:] / (x[..., :1] * x[..., 1:] - 1e-200),
        lambda x: np.array([_of_quotient(x[0], x[1])]),
        (3e-150, 2e-120),
        whole=True,
    ),
    "K7 a slope beyond all numbers": Kind(
        lambda x: 1 / x[..., :1].astype(float) + x[..., 1:],
        lambda x: np.array([[-1 / float(x[0]) / float(x[0]), 1.0]]),
        (3e-160, -0.5),
        whole=True,
    ),
    "K7 no number where no number holds it": Kind(
        lambda x: -np.log(x), lambda x: np.where(x < 1e-309, np.nan, 1 / np.maximum(x, 1e-300)), (1.7e-322,), "positive"
    ),
    "K8 a solver that declares its error": Kind(
        _newton, lambda x: np.cbrt(x) ** -2 / 3, (1.7, 0.6), (0.1, 8.0), facts={"accuracy": 1e-6}, accuse=True
    ),
    "K8 a solver whose jumps show": Kind(
        _contraction, lambda x: 1 / (3 + 1.5 * np.exp(-_contraction(x))), (0.3, -0.7), (-1.0, 1.0), accuse=True
    ),
    "K9 a part in float64": Kind(
        lambda x: x - _gamma(x), lambda x: 1 - _digamma(x), (3.7, 12.1), "positive", accuse=True
    ),
    "K9 an oscillation at a rate that is an entry": Kind(
        lambda x: x[..., :1] + np.sin(x[..., :1] * x[..., 1:]) ** 2 / x[..., 1:],
        lambda x: _snake_slopes(x[0], x[1])[None],
        (0.1, 7e8),
        accuse=True,
        whole=True,
    ),
    "K9 an oscillation that grids take for noise": Kind(
        lambda x: x[..., :1] + np.sin(x[..., :1] * x[..., 1:]) ** 2 / x[..., 1:],
        lambda x: _snake_slopes(x[0], x[1])[None],
        (-0.359, 9.936e6),
        whole=True,
    ),
    "K10 rows beside an end": Kind(
        lambda x: x - np.mean(x), lambda x: np.eye(4) - 0.25, (1e-12, 3e-12, 1 - 1e-12, 0.5), "unit", True, whole=True
    ),
    "K11 a bend in one quadrant alone": Kind(_bend, lambda x: np.array([[1.0, 0.0]]), (0.0, 0.0), whole=True),
    "K11 a tie beside an end": Kind(
        lambda x: x.min(axis=-1, keepdims=True),
        lambda x: np.array([[1.0, 0.0]]),
        (4e-12, 4e-12),
        "positive",
        whole=True,
    ),
    "K1 curves that are steeper than coarse grids beside a large term": Kind(
        lambda x: 40 + (STEEP[1] * np.tanh(STEEP[0] * x)).sum(axis=-1, keepdims=True),
        lambda x: (np.prod(STEEP, axis=0) / np.cosh(STEEP[0] * x) ** 2)[None],
        (1e-7, 9.9e-9, -2.5e-9),
        accuse=True,
        whole=True,
    ),
    "K11 a tie beside an end that rounding hides": Kind(
        lambda x: 1 + 3 * x.max(axis=-1, keepdims=True),
        lambda x: np.array([[3.0, 0.0, 0.0]]),
        (1e-20, 1e-20, 1e-20),
        "positive",
        whole=True,
    ),
    "K11 a mean beside an end that rounding hides": Kind(
        lambda x: 1 + x[..., :1] * x[..., 1:] / (x[..., :1] + x[..., 1:]),
        lambda x: x[None, ::-1] ** 2 / (x[0] + x[1]) ** 2,
        (3e-25, 1e-25),
        "positive",
        whole=True,
    ),
    "K11 no tie beside an end, of numbers that rounding hides": Kind(
        lambda x: 1 + 3 * x.sum(axis=-1, keepdims=True),
        lambda x: np.array([[3.0, 3.0]]),
        (1e-25, 1e-25),
        "positive",
        accuse=True,
        whole=True,
    ),
    "K11 a switch that rounding hides between near ties": Kind(
        _nearest,
        _nearest_slope,
        (0.7100000000083114, 0.7100000000003135, 0.7099999999984904, 0.7099999999987289),
        whole=True,
    ),
    "K11 sorted numbers of many lengths, whose ties grids take for fine treads": Kind(
        _sorted, _order, (7e-47, 2e-12, -2e-9, -3e-185, 1e-35, 4e-10), accuse=True, whole=True
    ),
    "K11 sorted numbers whose ties are closer than all steps": Kind(
        _sorted, _order, (-3e-7, 4e-55, 3e-59, 8e-286, -1e-23, -1e-248, 1e-233), accuse=True, whole=True
    ),
    "K12 smooth beside an end": Kind(
        np.arcsin, lambda x: 1 / np.sqrt(1 - x * x), (1 - 2e-12, 2e-11 - 1), (-1.0, 1.0), accuse=True
    ),
    "K12 smooth at large values": Kind(_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x), (17297.5, -2070.9, 0.3)),
    "K13 a claim with fewer digits": Kind(
        lambda x: 1 / (x + 1), lambda x: _solved(np.asarray(x)), (1e-3, 0.7, 41.0), "positive", accuse=True
    ),
}


def _snake_slopes(x: Any, a: Any) -> Any:
    """The slopes of x + sin(a x)^2 / a."""
    sine = np.sin(a * x)
    return np.stack([1 + np.sin(2 * a * x), x * np.sin(2 * a * x) / a - (sine / a) ** 2])


def _of_quotient(a: Any, b: Any) -> tuple[Any, Any]:
    """The slopes of b / (a b - c)."""
    below = a * b - 1e-200
    return -((b / below) ** 2), -1e-200 / below / below


def _log_of_root(x: Any) -> Any:
    """The logarithm of sqrt(x) - 1, which is (x - 1) / (sqrt(x) + 1), in all digits."""
    return np.log(x - 1) - np.log1p(np.sqrt(x))


def _less_its_logarithm(x: Any) -> Any:
    """The same as x - log(x) - 1, by the series of log(1 + d) beside 1."""
    d = x - 1
    series = d * d * (0.5 - d / 3 + d * d / 4)
    return np.where(np.abs(d) < 1e-5, series, d - np.log(x))


def _digamma(x: Any) -> Any:
    """By recurrence up to 20 and the asymptotic series; Abramowitz and Stegun, 6.3.5 and 6.3.18."""
    total, z = 0 * x, x
    while np.min(z) < 20:
        total, z = total - np.where(z < 20, 1 / z, 0), np.where(z < 20, z + 1, z)
    series = 1 / (12 * z**2) - 1 / (120 * z**4) + 1 / (252 * z**6) - 1 / (240 * z**8)
    return total + np.log(z) - 1 / (2 * z) - series
