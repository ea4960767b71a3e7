"""What tables and lines are made of: columns, cells, texts in a style, and the widths to which they are squeezed."""

from __future__ import annotations

from typing import TypeAlias

from gradcheck.frozen import dataclass
from gradcheck.records.finding import Verdict

Span: TypeAlias = tuple[str, str]  # a text and its style, in the words of rich; empty for none

INDENT = 4  # of what belongs to the line above it
WIDEST_TEXT = 32
LEAST_TEXT = 12
STYLES = {
    Verdict.PASS: "green",
    Verdict.UNDEFINED: "yellow",
    Verdict.INCONCLUSIVE: "cyan",
    Verdict.ERROR: "bold magenta",
    Verdict.FAIL: "bold red",
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title
    number
        Whether it holds numbers: aligned to the right, never broken over lines.
    whole
        Whether its words are never broken over lines.
    drop
        The higher, the sooner the column makes room where the table is too wide; 0 always stays.
    """

    title: str
    number: bool = False
    whole: bool = False
    drop: int = 0

    @property
    def unbroken(self) -> bool:
        """Whether no text of it is broken over lines."""
        return self.number or self.whole


@dataclass(frozen=True)
class Cell:
    """A text, in the colour of a verdict if it has one."""

    text: str
    verdict: Verdict | None = None

    @property
    def style(self) -> str:
        """That of the verdict; empty for none."""
        return STYLES[self.verdict] if self.verdict else ""
