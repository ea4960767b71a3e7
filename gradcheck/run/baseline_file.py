"""Baselines as files: TOML that people may edit, with all mistakes of a file named at once by file and line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gradcheck.config.document import TEXT, Document, Rule
from gradcheck.config.toml_lines import Key
from gradcheck.records.finding import Verdict
from gradcheck.run.baseline import Known
from gradcheck.text import magnitude, printable

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
    document = Document(path)
    table = document.table((), document.data, ("known",))
    tables = enumerate(document.tables(("known",), table.get("known", [])))
    entries = tuple(_entry(document, ("known", number), table) for number, table in tables)
    _refuse_repeated(document, entries)
    document.finish()
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


def _entry(document: Document, key: Key, table: Mapping[str, Any]) -> Known:
    document.table(key, table, KEYS)
    for name in (name for name in TEXTS if name in table):
        document.value((*key, name), table[name], TEXT)
    if "layer" not in table:
        document.refuse(key, "'layer' is missing; required is the name of a layer")
    verdict = document.value((*key, "verdict"), table.get("verdict", "FAIL"), _VERDICT)
    size = document.value((*key, "size"), table.get("size"), _SIZE)
    expires = document.value((*key, "expires"), table.get("expires"), _DAY)
    if not document.is_right:
        return Known("")  # is never returned from `read`
    texts = {name: printable(table[name]) for name in TEXTS if name in table}
    return Known(**texts, verdict=Verdict(verdict), size=size, expires=expires, line=document.line_of(key))


def _refuse_repeated(document: Document, entries: Iterable[Known]) -> None:
    first: dict[object, Known] = {}
    for number, entry in enumerate(entries):
        earlier = first.setdefault(entry.key, entry)
        if earlier is not entry and entry.line:
            document.refuse(("known", number), f"covers what line {earlier.line} covers")


def _is_size(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0)


def _is_day(value: Any) -> bool:
    return value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime))


_VERDICT = Rule(f"one of {', '.join(VERDICTS)}", VERDICTS.__contains__)
_SIZE = Rule("a number >= 0", _is_size)
_DAY = Rule("a day such as 2030-01-31, without quotes", _is_day)
