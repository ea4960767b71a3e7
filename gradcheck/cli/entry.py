"""The program as the system starts it: the command line, and an end that nobody's code can change."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from gradcheck.cli.exits import Exit
from gradcheck.cli.main import main
from gradcheck.interrupt import Interrupt


def run() -> NoReturn:
    """Run the command line of this process, and leave with what it says.

    Where a layer may have been loaded that is at once: Python would wait for threads that a layer left behind, and run
    its exit handlers, either of which can take the verdict back or keep it. A profiler or debugger that watches the
    program has the usual end, which it needs to tell what it saw.
    """
    _open_streams()
    watched = sys.getprofile() is not None or sys.gettrace() is not None
    Interrupt().install()
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - a layer has taken away what even an error needs: no verdict of 1, nor of 0
        code = Exit.BROKEN
    if watched or "gradcheck.layers.loading" not in sys.modules:
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # it is closed, or a layer has put something in its place
            stream.flush()
    os._exit(code)


def _open_streams() -> None:
    """Point the standard streams that are closed at nothing: else files that are opened later would take their place.

    The run and its files are what they are with them.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="replace", closefd=False))
