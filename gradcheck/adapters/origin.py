"""Where the methods of a layer are written, for reports that point at them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.records.report import SourceLine

METHODS = ("forward", "bprop", "jacobian")


def places(subject: Subject) -> tuple[SourceLine, ...]:
    """Where a layer's methods are written; without those made at run time, in C, or out of reach."""
    return tuple(_places(subject.layer))


def _places(layer: Any) -> Iterator[SourceLine]:
    for method in METHODS:
        try:
            code = inspect.unwrap(getattr(layer, method)).__code__
            file, line = Path(code.co_filename), int(code.co_firstlineno)
            if file.is_file():
                yield SourceLine(method, seen_from_here(file), line)
        except Exception:  # noqa: BLE001, S112 - attributes of a layer are its own code, and so is what they return
            continue


def seen_from_here(file: Path) -> str:
    """A path as seen from the working folder where it lies below it; whole otherwise."""
    whole, here = file.resolve(), Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()
