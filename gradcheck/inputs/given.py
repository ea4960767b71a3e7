"""Points written out: ``x=[0,2.5],t=[1]`` to arrays, and arrays to such a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.dtypes import dtype_of
from gradcheck.errors import UsageError, nearest
from gradcheck.identity import split
from gradcheck.inputs.domains import interval
from gradcheck.records import Case, Input, size_of
from gradcheck.text import printable, short

if TYPE_CHECKING:
    from gradcheck.records import Array


def given(inputs: Sequence[Input], case: Case) -> tuple[Array, ...]:
    """The arrays that a case writes out, one for each input.

    Raises
    ------
    UsageError
        When an input is missing or unknown, a value cannot be read, or it is not what the input declares.
    """
    texts = dict(part.partition("=")[::2] for part in split(case.values))
    names = [one.name for one in inputs]
    for name in texts:
        if name not in names:
            raise UsageError(f"a point must give values for {', '.join(names)}, not {name!r}{nearest(name, names)}")
    for name in names:
        if name not in texts:
            raise UsageError(f"a point must give values for input {printable(name)!r}; there are none")
    return tuple(_array(one, texts[one.name], case.dtype) for one in inputs)


def written(inputs: Sequence[Input], arrays: Sequence[Array]) -> str:
    """The text from which `given` reads the same arrays; each number in its shortest form."""
    return ",".join(f"{one.name}={_text(array)}" for one, array in zip(inputs, arrays, strict=True))


def sizes_of(inputs: Sequence[Input], arrays: Sequence[Array]) -> tuple[tuple[str, int], ...]:
    """The lengths that the size names of the inputs have in the arrays; the usual number for classes shown nowhere.

    Raises
    ------
    UsageError
        When a name would have two lengths.
    """
    found: dict[str, int] = {}
    for one, array in zip(inputs, arrays, strict=True):
        for name, length in zip(one.shape, array.shape, strict=True):
            if isinstance(name, str) and found.setdefault(name, length) != length:
                raise UsageError(f"the values of a point must agree on {name}: {found[name]} or {length}")
    for one in inputs:
        if isinstance(one.classes, str):
            found.setdefault(one.classes, size_of(one.classes, {}))
    return tuple(found.items())


def _text(array: Array) -> str:
    if array.ndim:
        return f"[{','.join(_text(part) for part in array)}]"
    return str(int(array)) if array.dtype.kind in "iu" else short(float(array))


def _array(one: Input, text: str, dtype: str) -> Array:
    own = f"the value of input {printable(one.name)!r}"
    try:
        values = np.array(json.loads(text), dtype=np.float64)
    except (ValueError, TypeError, RecursionError):
        raise UsageError(f"{own} must be a number or nested lists of them, not {printable(text)!r}") from None
    if values.size and not np.isfinite(values).all():
        raise UsageError(f"{own} must be finite")
    empty = values.ndim < len(one.shape) and not values.size  # a list cannot tell the lengths behind an empty axis
    if empty:
        values = values.reshape(values.shape + (0,) * (len(one.shape) - values.ndim))
    fits = values.ndim == len(one.shape) and all(
        isinstance(length, str) or length == values.shape[axis] for axis, length in enumerate(one.shape)
    )
    if not fits:
        raise UsageError(f"{own} must have the shape {one.shape}, not {values.shape}")
    if not _inside(one.domain, values):
        raise UsageError(f"{own} must lie in the domain {one.domain}; {printable(text)} does not")
    return values.astype(np.int64) if one.domain == "labels" else np.asarray(values, dtype_of(dtype))


def _inside(domain: Any, values: Array) -> bool:
    if domain == "labels":
        return bool(np.all((values >= 0) & (values == np.rint(values))))
    if domain == "nonzero":
        return bool(np.all(values != 0))
    low, high = interval(domain)
    if domain in ("nonnegative", "simplex"):
        return bool(np.all((values >= low) & (values <= high)))
    return bool(np.all((values > low) & (values < high)))
