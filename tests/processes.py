"""Processes that tests start. Each leads a group of its own, which ends with the test, at the latest with this process.

A test that fails or is interrupted ends what it started in its finalisers. Where this process is killed, a guard does:
a process that knows the groups and sees the end of the pipe on which it is told of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST = 300.0  # seconds, which only what hangs takes
LIMITS = (1.0, 8.0, 64.0)  # seconds for a layer: what the first is too short for on a busy machine, the last is not
POLL = 0.02  # seconds between two looks at what another process does, for which the cores are left to it
_GUARD = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""


def start(command: list[str], **options: Any) -> subprocess.Popen[Any]:
    """A process under way, which Ctrl-C interrupts; whoever starts it says `end`."""
    with _interruptible():
        process = subprocess.Popen(command, process_group=0, **options)
    _tell(f"+{process.pid}")
    return process


def end(process: subprocess.Popen[Any]) -> None:
    """End a process and what it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(LONGEST)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    _tell(f"-{process.pid}")


def run(command: list[str], *, given: Any = None, seconds: float = LONGEST, **options: Any) -> Any:
    """What a process leaves with and prints, as of `subprocess.run`; its streams are read unless told otherwise."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams |= {} if given is None else {"stdin": subprocess.PIPE}
    process = start(command, **{**streams, **options})
    try:
        output, error = process.communicate(given, seconds)
    finally:
        end(process)
    return subprocess.CompletedProcess(command, process.returncode, output, error)


def until(found: Callable[[], T]) -> T:
    """What a function gives, once it gives something."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        if something := found():
            return something
        time.sleep(POLL)
    raise AssertionError(f"{found} came to nothing within {LONGEST:g} s")


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody waits for has too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


def at_a_limit(claim: Callable[[float], None]) -> None:
    """Hold a claim about a limit in seconds at the shortest of some at which it holds.

    What a layer needs in seconds depends on what else the machine does. That a layer which hangs is ended, and the
    others are not, is a claim about a limit that the others keep.
    """
    for seconds in LIMITS[:-1]:
        with suppress(AssertionError):
            return claim(seconds)
    return claim(LIMITS[-1])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C interrupts what is started meanwhile, even if this is a job in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@cache
def _guard() -> subprocess.Popen[bytes]:
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", _GUARD], stdin=subprocess.PIPE, **streams, process_group=0
    )


def _tell(line: str) -> None:
    stream = _guard().stdin
    assert stream is not None
    stream.write(line.encode() + b"\n")
    stream.flush()
