"""Supervisors as they are started, some of them ahead: each takes as long to load itself as this process does.

Nothing here waits for numpy, so that both load at the same time.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass

AHEAD = 2  # processes that begin before a layer is loaded: some cases will follow, and to begin takes as long as that
# Python's own path first: a file of the working folder must not stand in for a standard module.
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop()); "
    "from gradcheck.garbage import put_off; put_off(); "  # as in the process of the command: no slower, that is
    "from gradcheck.execution.supervisor import main; main()"
)
# One thread for each process: they share the cores, and sums come out alike however many there are.
_ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True)
class Launch:
    """How a supervisor is started.

    Attributes
    ----------
    seconds, memory
        The limits.
    root, home
        A folder that stands in for the root of the file system, and the working folder below it; empty for none.
    """

    seconds: float | None
    memory: int | None
    root: str = ""
    home: str = ""


@dataclass(frozen=True)
class Child:
    """A supervisor that was started: its process, and this end of the connection to it."""

    process: subprocess.Popen[bytes]
    end: socket.socket

    def drop(self) -> None:
        """Let it end: nobody will ask it."""
        self.end.close()
        assert self.process.stderr is not None  # noqa: S101 - for the type alone: it is a pipe
        self.process.stderr.close()
        with suppress(OSError):
            self.process.kill()
        self.process.wait()


_AHEAD: list[tuple[Launch, Child]] = []


def start_ahead(launch: Launch, number: int) -> None:
    """Start some of which the first requests will be met."""
    _AHEAD.extend((launch, _start(launch)) for _ in range(number))


def child_of(launch: Launch) -> Child:
    """One that was started ahead, if there still is one, else a new one."""
    for place, (own, child) in enumerate(_AHEAD):
        if own == launch:
            del _AHEAD[place]
            return child
    return _start(launch)


def drop_ahead() -> None:
    """End those that nobody has asked for."""
    while _AHEAD:
        _AHEAD.pop()[1].drop()


def _start(launch: Launch) -> Child:
    own, theirs = socket.socketpair()
    arguments = [str(theirs.fileno()), json.dumps([launch.seconds, launch.memory]), json.dumps(sys.path)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", "-c", _START, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **_ENVIRONMENT, "GRADCHECK_ROOT": launch.root},
        cwd=launch.root + launch.home or None,
        pass_fds=[theirs.fileno()],
        start_new_session=True,  # Ctrl-C is for this process alone
    )
    theirs.close()
    return Child(process, own)
