"""The exit codes, named once."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What the process leaves with; a wrong derivative never reads like a layer that could not be checked."""

    PASSED = 0
    WRONG = 1
    USAGE = 2
    BROKEN = 3
    NOTHING = 5
    INTERRUPTED = 130
    CLOSED = 141


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
