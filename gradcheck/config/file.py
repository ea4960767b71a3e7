"""Configuration files: TOML read into frozen records, with all mistakes of a file named at once by file and line."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from gradcheck.config.toml_lines import Key, place, read_toml
from gradcheck.errors import ConfigError, nearest
from gradcheck.records.case import DTYPES
from gradcheck.records.plan import Plan
from gradcheck.text import printable, shorten

EXPECTATIONS = ("pass", "fail", "undefined")


@dataclass(frozen=True)
class Block:
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
    blocks: tuple[Block, ...] = ()


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
    document, lines = read_toml(path)
    root: Key = ("tool", "gradcheck") if path.name == "pyproject.toml" else ()
    reader = _Reader(path, lines)
    config = reader.config(root, _table(document, root))
    if reader.mistakes:
        raise ConfigError("\n".join(f"{place(path, line)}: {words}" for line, words in sorted(reader.mistakes)))
    return config


def _table(document: dict[str, Any], root: Key) -> Any:
    table: Any = document
    for name in root:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return table


@dataclass(frozen=True)
class _Rule:
    """What a value must be, in words and as a test; and the names it may have, to suggest one."""

    required: str
    accepts: Callable[[Any], bool]
    known: Collection[str] = ()


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_scale(value: Any) -> bool:
    try:
        return not isinstance(value, (bool, str)) and math.isfinite(float(value)) and float(value) > 0
    except (TypeError, OverflowError):
        return False


_WORD = _Rule("a string that is not empty", lambda value: isinstance(value, str) and value != "")
_SCALE = _Rule("a finite number > 0", _is_scale)
_COUNT = _Rule("an integer >= 0", _is_count)
_DTYPE = _Rule(f"one of {', '.join(DTYPES)}", tuple(DTYPES).__contains__, DTYPES)
_EXPECTATION = _Rule("'pass', 'fail', 'undefined' or a list of inputs", EXPECTATIONS.__contains__, EXPECTATIONS)
_LISTS = {"inputs": _WORD, "scales": _SCALE, "dtypes": _DTYPE, "seeds": _COUNT, "checks": _WORD}
_PLAN_KEYS = (*_LISTS, "sizes", "select")
_BLOCK_KEYS = ("title", "layers", "expect", *_PLAN_KEYS)


class _Reader:
    """Turns parsed TOML into records and keeps the mistakes, each with its line, instead of stopping at the first."""

    def __init__(self, path: Path, lines: Mapping[Key, int]) -> None:
        self.path = path
        self.lines = lines
        self.mistakes: list[tuple[int, str]] = []

    def refuse(self, key: Key, sentence: str) -> None:
        line = next((self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), 1)
        name = ".".join(part for part in key if isinstance(part, str))
        self.mistakes.append((line, printable(f"{name}: {sentence}")))

    def config(self, root: Key, document: Any) -> Config:
        table = self.keyed(root, document, ("defaults", "sweep"))
        key = (*root, "defaults")
        defaults = self.plan(key, self.keyed(key, table.get("defaults", {}), _PLAN_KEYS), Plan())
        blocks = table.get("sweep", [])
        if not isinstance(blocks, list):
            self.refuse((*root, "sweep"), f"must be tables headed [[sweep]], not {_shown(blocks)}")
            blocks = []
        return Config(
            self.path, defaults, tuple(self.block((*root, "sweep", k), b, defaults) for k, b in enumerate(blocks))
        )

    def block(self, key: Key, value: Any, defaults: Plan) -> Block:
        table = self.keyed(key, value, _BLOCK_KEYS)
        if "layers" not in table:
            self.refuse(key, "'layers' is missing; required is a list of layers as on the command line")
        targets = self.items((*key, "layers"), table["layers"], _WORD) if "layers" in table else ()
        return Block(
            title=self.one((*key, "title"), table.get("title", ", ".join(map(str, targets)) or "-"), _WORD),
            targets=targets,
            plan=self.plan(key, table, defaults),
            expect=self.expect((*key, "expect"), table.get("expect", "pass")),
            folder=self.path.parent,
        )

    def plan(self, key: Key, table: Mapping[str, Any], defaults: Plan) -> Plan:
        given = {name: self.items((*key, name), table[name], rule) for name, rule in _LISTS.items() if name in table}
        if "scales" in given:
            given["scales"] = tuple(map(float, given["scales"]))
        if "sizes" in table:
            given["sizes"] = self.sizes((*key, "sizes"), table["sizes"])
        select = self.one((*key, "select"), table["select"], _WORD) if "select" in table else defaults.select
        return replace(defaults, **given, select=select)

    def sizes(self, key: Key, value: Any) -> tuple[tuple[tuple[str, int], ...], ...]:
        """Every assignment of one length to each size name."""
        table = self.table(key, value)
        lengths = [
            [(name, n) for n in self.items((*key, name), given if isinstance(given, list) else [given], _COUNT)]
            for name, given in sorted(table.items())
        ]
        return tuple(product(*lengths))

    def expect(self, key: Key, value: Any) -> str | tuple[str, ...]:
        if isinstance(value, list):
            return self.items(key, value, _WORD)
        return str(self.one(key, value, _EXPECTATION))

    def keyed(self, key: Key, value: Any, known: tuple[str, ...]) -> dict[str, Any]:
        table = self.table(key, value)
        for name in table:
            if name not in known:
                hint = nearest(name, known) or f"; known keys are {', '.join(known)}"
                self.refuse((*key, name), f"unknown key {name!r}{hint}")
        return table

    def table(self, key: Key, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.refuse(key, f"must be a table, not {_shown(value)}")
        return {}

    def items(self, key: Key, value: Any, rule: _Rule) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            self.refuse(key, f"must be a list of one or more, each {rule.required}, not {_shown(value)}")
            return ()
        for item in value:
            self.one(key, item, rule)
        return tuple(dict.fromkeys(item for item in value if rule.accepts(item)))

    def one(self, key: Key, value: Any, rule: _Rule) -> Any:
        """The value, refused or not: what was refused is never returned from `read`."""
        if not rule.accepts(value):
            hint = nearest(value, rule.known) if isinstance(value, str) else ""
            self.refuse(key, f"must be {rule.required}, not {_shown(value)}{hint}")
        return value


def _shown(value: Any) -> str:
    return shorten(repr(value), 60)
