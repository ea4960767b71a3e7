"""A fault as plain data for JSON, and back with every part looked at."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradcheck.records.fault import Fault, FaultKind, Value

Text = Callable[[Any], str]


def plain_fault(fault: Fault | None) -> dict[str, Any] | None:
    """A fault as plain data; JSON knows no NaN and no infinity: such a number is null, and `nonfinite` says which."""
    if fault is None:
        return None
    strange = {name: str(v) for name, v in fault.detail if isinstance(v, float) and not math.isfinite(v)}
    return {
        "kind": fault.kind.value,
        "method": fault.method,
        "input": fault.input,
        "detail": {name: None if name in strange else _plain(value) for name, value in fault.detail},
        "cause": plain_fault(fault.cause),
        **({"nonfinite": strange} if strange else {}),
    }


def fault_of(entry: Any, text: Text) -> Fault | None:
    """The fault that `plain_fault` made plain.

    Parameters
    ----------
    entry : object
    text : callable
        Reads a text, or raises.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        When it is no such fault.
    """
    if entry is None:
        return None
    strange = {name: float(number) for name, number in entry.get("nonfinite", {}).items()}
    detail = {text(name): strange.get(name, _value(value, text)) for name, value in entry["detail"].items()}
    kind, words = FaultKind(entry["kind"]), (text(entry["method"]), text(entry["input"]))
    return Fault(kind, *words, tuple(detail.items()), fault_of(entry["cause"], text))


def _plain(value: Value) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _value(value: Any, text: Text) -> Value:
    if isinstance(value, list):
        return tuple(_value(one, text) for one in value)
    return value if value is None or isinstance(value, (bool, int, float)) else text(value)
