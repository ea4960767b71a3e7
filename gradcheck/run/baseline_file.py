"""Baselines as files: TOML that people may edit, with all mistakes of a file named at once by file and line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from gradcheck.config.toml_lines import Key, place, read_toml
from gradcheck.errors import ConfigError, nearest
from gradcheck.records.finding import Verdict
from gradcheck.run.baseline import Known
from gradcheck.text import magnitude, printable, shorten

HEAD = """\
# Known failures: each passes unless its error grows by a decade. To update: --baseline FILE --update-baseline
# What an entry leaves out may be anything; `reason` and `expires` are yours to write and are kept.
"""
TEXTS = ("layer", "check", "input", "case", "reason")
KEYS = ("layer", "check", "input", "case", "verdict", "size", "reason", "expires")
VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.PASS)


def read(path: Path) -> tuple[Known, ...]:
    """The entries of a baseline.

    Raises
    ------
    ConfigError
        When the file cannot be read or holds mistakes: all of them, one a line, each with the file and the line.
    """
    document, lines = read_toml(path)
    reader = _Reader(lines)
    entries = reader.entries(document)
    if reader.mistakes:
        raise ConfigError("\n".join(f"{place(path, line)}: {words}" for line, words in sorted(reader.mistakes)))
    return entries


def written(known: Iterable[Known]) -> str:
    """The text of a baseline, which `read` reads back."""
    return HEAD + "".join(_written(entry) for entry in known)


def _written(entry: Known) -> str:
    values = {
        **{name: _quoted(text) for name in TEXTS[:4] if (text := getattr(entry, name))},
        "verdict": _quoted(entry.verdict.value),
        **({} if entry.size is None else {"size": magnitude(entry.size)}),
        **({"reason": _quoted(entry.reason)} if entry.reason else {}),
        **({"expires": entry.expires.isoformat()} if entry.expires else {}),
    }
    return "\n[[known]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def _quoted(text: str) -> str:
    # Without control characters JSON's escapes are TOML's.
    return json.dumps(printable(text), ensure_ascii=False)


class _Reader:
    """Turns parsed TOML into entries and keeps the mistakes, each with its line, instead of stopping at the first."""

    def __init__(self, lines: Mapping[Key, int]) -> None:
        self.lines = lines
        self.mistakes: list[tuple[int, str]] = []

    def entries(self, document: Mapping[str, Any]) -> tuple[Known, ...]:
        self.refuse_unknown((), document, ("known",))
        tables = document.get("known", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.refuse(("known",), f"must be tables headed [[known]], not {_shown(tables)}")
            return ()
        entries = tuple(self.entry(("known", number), table) for number, table in enumerate(tables))
        self.refuse_repeated(entries)
        return entries

    def entry(self, key: Key, table: Mapping[str, Any]) -> Known:
        self.refuse_unknown(key, table, KEYS)
        for name in TEXTS:
            self.require((*key, name), table.get(name, "-"), "a string that is not empty", _is_text)
        if "layer" not in table:
            self.refuse(key, "'layer' is missing; required is the name of a layer")
        verdict, size, expires = table.get("verdict", "FAIL"), table.get("size"), table.get("expires")
        self.require((*key, "verdict"), verdict, f"one of {', '.join(VERDICTS)}", VERDICTS.__contains__)
        self.require((*key, "size"), size, "a number >= 0", _is_size)
        self.require((*key, "expires"), expires, "a day such as 2030-01-31, without quotes", _is_day)
        if self.mistakes:
            return Known("")  # is never returned from `read`
        texts = {name: printable(table[name]) for name in TEXTS if name in table}
        return Known(**texts, verdict=Verdict(verdict), size=size, expires=expires, line=self.line_of(key))

    def refuse_unknown(self, key: Key, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                hint = nearest(name, known) or f"; known keys are {', '.join(known)}"
                self.refuse((*key, name), f"unknown key {name!r}{hint}")

    def refuse_repeated(self, entries: Iterable[Known]) -> None:
        first: dict[object, Known] = {}
        for entry in entries:
            if first.setdefault(entry.key, entry) is not entry and entry.line:
                self.mistakes.append((entry.line, f"known: covers what line {first[entry.key].line} covers"))

    def require(self, key: Key, value: Any, required: str, accepts: Callable[[Any], bool]) -> None:
        if not accepts(value):
            self.refuse(key, f"must be {required}, not {_shown(value)}")

    def refuse(self, key: Key, sentence: str) -> None:
        name = ".".join(part for part in key if isinstance(part, str))
        self.mistakes.append((self.line_of(key), printable(f"{name}: {sentence}")))

    def line_of(self, key: Key) -> int:
        return next((self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), 1)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_size(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0)


def _is_day(value: Any) -> bool:
    return value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime))


def _shown(value: Any) -> str:
    return shorten(repr(value), 60)
