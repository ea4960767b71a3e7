"""HOW we tell: one file a format. The table names them as text, so that only the chosen one is imported."""

from __future__ import annotations

from importlib import import_module

from gradcheck.registry import Registry
from gradcheck.reports.interface import Format

FORMATS: Registry[str] = Registry(
    "output format",
    [
        ("table", "gradcheck.reports.table:render"),
        ("jsonl", "gradcheck.reports.jsonl:render"),
        ("junit", "gradcheck.reports.junit:render"),
        ("github", "gradcheck.reports.github:render"),
        ("markdown", "gradcheck.reports.markdown:render"),
        ("sarif", "gradcheck.reports.sarif:render"),
        ("html", "gradcheck.reports.html:render"),
    ],
)


def format_named(name: str) -> Format:
    """The function that writes reports in a format of `FORMATS`.

    Raises
    ------
    UsageError
        When no format has the name; the message suggests the nearest one.
    """
    module, _, function = FORMATS[name].partition(":")
    found: Format = getattr(import_module(module), function)
    return found
