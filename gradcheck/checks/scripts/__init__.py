"""The lines of scripts that show failures. Its modules are imported when first used: a run that passes needs none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.checks.scripts import comparing as comparing
    from gradcheck.checks.scripts import contract as contract
    from gradcheck.checks.scripts import derivative as derivative
    from gradcheck.checks.scripts import failure as failure
    from gradcheck.checks.scripts import pasting as pasting
    from gradcheck.checks.scripts import purity as purity
    from gradcheck.checks.scripts import reproducer as reproducer
    from gradcheck.checks.scripts import second as second
    from gradcheck.checks.scripts import tangents as tangents


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return import_module(f"gradcheck.checks.scripts.{name}")
    except ModuleNotFoundError:
        raise AttributeError(f"there are no scripts of {name!r}") from None
