"""A TOML file under examination: its data, and all that is wrong with it, refused at once by file and line."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck.config.toml_lines import Key, place, read_toml
from gradcheck.errors import ConfigError, nearest
from gradcheck.text import printable, shorten

LONGEST_SHOWN = 60  # characters of a value that is refused


@dataclass(frozen=True)
class Rule:
    """What a value must be, in words and as a test; and the names it may have, to suggest one."""

    required: str
    accepts: Callable[[Any], bool]
    known: Collection[str] = ()


TEXT = Rule("a string that is not empty", lambda value: isinstance(value, str) and value != "")


class Document:
    """Hands out the parts of a file, and keeps what is wrong with each instead of stopping at the first.

    Parts are named by their path: what is refused is handed out all the same, and never left to the caller, since
    `finish` raises.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    data : dict

    Raises
    ------
    ConfigError
        When the file cannot be read or is not TOML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data, self._lines = read_toml(path)
        self._mistakes: list[tuple[int, str]] = []

    @property
    def is_right(self) -> bool:
        """Whether nothing has been refused."""
        return not self._mistakes

    def finish(self) -> None:
        """Refuse the file if anything in it was.

        Raises
        ------
        ConfigError
            All mistakes, one a line, each with the file and the line.
        """
        if self._mistakes:
            raise ConfigError("\n".join(f"{place(self.path, line)}: {words}" for line, words in sorted(self._mistakes)))

    def line_of(self, key: Key) -> int:
        """Where a part stands, or what it stands in."""
        return next((self._lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self._lines), 1)

    def refuse(self, key: Key, sentence: str) -> None:
        """Note what is wrong with a part."""
        name = ".".join(part for part in key if isinstance(part, str))
        self._mistakes.append((self.line_of(key), printable(f"{name}: {sentence}")))

    def value(self, key: Key, value: Any, rule: Rule) -> Any:
        """A value, which must be as the rule says."""
        if not rule.accepts(value):
            hint = nearest(value, rule.known) if isinstance(value, str) else ""
            self.refuse(key, f"must be {rule.required}, not {show(value)}{hint}")
        return value

    def table(self, key: Key, value: Any, known: Collection[str] | None = None) -> dict[str, Any]:
        """A table, of any keys or of known ones; empty where there is none."""
        if not isinstance(value, dict):
            self.refuse(key, f"must be a table, not {show(value)}")
            return {}
        for name in value:
            if known is not None and name not in known:
                hint = nearest(name, known) or f"; known keys are {', '.join(known)}"
                self.refuse((*key, name), f"unknown key {name!r}{hint}")
        return value

    def items(self, key: Key, value: Any, rule: Rule) -> tuple[Any, ...]:
        """The values of a list that is not empty, each as the rule says and each once."""
        if not isinstance(value, list) or not value:
            self.refuse(key, f"must be a list of one or more, each {rule.required}, not {show(value)}")
            return ()
        for item in value:
            self.value(key, item, rule)
        return tuple(dict.fromkeys(item for item in value if rule.accepts(item)))

    def tables(self, key: Key, value: Any) -> list[dict[str, Any]]:
        """The tables of one heading; none where it heads anything else."""
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            return value
        self.refuse(key, f"must be tables headed [[{key[-1]}]], not {show(value)}")
        return []


def show(value: Any) -> str:
    """A value as messages have it, cut short."""
    return shorten(repr(value), LONGEST_SHOWN)
