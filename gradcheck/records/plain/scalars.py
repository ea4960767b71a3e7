"""How one value stands in plain data: numbers, texts, true and false, null."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from types import NoneType
from typing import Any

from gradcheck.records.plain.garbled import wrong_type

Text = Callable[[str], str]
NONFINITE = ("nan", "inf", "-inf")


@dataclass(frozen=True)
class Form:
    """How the values of one type stand in plain data.

    Attributes
    ----------
    write, read
        There and back; `read` raises `GarbledError`.
    holds, fits
        Whether a value, and whether plain data, look like this type and not another one of a union.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any, Text], Any]
    holds: Callable[[Any], bool]
    fits: Callable[[Any], bool]


def _write_number(value: Any) -> float | str:
    number = float(value)
    return number if math.isfinite(number) else str(number)


def _read_number(data: Any, _: Text) -> float:
    if isinstance(data, bool) or not (isinstance(data, (int, float)) or data in NONFINITE):
        raise wrong_type("a number", data)
    try:
        return float(data)
    except OverflowError:
        raise wrong_type("a number of float64", data) from None


def _exactly(kind: type, what: str) -> Callable[[Any, Text], Any]:
    def read(data: Any, _: Text) -> Any:
        if type(data) is not kind:
            raise wrong_type(what, data)
        return data

    return read


def _read_text(data: Any, text: Text) -> str:
    if not isinstance(data, str):
        raise wrong_type("a text", data)
    return text(data)


def is_one_of(*kinds: Any) -> Callable[[Any], bool]:
    """What tells whether a value is of one of these types; true and false are no numbers here."""
    return lambda value: isinstance(value, kinds) and not isinstance(value, bool)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


SCALARS: dict[Any, Form] = {
    bool: Form(bool, _exactly(bool, "true or false"), _is_bool, _is_bool),
    int: Form(int, _exactly(int, "a whole number"), is_one_of(Integral), is_one_of(int)),
    float: Form(_write_number, _read_number, is_one_of(Real), is_one_of(int, float)),
    str: Form(str, _read_text, is_one_of(str), is_one_of(str)),
    NoneType: Form(lambda _: None, _exactly(NoneType, "null"), lambda v: v is None, lambda v: v is None),
}
# Of a float beside other types: a text is no number, and a whole number is not one of these.
MARKED = Form(
    lambda value: float(value) if math.isfinite(value) else {"nonfinite": str(float(value))},
    lambda data, text: _read_number(data["nonfinite"] if isinstance(data, dict) else data, text),
    lambda value: isinstance(value, Real) and not isinstance(value, Integral),
    lambda data: isinstance(data, float) or (isinstance(data, dict) and data.get("nonfinite") in NONFINITE),
)
