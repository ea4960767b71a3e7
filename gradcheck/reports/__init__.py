"""HOW we tell: one file a format, which holds its `FORMAT`. They are named as text: only the chosen one is imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gradcheck.registry import Registry

if TYPE_CHECKING:
    from gradcheck.reports.interface import Format

FORMATS: Registry[str] = Registry(
    "output format",
    [
        ("table", "gradcheck.reports.table"),
        ("jsonl", "gradcheck.reports.jsonl"),
        ("junit", "gradcheck.reports.junit"),
        ("github", "gradcheck.reports.github"),
        ("markdown", "gradcheck.reports.markdown"),
        ("sarif", "gradcheck.reports.sarif"),
        ("html", "gradcheck.reports.html"),
    ],
)


def load_format(name: str) -> Format:
    """The format of that name, which is imported now.

    Raises
    ------
    UsageError
        When no format has the name; the message suggests the nearest one.
    """
    found: Format = import_module(FORMATS[name]).FORMAT
    return found
