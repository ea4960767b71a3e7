"""The process that layers run in. It trusts nobody's code but its own, and may die at any moment."""

from __future__ import annotations

import os
import pickle
import resource
from contextlib import suppress
from json import dumps
from pathlib import Path
from typing import NoReturn

from gradcheck.execution.answer import answering
from gradcheck.execution.perform import perform
from gradcheck.execution.task import Task
from gradcheck.execution.wire import packed
from gradcheck.interrupt import Interrupt

HEAD = 4  # bytes that say how long a task is
CLOSED = 111  # what the process leaves with when its connection is gone, which only a layer can have closed


def serve_tasks(requests: int, replies: int, memory: int | None) -> NoReturn:
    """Do tasks until there are no more; a forked process spends its life here.

    Parameters
    ----------
    requests, replies : int
        File descriptors: pickled tasks, each after its length; a line of JSON for each.
    memory : int, optional
        Bytes that a layer may take beyond what this process has.
    """
    try:
        os.setpgid(0, 0)
        Interrupt().install()  # no Ctrl-C comes here: KeyboardInterrupt is a layer's own
        _shut_in({requests, replies})
        _limit(memory)
        own, home = os.getpid(), os.getcwd()  # noqa: PTH109
        while (task := _next(requests)) is not None:
            with suppress(OSError):
                os.chdir(home)
            with answering() as answer:
                answer.result = perform(task)
            line = dumps({"id": task.id, **packed(answer.reply)}, allow_nan=False).encode("ascii") + b"\n"
            if os.getpid() != own:
                break  # a layer has forked: this is its copy of the process
            while line:
                line = line[os.write(replies, line) :]
    except OSError:
        os._exit(CLOSED)
    finally:
        # Not by way of Python's own end: threads and exit handlers of layers would be waited for.
        os._exit(0)


def _next(requests: int) -> Task | None:
    head = _read(requests, HEAD)
    if len(head) < HEAD:
        return None
    task: Task = pickle.loads(_read(requests, int.from_bytes(head)))  # noqa: S301 - from the supervisor
    return task


def _read(descriptor: int, size: int) -> bytes:
    whole = b""
    while len(whole) < size and (part := os.read(descriptor, size - len(whole))):
        whole += part
    return whole


def _shut_in(kept: set[int]) -> None:
    """Close everything that is the supervisor's: what a layer writes anywhere must not reach it, nor wait for it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    start = 3
    for descriptor in sorted(kept):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _limit(memory: int | None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        most = _taken() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _taken() -> int:
    """Bytes of address space that this process has already, where the system says so."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0
