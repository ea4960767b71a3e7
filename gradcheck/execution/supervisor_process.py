"""A supervisor seen from the process that asks it."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from gradcheck.errors import GradcheckError, UsageError
from gradcheck.execution.executor import Limits
from gradcheck.execution.launch import Launch, child_of
from gradcheck.execution.task import Address, LoadTarget, NoResult, Reply, Task

PATIENCE = 5.0  # seconds that a supervisor is given to end, and to say that a layer's time is over
LOOK = 0.2  # ... between two looks at whether it is there still: a layer can stop it, and then it says nothing


class SupervisorProcess:
    """A supervisor and the tasks that it is at.

    Attributes
    ----------
    address
        Of the layer whose cases it is at.

    Parameters
    ----------
    limits : Limits
    root, home : str
        A folder that stands in for the root of the file system, and the working folder below it; empty for none.
    """

    def __init__(self, limits: Limits, root: str = "", home: str = "") -> None:
        self._tasks: deque[Task] = deque()
        self._lost: tuple[Task, ...] = ()
        self.address: Address | None = None
        self._limits = limits
        self._root = root
        self._home = home
        self._start()

    def _start(self) -> None:
        child = child_of(Launch(self._limits.seconds, self._limits.memory, self._root, self._home))
        self._process = child.process
        self.connection = Connection(child.end.detach())
        self._heard = time.monotonic()
        self._group: int | None = None  # of processes, the worker's; 0 before the first, None until it is ready

    @property
    def task(self) -> Task | None:
        """The first of those that it is at; None while it is idle."""
        return self._tasks[0] if self._tasks else None

    def send(self, tasks: Sequence[Task]) -> None:
        """Hand over tasks of one layer; the replies come one by one, in this order."""
        self._tasks.extend(tasks)
        self._heard = time.monotonic()
        self.address = None if isinstance(tasks[0], LoadTarget) else tasks[0].address
        with suppress(BrokenPipeError):  # the supervisor is dead, as `receive` will see
            self.connection.send_bytes(pickle.dumps(tasks))

    def take_lost(self) -> tuple[Task, ...]:
        """Those that it was at when it was lost, where they were several: each is to be done by itself."""
        lost, self._lost = self._lost, ()
        return lost

    def receive(self) -> Reply | None:
        """What is to be read from the supervisor; None where it is not the reply.

        Raises
        ------
        GradcheckError
            When it could not start.
        """
        try:
            message = self._read()
        except (EOFError, OSError):
            return self._ended()
        if message is not None:
            self._tasks.popleft()
        return message

    def _read(self) -> Reply | None:
        message: Reply | int = pickle.loads(self.connection.recv_bytes())  # noqa: S301 - from our own process
        self._heard = time.monotonic()
        if isinstance(message, Reply):
            return message
        self._group = message
        return None

    def look(self) -> Reply | None:
        """The reply in place of a supervisor that will give none: it is stopped, or says nothing in time.

        A layer that stops its parent brings that about, and so does whatever keeps a supervisor from its work; who asks
        would wait for ever. None while there is nothing to be said against it.
        """
        if self.task is None or self.connection.poll():
            return None
        if self._is_stopped():
            sentence = "the process stopped the one that it was started by"
        elif self._is_overdue(self.task):
            sentence = f"timed out after {self._limits.seconds:g} s, and the process that watches it does not answer"
        else:
            return None
        seconds = time.monotonic() - self._heard
        self._process.kill()
        return self._renew(Reply(NoResult("process", sentence), seconds))

    def _is_stopped(self) -> bool:
        with suppress(ChildProcessError):  # it has ended, as `receive` will see
            return os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
        return False

    def _is_overdue(self, task: Task) -> bool:
        """Whether a task and the loading of its layer before it have had their time since the last word of it."""
        seconds = self._limits.time_for(task)
        if seconds is None or self._limits.seconds is None:
            return False
        return time.monotonic() > self._heard + self._limits.seconds + seconds + PATIENCE

    def _ended(self) -> Reply | None:
        """The reply in place of a supervisor that has died, which only a layer that kills its parent brings about."""
        if self._group is None:
            _, error = self._process.communicate()
            said = error.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise GradcheckError(f"a process for layers could not be started: {said or 'it died'}")
        return self._renew(Reply(NoResult("process", "the process killed the one that it was started by")))

    def _renew(self, reply: Reply) -> Reply | None:
        """Start anew; the reply in place of one that has not come, unless it could be that of several tasks."""
        self.close()
        tasks = tuple(self._tasks)
        self._tasks.clear()
        self.address = None
        self._start()
        if len(tasks) == 1:
            return reply
        self._lost = tasks
        return None

    def hang_up(self) -> None:
        """Say that nobody will ask any more: the supervisor ends its worker, and itself."""
        with suppress(EOFError, OSError):
            while self.connection.poll():
                self._read()
        self.connection.close()

    def close(self) -> None:
        """End the supervisor, which ends its worker; where it cannot any more, that is ended here."""
        self.hang_up()
        try:
            self._process.wait(PATIENCE if self._hears_end() else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
        if self._process.wait() != 0 and self._group:
            with suppress(OSError):
                os.killpg(self._group, signal.SIGKILL)

    def _hears_end(self) -> bool:
        """Whether the supervisor ends in time: its stderr, which nobody else has, is closed then.

        To wait for the process with a limit is to sleep and to look again, by some hundredths of a second too long.
        """
        stderr = self._process.stderr
        assert stderr is not None  # noqa: S101 - for the type alone: it is a pipe
        if stderr.closed:  # all that it said has been read
            return True
        with stderr:
            end = select.poll()
            end.register(stderr, 0)  # nothing but its end
            return bool(end.poll(1000 * PATIENCE))  # milliseconds


def require_fork() -> None:
    """Refuse a system on which supervisors cannot start workers.

    Raises
    ------
    UsageError
    """
    if not hasattr(os, "fork"):
        raise UsageError("to run layers in processes of their own needs a system that can fork processes")
