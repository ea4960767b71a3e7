"""HTML that is safe because of how it is made: what is no markup yet is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from importlib import resources
from typing import Self

from gradcheck.text import printable

VOID = {"meta", "input", "link", "rect", "line", "polyline", "circle"}


class Markup(str):
    """A text that is HTML, and not to be escaped again."""

    __slots__ = ()

    @classmethod
    def concat(cls, parts: Iterable[str], between: str = "") -> Self:
        """The parts one after the other, each that is no markup escaped."""
        return cls(cls(between).join(map(safe, parts)))


def safe(text: str) -> Markup:
    """A text on one line as HTML, with control and direction characters written as escapes."""
    return text if isinstance(text, Markup) else _escape(text)


@lru_cache(maxsize=10_000)  # the cells of a table say few things many times
def _escape(text: str) -> Markup:
    return Markup(escape(printable(text)))


def part(name: str) -> str:
    """The text of a file that stands beside this one."""
    return resources.files("gradcheck.reports.web").joinpath(name).read_text("utf-8")


def tag(name: str, /, *children: str, **attributes: object) -> Markup:
    """An element.

    Parameters
    ----------
    name : str
        Ours, never a user's.
    *children : str
        Escaped unless they are markup.
    **attributes : object
        ``class_`` is written ``class``, other underscores become hyphens. None and False leave an attribute out, True
        gives it no value.
    """
    written = "".join(_attribute(*pair) for pair in attributes.items() if not (pair[1] is None or pair[1] is False))
    if name in VOID:
        return Markup(f"<{name}{written}>") if name in {"meta", "input", "link"} else Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{Markup.concat(children)}</{name}>")


def _attribute(key: str, value: object) -> str:
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{safe(str(value))}"'
