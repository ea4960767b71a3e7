"""Where the methods of a layer are written, for reports that point at them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.files import seen_from_here
from gradcheck.records.report import SourceLine

METHODS = ("forward", "bprop", "jacobian", "jvp")


def places(subject: Subject) -> tuple[SourceLine, ...]:
    """Where a layer's methods are written; without those made at run time, in C, or out of reach."""
    return tuple(_places(subject.layer))


def _places(layer: Any) -> Iterator[SourceLine]:
    for method in METHODS:
        try:
            own = getattr(layer, "written", {}).get(method) or getattr(layer, method)
            code = inspect.unwrap(own).__code__
            file, line = Path(code.co_filename), int(code.co_firstlineno)
            if file.is_file():
                yield SourceLine(method, Path(seen_from_here(file)).as_posix(), line)
        except Exception:  # noqa: BLE001, S112 - attributes of a layer are its own code, and so is what they return
            continue
