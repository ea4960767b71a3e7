"""Layers judged in the process of the tests, where options ask for another: shards, journals, `-j`.

Which process judges a layer changes nothing of what is found: tests of its own hold that. Where words and files alone
are asked for, none need be started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.cli.execution import Execution
from gradcheck.execution.in_process import InProcess

if TYPE_CHECKING:
    import pytest


def stay(patch: pytest.MonkeyPatch) -> None:
    """Start no processes for layers until the patch is undone."""
    patch.setattr(Execution, "begin", lambda self: None)
    patch.setattr(Execution, "_executor", lambda self, processes: InProcess())
