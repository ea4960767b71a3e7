"""Replies in the order in which they are called for, whatever the order in which tasks are done."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.execution.executor import Executor
from gradcheck.execution.task import Reply, Task


class Replies:
    """Those of an executor, each kept until it is forgotten."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._known: dict[str, Reply] = {}

    def to(self, task: Task) -> Reply:
        """The reply to a task that was handed in; waits for it."""
        while task.id not in self._known:
            done, reply = self.executor.next()
            self._known[done.id] = reply
        return self._known[task.id]

    def known(self, task: Task) -> Reply | None:
        """The reply to a task if it is there already."""
        return self._known.get(task.id)

    def forget(self, tasks: Iterable[Task]) -> None:
        """Let go of the replies to tasks."""
        for task in tasks:
            self._known.pop(task.id, None)
