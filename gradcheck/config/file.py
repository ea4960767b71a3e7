"""Configuration files: TOML read into frozen records, with all mistakes of a file named at once by file and line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from gradcheck.config.document import TEXT, Document, Rule
from gradcheck.config.toml_lines import Key
from gradcheck.records.case import BUDGETS, DTYPES
from gradcheck.records.plan import Plan

EXPECTATIONS = ("pass", "fail", "undefined")


@dataclass(frozen=True)
class SweepTable:
    """One ``[[sweep]]``: which layers, what to run for each, and what to expect.

    Attributes
    ----------
    title
    targets
        As on the command line.
    plan
        The file's defaults with the block's own keys in their place.
    expect
        ``"pass"``, ``"fail"``, ``"undefined"``, or the inputs whose gradient must be exactly zero.
    folder
        Where targets that are files are looked for.
    """

    title: str
    targets: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    expect: str | tuple[str, ...] = "pass"
    folder: Path = Path()


@dataclass(frozen=True)
class Config:
    """A configuration file."""

    path: Path
    defaults: Plan = field(default_factory=Plan)
    blocks: tuple[SweepTable, ...] = ()


def read(path: Path) -> Config:
    """A configuration file as records.

    Parameters
    ----------
    path : Path
        A file named ``pyproject.toml`` is read under ``[tool.gradcheck]``.

    Raises
    ------
    ConfigError
        When the file cannot be read or holds mistakes: all of them, one a line, each with the file and the line.
    """
    document = Document(path)
    root: Key = ("tool", "gradcheck") if path.name == "pyproject.toml" else ()
    config = _config(document, root, _table(document.data, root))
    document.finish()
    return config


def _table(data: dict[str, Any], root: Key) -> Any:
    table: Any = data
    for name in root:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return table


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_scale(value: Any) -> bool:
    try:
        return not isinstance(value, (bool, str)) and math.isfinite(float(value)) and float(value) > 0
    except (TypeError, OverflowError):
        return False


_SCALE = Rule("a finite number > 0", _is_scale)
_COUNT = Rule("an integer >= 0", _is_count)
_DTYPE = Rule(f"one of {', '.join(DTYPES)}", tuple(DTYPES).__contains__, DTYPES)
_EXPECTATION = Rule("'pass', 'fail', 'undefined' or a list of inputs", EXPECTATIONS.__contains__, EXPECTATIONS)
_LISTS = {"inputs": TEXT, "scales": _SCALE, "dtypes": _DTYPE, "seeds": _COUNT, "checks": TEXT}
_BUDGET = Rule(f"one of {', '.join(BUDGETS)}", BUDGETS.__contains__, BUDGETS)
_PLAN_KEYS = (*_LISTS, "sizes", "select", "budget")
_BLOCK_KEYS = ("title", "layers", "expect", *_PLAN_KEYS)


def _config(document: Document, root: Key, value: Any) -> Config:
    table = document.table(root, value, ("defaults", "sweep"))
    key = (*root, "defaults")
    defaults = _plan(document, key, document.table(key, table.get("defaults", {}), _PLAN_KEYS), Plan())
    blocks = enumerate(document.tables((*root, "sweep"), table.get("sweep", [])))
    return Config(document.path, defaults, tuple(_block(document, (*root, "sweep", k), b, defaults) for k, b in blocks))


def _block(document: Document, key: Key, value: Any, defaults: Plan) -> SweepTable:
    table = document.table(key, value, _BLOCK_KEYS)
    if "layers" not in table:
        document.refuse(key, "'layers' is missing; required is a list of layers as on the command line")
    targets = document.items((*key, "layers"), table["layers"], TEXT) if "layers" in table else ()
    return SweepTable(
        title=document.value((*key, "title"), table.get("title", ", ".join(map(str, targets)) or "-"), TEXT),
        targets=targets,
        plan=_plan(document, key, table, defaults),
        expect=_expect(document, (*key, "expect"), table.get("expect", "pass")),
        folder=document.path.parent.resolve(),
    )


def _plan(document: Document, key: Key, table: Mapping[str, Any], defaults: Plan) -> Plan:
    lists = ((name, rule) for name, rule in _LISTS.items() if name in table)
    given = {name: document.items((*key, name), table[name], rule) for name, rule in lists}
    if "scales" in given:
        given["scales"] = tuple(map(float, given["scales"]))
    if "sizes" in table:
        given["sizes"] = _sizes(document, (*key, "sizes"), table["sizes"])
    select = document.value((*key, "select"), table["select"], TEXT) if "select" in table else defaults.select
    budget = document.value((*key, "budget"), table.get("budget", defaults.budget), _BUDGET)
    return replace(defaults, **given, select=select, budget=budget)


def _sizes(document: Document, key: Key, value: Any) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Every assignment of one length to each size name."""
    lengths = [
        [(name, n) for n in document.items((*key, name), given if isinstance(given, list) else [given], _COUNT)]
        for name, given in sorted(document.table(key, value).items())
    ]
    return tuple(product(*lengths))


def _expect(document: Document, key: Key, value: Any) -> str | tuple[str, ...]:
    if isinstance(value, list):
        return document.items(key, value, TEXT)
    return str(document.value(key, value, _EXPECTATION))
