"""Points written out: ``x=[0,2.5],t=[1]`` to arrays, and arrays to such a text."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.errors import UsageError, nearest
from gradcheck.inputs.domains import interval
from gradcheck.records.case import Case
from gradcheck.records.dtypes import dtype_of, precision_of
from gradcheck.records.identity import split
from gradcheck.records.input import Input, factors, size_of
from gradcheck.text import printable, short, shorten

if TYPE_CHECKING:
    from gradcheck.records.case import Array

LABELS = 2.0**53  # below it float64 holds every whole number


def given(inputs: Sequence[Input], case: Case) -> tuple[Array, ...]:
    """The arrays that a case writes out, one for each input.

    Raises
    ------
    UsageError
        When an input is missing or unknown, a value cannot be read, or it is not what the input declares.
    """
    named = [part.partition("=")[::2] for part in split(case.values)]
    texts, names = dict(named), [input.name for input in inputs]
    for name in texts:
        if name not in names:
            known = ", ".join(map(printable, names))
            raise UsageError(f"a point must give values for {known}, not {name!r}{nearest(name, names)}")
    for name in names:
        if (count := sum(name == other for other, _ in named)) != 1:
            raise UsageError(f"a point must give values for input {printable(name)!r} once, not {count} times")
    arrays = tuple(_array(input, texts[input.name], case.dtype) for input in inputs)
    _refuse_labels(inputs, arrays)
    return arrays


def written(inputs: Sequence[Input], arrays: Sequence[Array]) -> str:
    """The text from which `given` reads the same arrays; each number in its shortest form."""
    return ",".join(f"{input.name}={_text(array)}" for input, array in zip(inputs, arrays, strict=True))


def sizes_of(inputs: Sequence[Input], arrays: Sequence[Array]) -> tuple[tuple[str, int], ...]:
    """The lengths that the size names of the inputs have in the arrays; the usual number for classes shown nowhere.

    Raises
    ------
    UsageError
        When a name would have two lengths.
    """
    found: dict[str, int] = {}
    axes = [
        pair for input, array in zip(inputs, arrays, strict=True) for pair in zip(input.shape, array.shape, strict=True)
    ]
    named = [(factors(name), length) for name, length in axes if isinstance(name, str)]
    for parts, length in sorted(named, key=lambda pair: len(pair[0])):  # a product is told by what its names are alone
        if length != _product(parts, length, found):
            name = "*".join(map(str, parts))
            raise UsageError(
                f"the values of a point must agree on {name}: {_product(parts, length, found)} or {length}"
            )
    for input in inputs:
        if isinstance(input.classes, str):
            for name in input.size_names:
                found.setdefault(name, size_of(name, {}))
    return tuple(found.items())


def _product(parts: tuple[int | str, ...], length: int, found: dict[str, int]) -> int:
    """A product of lengths, of which the first that is not known yet takes what is left of `length`, and others 1."""
    unknown = [part for part in dict.fromkeys(parts) if isinstance(part, str) and part not in found]
    for k, name in enumerate(unknown):
        known = math.prod(part if isinstance(part, int) else found.get(part, 1) for part in parts)
        found[name] = length // known if k == 0 and known else 1
    return math.prod(part if isinstance(part, int) else found[part] for part in parts)


def inside(input: Input, values: Array) -> bool:
    """Whether all values lie in the domain of an input; rows of a simplex may miss the sum 1 by their rounding."""
    domain = input.domain
    if domain == "labels":
        return bool(np.all((values >= 0) & (values < LABELS) & (values == np.rint(values))))
    numbers = np.atleast_1d(values.astype(np.float64))
    if domain == "nonzero":
        return bool(np.all(numbers != 0))
    if domain == "simplex":
        slack = 4 * max(values.shape[-1:], default=1) * precision_of(values.dtype).eps
        return bool(np.all(numbers > 0) and (not values.size or np.all(np.abs(numbers.sum(axis=-1) - 1) <= slack)))
    low, high = interval(domain)
    above = numbers >= low if domain == "nonnegative" else numbers > low
    return bool(np.all(above & (numbers < high)))


def _refuse_labels(inputs: Sequence[Input], arrays: Sequence[Array]) -> None:
    """Refuse labels beyond the classes, where their number is declared or is the length of an axis."""
    lengths = dict(sizes_of(inputs, arrays))
    shown = {name for input in inputs for name in input.shape}
    for input, array in zip(inputs, arrays, strict=True):
        if isinstance(input.classes, int) or input.classes in shown:
            classes = input.label_count(lengths)
            if array.size and array.max() >= classes:
                raise UsageError(f"the labels of input {printable(input.name)!r} must be below {classes}")


def _text(array: Array) -> str:
    if array.ndim:
        return f"[{','.join(_text(part) for part in array)}]"
    return _number(array[()])


def _number(value: Any) -> str:
    """The shortest text of a number of any dtype that reads back as it."""
    if value == 0:
        return "-0.0" if np.signbit(value) else "0"  # JSON takes -0 for the integer, which has no sign
    if value.dtype.kind in "iu":
        return str(int(value))
    near = float(str(value))  # fewer digits than the number in float64 has
    return short(near if value.dtype.type(near) == value else float(value))


def _array(input: Input, text: str, dtype: str) -> Array:
    own = f"the value of input {printable(input.name)!r}"
    told = printable(shorten(text, 80))
    try:
        numbers = np.array(json.loads(text), dtype=np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise UsageError(f"{own} must be a number or nested lists of them, not {told!r}") from None
    values = _shaped(input, numbers)
    if not all(isinstance(length, str) or length == n for length, n in zip(input.shape, values.shape, strict=True)):
        raise UsageError(f"{own} must have the shape {input.shape}, not {values.shape}")
    with np.errstate(over="ignore"):
        array = np.asarray(values, np.float64 if input.domain == "labels" else dtype_of(dtype))
    if not np.isfinite(array.astype(np.float64)).all():
        raise UsageError(f"{own} must be finite numbers of {dtype}; {told} holds others")
    if not inside(input, array):
        raise UsageError(f"{own} must lie in the domain {input.domain}; {told} does not")
    return array.astype(np.int64) if input.domain == "labels" else array


def _shaped(input: Input, values: Array) -> Array:
    """The values with as many axes as the input has: a list cannot tell the lengths behind an empty axis."""
    missing = input.shape[values.ndim :]
    if values.ndim <= len(input.shape) and not (missing and values.size):
        return values.reshape(values.shape + tuple(length if isinstance(length, int) else 0 for length in missing))
    name = printable(input.name)
    raise UsageError(f"the value of input {name!r} must have the shape {input.shape}, not {values.shape}")
