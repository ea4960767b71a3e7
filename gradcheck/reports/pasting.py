"""Code and commands broken over lines such that they still work when they are pasted; their words are never cut."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

NEXT = "  "  # before each line that goes on with a command
ON = " \\"  # at the end of a line of a command that goes on


def python_lines(code: str, width: int | None) -> list[str]:
    """Statements, such as ``x = np.array([0, 2.5]); v = np.array([1., 0])``: each on a line, or broken in brackets."""
    if width is None or len(code) <= width:
        return [code]
    return [line for statement in code.split("; ") for line in _within(statement, width)]


def shell_lines(command: str, width: int | None) -> list[str]:
    """A command, broken between its words."""
    if width is None or len(command) <= width:
        return [command]
    first, *rest = _filled(map(shlex.quote, shlex.split(command)), width - len(NEXT) - len(ON))
    lines = [first, *(f"{NEXT}{line}" for line in rest)]
    return [*(f"{line}{ON}" for line in lines[:-1]), lines[-1]]


def _within(statement: str, width: int) -> list[str]:
    """A statement ``name = value``; spaces lie in the brackets of its value alone. Rows stay whole if each has room."""
    name, equals, value = statement.rpartition(" = ")
    rows = value.replace("], ", "],\n").splitlines()
    room = width - len(name + equals)
    parts = rows if max(map(len, rows), default=0) <= room else value.split()
    lines = list(_filled(parts, room))
    return [f"{name}{equals}{lines[0]}", *(f"{NEXT}{line}" for line in lines[1:])]


def _filled(words: Iterable[str], width: int) -> Iterator[str]:
    """The words, as many on a line as there is room for."""
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and len(longer) > width:
            yield line
            longer = word
        line = longer
    yield line
