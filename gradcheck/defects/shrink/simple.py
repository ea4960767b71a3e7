"""What a simple number is: 0 where the domain has it, then small whole numbers, powers of ten, short decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.inputs.domains import admits_zero, interval
from gradcheck.records.input import Input
from gradcheck.text import short

Array = NDArray[Any]
Rounding = Callable[[float], float]
DIGITS = (1, 2, 3, 4)  # significant ones that a number is rounded to; with more it is no simpler to type


def plainest(input: Input, shape: tuple[int, ...]) -> Array:
    """The simplest array of an input: zeros where its domain admits them."""
    if input.domain == "simplex":
        length = shape[-1] if shape else 1
        row = _row(np.full(length, 1 / max(length, 1)), 2)
        return np.broadcast_to(row, shape or (1,)).reshape(shape)
    return np.full(shape, _plainest(input.domain))


def _plainest(domain: str | tuple[float, float]) -> float:
    if admits_zero(domain):
        return 0.0
    low, high = interval(domain)
    for number in (1.0, -1.0, 0.5, -0.5):
        if low < number < high:
            return number
    if math.isinf(low):
        return high - 1
    return low + 1 if math.isinf(high) else low / 2 + high / 2


def cost(number: float) -> tuple[int, bool, bool]:
    """How simple a number is: the length of its text, then whether it is 1, then whether it is positive."""
    return len(short(abs(number))), abs(number) != 1, number < 0


def simpler(number: float) -> Iterator[float]:
    """Simpler numbers in place of one, the simplest first."""
    found = dict.fromkeys((math.copysign(10.0, number), *(rounding(number) for rounding in ROUNDINGS)))
    yield from sorted((simpler for simpler in found if cost(simpler) < cost(number)), key=cost)


def simpler_rows(row: Array) -> Iterator[Array]:
    """Simpler rows of a simplex in place of one, the simplest first."""
    for digits in DIGITS:
        yield _row(row, digits)


def _row(row: Array, digits: int) -> Array:
    """A row of a simplex in few digits; its largest entry takes up the rest."""
    if not row.size:
        return row
    rounded = np.array([_digits(float(value), digits) for value in row])
    largest = int(np.argmax(row))
    rounded[largest] = 0
    rounded[largest] = round(1 - math.fsum(rounded), 15)
    return rounded


def _digits(number: float, digits: int) -> float:
    return float(f"{number:.{digits - 1}e}")


def _power(number: float) -> float:
    exponent = round(math.log10(abs(number))) if number else 0
    return math.copysign(float(f"1e{exponent}"), number)


ROUNDINGS: tuple[Rounding, ...] = (
    lambda number: 1.0,  # noqa: ARG005 - each has one signature
    lambda number: math.copysign(1.0, number),
    _power,
    lambda number: float(round(number)),
    *(lambda number, digits=digits: _digits(number, digits) for digits in DIGITS),
)
