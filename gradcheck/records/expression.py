"""The language of `-k`: which case identities an expression selects.

Words are substrings, compared without case; they are joined by ``and``, ``or``, ``not`` and parentheses, with the
precedence that Python gives them. A word may hold anything but blanks and parentheses: ``ties and not scale=1e3,``.
Nothing is evaluated but these.
"""

from __future__ import annotations

import re

from gradcheck.errors import UsageError
from gradcheck.frozen import dataclass

_TOKEN = re.compile(r"[()]|[^\s()]+")
_RESERVED = ("and", "or", "not", "(", ")")


def matches(expression: str, text: str) -> bool:
    """Whether `expression` selects `text`; a blank expression selects everything.

    Raises
    ------
    UsageError
        When the expression cannot be read; the sentence says where.
    """
    reader = _Reader(expression, text.lower())
    if not reader.tokens:
        return True
    try:
        selected = reader.either()
    except RecursionError:
        raise UsageError("the -k expression must not be nested this deeply") from None
    if reader.next:
        raise reader.unexpected("`and` or `or`")
    return selected


@dataclass(frozen=False)
class _Reader:
    """A position in the tokens of an expression; a method reads one rule of the grammar and says what it selects."""

    expression: str
    text: str

    def __post_init__(self) -> None:
        self.tokens = list(_TOKEN.finditer(self.expression))
        self.position = 0

    @property
    def next(self) -> str:
        """The token to read now; empty at the end."""
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def take(self, token: str) -> bool:
        """Step over `token` if it comes now."""
        if self.next != token:
            return False
        self.position += 1
        return True

    def either(self) -> bool:
        """One or more `both`, joined by ``or``."""
        selected = self.both()
        while self.take("or"):
            # The right side is read even where the left one decides.
            selected = self.both() or selected
        return selected

    def both(self) -> bool:
        """One or more `operand`, joined by ``and``."""
        selected = self.operand()
        while self.take("and"):
            selected = self.operand() and selected
        return selected

    def operand(self) -> bool:
        """A word, a negation, or an expression in parentheses."""
        if self.take("not"):
            return not self.operand()
        if self.take("("):
            selected = self.either()
            if not self.take(")"):
                raise self.unexpected("`)`")
            return selected
        word = self.next
        if not word or word in _RESERVED:
            raise self.unexpected("a word")
        self.position += 1
        return word.lower() in self.text

    def unexpected(self, required: str) -> UsageError:
        """What to raise where something else was required."""
        came = repr(self.next) if self.next else "its end"
        column = self.tokens[self.position].start() if self.next else len(self.expression)
        return UsageError(f"the -k expression {self.expression!r} needs {required} at column {column + 1}, not {came}")
