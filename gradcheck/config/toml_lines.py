"""TOML files as data, and where their tables and keys stand, which the standard library does not tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeAlias

from gradcheck.errors import ConfigError
from gradcheck.text import printable

Key: TypeAlias = tuple[str | int, ...]

_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_TRIPLE_QUOTE = re.compile(r"\"\"\"|'''")
_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


def read_toml(path: Path) -> tuple[dict[str, Any], dict[Key, int]]:
    """A file's data, and the lines of its tables and keys.

    Raises
    ------
    ConfigError
        When the file cannot be read or is not TOML; the sentence begins with the file and the line.
    """
    text = _text(path)
    return _parse(path, text), key_lines(text)


def key_lines(text: str) -> dict[Key, int]:
    r"""The line of each table and key of a TOML text, by its path; keys inside of values are left out.

    Examples
    --------
    >>> key_lines("[[sweep]]\nseeds = [0]")
    {('sweep', 0): 1, ('sweep', 0, 'seeds'): 2}
    """
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    inside_string = False
    for number, line in enumerate(text.split("\n"), start=1):
        if inside_string:
            pass
        elif header := _HEADER.match(line):
            table = _with_positions(_names(header[2]), counts, starts_item=header[1] == "[[")
            lines.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            lines.setdefault((*table, *_names(assignment[1])), number)
        inside_string ^= len(_TRIPLE_QUOTE.findall(line)) % 2 == 1
    return lines


def place(path: Path, line: int | None = None) -> str:
    """A file, and a line of it, as they stand before a mistake: ``sweep.toml:5``."""
    return printable(str(path)) if line is None else f"{printable(str(path))}:{line}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as cause:
        raise ConfigError(f"{place(path)}: cannot be read: {cause.strerror}") from cause
    except UnicodeDecodeError as cause:
        raise ConfigError(f"{place(path)}: must be UTF-8 text: {cause.reason} at byte {cause.start}") from cause


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        import tomllib  # only when a configuration is read: start-up

        return tomllib.loads(text)
    except (ValueError, RecursionError) as cause:  # a number of too many digits is a ValueError of another kind
        sentence = str(cause)
        found = _PLACE.search(sentence)
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(f"{place(path, line)}: not TOML: {printable(_PLACE.sub('', sentence))}") from cause


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _with_positions(names: tuple[str, ...], counts: dict[Key, int], *, starts_item: bool) -> Key:
    """A header's path with the positions of the array items that it stands in."""
    key: Key = ()
    for depth, name in enumerate(names, start=1):
        key = (*key, name)
        if starts_item and depth == len(names):
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            key = (*key, counts[key])
    return key
