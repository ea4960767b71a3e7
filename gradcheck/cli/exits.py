"""The exit codes, named once."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.run.gate import Decision


class Exit(enum.IntEnum):
    """What the process leaves with; a wrong derivative never reads like a layer that could not be checked."""

    PASSED = 0
    WRONG = 1
    USAGE = 2
    BROKEN = 3
    NOTHING = 5  # as pytest: nothing was collected
    INTERRUPTED = 130  # as a shell: 128 and the number of SIGINT
    CLOSED = 141  # as a shell: 128 and the number of SIGPIPE


MEANINGS = {
    Exit.PASSED: "all passed",
    Exit.WRONG: "a derivative is wrong",
    Exit.USAGE: "usage or config error",
    Exit.BROKEN: "a layer could not be loaded or raised, or an internal error",
    Exit.NOTHING: "nothing selected",
    Exit.INTERRUPTED: "interrupted",
    Exit.CLOSED: "stdout closed",
}
# click keeps the line breaks of a paragraph that starts with \b.
EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:<4}{meaning}" for code, meaning in MEANINGS.items())


def exit_of(decision: Decision) -> Exit:
    """The code that a run's decision leaves with: that of the same name."""
    return Exit[decision.name]
