"""The program as the system starts it: the command line, and an end that nobody's code can change."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from gradcheck.cli.main import main
from gradcheck.interrupt import Interrupt


def run() -> NoReturn:
    """Run the command line of this process, and leave with what it says.

    Where a layer may have been loaded that is at once: Python would wait for threads that a layer left behind, and run
    its exit handlers, either of which can take the verdict back or keep it. A profiler or debugger that watches the
    program has the usual end, which it needs to tell what it saw.
    """
    watched = sys.getprofile() is not None or sys.gettrace() is not None
    Interrupt().install()
    code = main()
    if watched or "gradcheck.layers.loading" not in sys.modules:
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # it is closed, or a layer has put something in its place
            stream.flush()
    os._exit(code)
