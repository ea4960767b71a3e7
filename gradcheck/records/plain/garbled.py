"""What is raised where plain data are not what they should be, and the lines of JSON that hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class GarbledError(Exception):
    """Data are not what they should be; the sentence begins with where: ``findings[0].max_abs: a number is ...``."""

    def __init__(self, sentence: str, where: str = "") -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.sentence, self.where = sentence, where

    def within(self, step: str) -> GarbledError:
        """The same, told from one step further out: a field's name, or the place of an item such as ``[0]``."""
        dot = "." if self.where and not self.where.startswith("[") else ""
        return GarbledError(self.sentence, f"{step:.80}{dot}{self.where}")


def wrong_type(what: str, data: Any) -> GarbledError:
    """What to raise where something else came."""
    return GarbledError(f"{what} is needed, not {data!r:.80}")


def line_of(entry: Mapping[str, Any]) -> str:
    """Plain data as a line of JSON, in ASCII."""
    return json.dumps(entry, allow_nan=False) + "\n"


@dataclass(frozen=True)
class NoJson:
    """A word such as NaN, which JSON lacks: of no type, it is refused where it stands."""

    word: str

    def __repr__(self) -> str:
        return f"{self.word}, which JSON lacks"


def parse_line(line: str | bytes) -> Any:
    """The plain data of a line of JSON.

    Raises
    ------
    GarbledError
        When the line holds none; a word that JSON lacks comes as `NoJson`.
    """
    try:
        return json.loads(line, parse_constant=NoJson)
    except (ValueError, RecursionError) as cause:
        raise GarbledError(f"{type(cause).__name__}: {cause}") from cause
