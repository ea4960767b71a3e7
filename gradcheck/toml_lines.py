"""Where the tables and keys of a TOML text stand, which the standard library's reader does not tell."""

from __future__ import annotations

import re
from typing import TypeAlias

Key: TypeAlias = tuple[str | int, ...]

_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_TRIPLE_QUOTE = re.compile(r"\"\"\"|'''")


def key_lines(text: str) -> dict[Key, int]:
    """The line of each table and key of a TOML text, by its path; keys inside of values are left out.

    Examples
    --------
    >>> key_lines("[[sweep]]\\nseeds = [0]")
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
            table = _indexed(_names(header[2]), counts, starts_item=header[1] == "[[")
            lines.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            lines.setdefault((*table, *_names(assignment[1])), number)
        inside_string ^= len(_TRIPLE_QUOTE.findall(line)) % 2 == 1
    return lines


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _indexed(names: tuple[str, ...], counts: dict[Key, int], *, starts_item: bool) -> Key:
    """A header's path with the positions of the array items that it stands in."""
    key: Key = ()
    for depth, name in enumerate(names, start=1):
        key = (*key, name)
        if starts_item and depth == len(names):
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            key = (*key, counts[key])
    return key
