"""The options of a check inside of a test: from its markers, and a seed of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import pytest

from gradcheck.errors import UsageError, nearest
from gradcheck.text import printable, shorten

OPTIONS = (
    "inputs",
    "scales",
    "sizes",
    "dtype",
    "seed",
    "order",
    "budget",
)  # of gradcheck.check, which is not imported for a marker


def known(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options, unless one is none of `gradcheck.check`.

    Raises
    ------
    UsageError
        For the first such name, with the nearest one.
    """
    __tracebackhide__ = True
    for name in options:
        if name not in OPTIONS:
            hint = nearest(name, OPTIONS) or f"; known are {', '.join(OPTIONS)}"
            raise UsageError(f"unknown option {name!r} of `gradcheck`{hint}")
    return options


def marked(node: pytest.Item) -> dict[str, Any]:
    """The options of the markers on a test, its class and its module; of two that say the same, the nearer holds.

    Raises
    ------
    UsageError
        When a marker has an unknown option, or one without a name.
    """
    options: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers("gradcheck"))):
        if mark.args:
            came = printable(shorten(repr(mark.args[0]), 60))
            raise UsageError(f"the marker `gradcheck` must have options with names, such as scales=[1], not {came}")
        options |= known(mark.kwargs)
    return options


def seed_of(node: pytest.Item) -> int:
    """A seed from the name of a test and of its file.

    Not from the whole node id: that changes with the folder that pytest takes as root, and with groups of xdist.
    """
    return crc32("::".join([node.path.name, *names_in_file(node)]).encode("utf-8", "surrogatepass"))


def names_in_file(node: pytest.Item) -> list[str]:
    """The classes that a test stands in, and its own name."""
    chain = node.listchain()
    return [one.name for one in chain if one.path == node.path and not isinstance(one, pytest.File)]
