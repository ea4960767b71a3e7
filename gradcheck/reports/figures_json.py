"""Figures as plain data for JSON, which knows no NaN and no infinity: such a number is a text."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from gradcheck.records.figures import Curve, Entry, Figures, HeatMap


def plain(figures: Figures) -> dict[str, Any]:
    """Figures as what JSON holds."""
    told: dict[str, Any] = _plain(asdict(figures))
    return told


def figures_of(entry: dict[str, Any]) -> Figures:
    """The figures that `plain` made plain.

    Raises
    ------
    KeyError, TypeError, ValueError
        When the entry holds none.
    """
    return Figures(
        claim=str(entry["claim"]),
        remarks=tuple(map(str, entry["remarks"])),
        curve=_curve(entry["curve"]),
        maps=tuple(map(_map, entry["maps"])),
        entries=tuple(map(_entry, entry["entries"])),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _curve(entry: dict[str, Any]) -> Curve:
    return Curve(
        entry=str(entry["entry"]),
        steps=tuple(map(float, entry["steps"])),
        errors=tuple(map(float, entry["errors"])),
        order=int(entry["order"]),
        infinite=bool(entry["infinite"]),
        **{name: _number(entry[name]) for name in ("truncation", "rounding", "floor", "analytic")},
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _map(entry: dict[str, Any]) -> HeatMap:
    rows, columns = map(int, entry["shape"])
    by_row, by_column = map(int, entry["fold"])
    first, last = map(str, entry["columns"])
    cells = tuple(tuple(map(float, row)) for row in entry["cells"])
    names = tuple(map(str, entry["rows"]))
    return HeatMap(str(entry["input"]), (rows, columns), (by_row, by_column), cells, names, (first, last))


def _entry(entry: dict[str, Any]) -> Entry:
    numbers = (float(entry[name]) for name in ("analytic", "numeric", "bound", "error", "ratio"))
    return Entry(str(entry["output"]), str(entry["input"]), *numbers)
