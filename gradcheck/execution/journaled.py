"""An executor that keeps a journal: what an earlier run has done is not done again."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable

from gradcheck.execution.executor import Executor
from gradcheck.execution.journal import Journal
from gradcheck.execution.task import LoadTarget, NoResult, Reply, Task
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.plain.garbled import GarbledError


class Journaled:
    """Does tasks by way of another executor, except those whose replies the journal holds, and notes down the others.

    Parameters
    ----------
    executor : Executor
    journal : Journal
    """

    def __init__(self, executor: Executor, journal: Journal) -> None:
        self._executor = executor
        self._journal = journal
        self._noted: deque[tuple[Task, Reply]] = deque()

    def submit(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks, in order; with `first`, ahead of others of the same layer."""
        missing = []
        for task in tasks:
            reply = self._reply(task)
            if reply is None:
                missing.append(task)
            else:
                self._noted.append((task, reply))
        self._executor.submit(missing, first=first)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""
        self._noted = deque((task, reply) for task, reply in self._noted if task.id not in unwanted)
        self._executor.discard(unwanted)

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, now or by an earlier run, and its reply."""
        if self._noted:
            return self._noted.popleft()
        task, reply = self._executor.next()
        if not isinstance(task, LoadTarget):
            self._journal.append(task.id, packed(reply))
        return task, reply

    def close(self) -> None:
        """End what was started; the journal is closed by whoever has opened it."""
        self._executor.close()

    def _reply(self, task: Task) -> Reply | None:
        """What an earlier run noted down; None where that is not to be believed, or the process was lost then."""
        if task.id not in self._journal.done:
            return None
        try:
            reply = unpacked(task, self._journal.done[task.id])
        except GarbledError:
            return None
        match reply.result:
            case NoResult("process"):
                return None  # it may live now
        return reply
