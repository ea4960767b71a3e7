"""Where tasks are handed in and replies are called for: each task is done once, by the pool or by an earlier run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradcheck.execution.journal import Journal
from gradcheck.execution.task import LoadTarget, Reply, Task
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.plain.garbled import GarbledError

if TYPE_CHECKING:
    from gradcheck.execution.cluster import Cluster
    from gradcheck.execution.pool import Pool


@dataclass
class Desk:
    """Tasks in, replies out.

    Attributes
    ----------
    pool
    journal
        Holds the replies of an earlier run and takes in those of this one; None to keep none.
    """

    pool: Pool | Cluster
    journal: Journal | None = None
    _replies: dict[str, Reply] = field(default_factory=dict)

    def begin(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Have tasks done, except those whose reply the journal holds."""
        missing = []
        for task in tasks:
            reply = self._noted(task)
            if reply is None:
                missing.append(task)
            else:
                self._replies[task.id] = reply
        self.pool.add(missing, first=first)

    def reply(self, task: Task) -> Reply:
        """The reply to a task that was begun; it is given out once."""
        while task.id not in self._replies:
            done, reply = self.pool.next()
            if self.journal is not None and not isinstance(done, LoadTarget):
                self.journal.append(done.id, packed(reply))
            self._replies[done.id] = reply
        return self._replies.pop(task.id)

    def at_hand(self, task: Task) -> Reply | None:
        """The reply to a task if it is there already; it stays there."""
        return self._replies.get(task.id)

    def close(self) -> None:
        """End the pool, and let go of the journal."""
        self.pool.close()
        if self.journal is not None:
            self.journal.close()
            self.journal = None

    def _noted(self, task: Task) -> Reply | None:
        if self.journal is None or task.id not in self.journal.done:
            return None
        try:
            return unpacked(task, self.journal.done[task.id])
        except GarbledError:
            return None
