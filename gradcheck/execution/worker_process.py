"""a worker process seen from outside: asked, timed, and ended."""

from __future__ import annotations

import os
import pickle
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from gradcheck.execution.task import Task
from gradcheck.execution.worker import CLOSED, HEAD, serve_tasks

LONGEST_LINE = 2**24
PART = 2**16
DYING = 0.5  # seconds that a process which closed its connection is given to die by itself


class LostError(Exception):
    """The worker gave no answer; the sentence says why."""


class AbandonedError(Exception):
    """Who asked is gone."""


@dataclass
class WorkerProcess:
    """A process that runs layers, seen from its supervisor.

    Attributes
    ----------
    pid
    requests, replies
        File descriptors, which never block.
    """

    pid: int
    requests: int
    replies: int
    _requested: bytes = field(default=b"", init=False)
    _answered: bytes = field(default=b"", init=False)

    def give(self, tasks: Iterable[Task]) -> None:
        """Hand over tasks, which are done in this order: on their way they are while answers are waited for."""
        for task in tasks:
            request = pickle.dumps(task)
            self._requested += len(request).to_bytes(HEAD) + request

    def answer(self, seconds: float | None, parent: int) -> bytes:
        """The line that answers the next task.

        Raises
        ------
        LostError
            When the worker dies, says too much, or is not done in time.
        AbandonedError
            When `parent` closes its end meanwhile.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._answered:
            rest = None if end is None else end - time.monotonic()
            if rest is not None and rest <= 0:
                raise LostError(f"timed out after {seconds:g} s")
            readable, writable, _ = select.select(
                [self.replies, parent], [self.requests] if self._requested else [], [], rest
            )
            if parent in readable:
                raise AbandonedError
            if writable:
                self._write()
            if self.replies in readable:
                self._answered += self._part()
            if len(self._answered) > LONGEST_LINE:
                raise LostError("the answer of its process is too long")
        line, _, self._answered = self._answered.partition(b"\n")
        return line

    def gather(self, seconds: float, parent: int) -> None:
        """Let answers come together for a while, unless one is there or `parent` closes its end.

        Their process goes on meanwhile: to be woken by each of them would take it a part of its core.
        """
        if b"\n" not in self._answered and not self._requested:
            select.select([parent], [], [], seconds)

    def _write(self) -> None:
        try:
            self._requested = self._requested[os.write(self.requests, self._requested[:PART]) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._requested = b""  # it is dead, as is seen once all that it has answered is read

    def _part(self) -> bytes:
        part = os.read(self.replies, PART)
        if not part:
            raise LostError(self._death())
        return part

    def _death(self) -> str:
        """How it died, in words."""
        until = time.monotonic() + DYING
        while time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return _told(os.waitstatus_to_exitcode(status))
            time.sleep(DYING / 100)
        return "the process closed its connection"

    def kill(self) -> None:
        """End it, with everything that it started."""
        for end in (os.killpg, os.kill):
            with suppress(OSError):
                end(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self.requests)
        os.close(self.replies)


def _told(code: int) -> str:
    if code == CLOSED:
        return "the process closed its connection"
    if code >= 0:
        return f"the process left with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the process died: {name}"


def start_worker(memory: int | None) -> WorkerProcess:
    """A new worker, in which no layer has been yet."""
    theirs, requests = os.pipe()
    replies, own = os.pipe()
    pid = os.fork()
    if pid == 0:
        serve_tasks(theirs, own, memory)
    os.close(theirs)
    os.close(own)
    with suppress(OSError):
        os.setpgid(pid, pid)  # the worker does so too: whoever comes first
    os.set_blocking(requests, False)
    return WorkerProcess(pid, requests, replies)
