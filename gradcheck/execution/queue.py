"""Tasks that nobody has begun, those of one layer together."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable

from gradcheck.execution.task import Address, JudgeCase, Task


class TaskQueue:
    """Queues of tasks, one for each address."""

    def __init__(self) -> None:
        self._queues: dict[Address, deque[Task]] = {}

    @property
    def addresses(self) -> list[Address]:
        """Those of which a task waits, the one that came first before the others."""
        return [address for address, queue in self._queues.items() if queue]

    def add(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks; with `first`, ahead of others of the same layer."""
        for task in tasks:
            queue = self._queues.setdefault(task.address, deque())
            (queue.appendleft if first else queue.append)(task)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity."""
        for address, queue in self._queues.items():
            self._queues[address] = deque(task for task in queue if task.id not in unwanted)

    def take(self, address: Address) -> Task:
        """The next task of an address."""
        return self._queues[address].popleft()

    def take_together(self, address: Address, most: int) -> tuple[Task, ...]:
        """The next tasks of an address: several cases, or one task of another kind."""
        queue = self._queues[address]
        taken = [queue.popleft()]
        while len(taken) < most and queue and isinstance(taken[0], JudgeCase) and isinstance(queue[0], JudgeCase):
            taken.append(queue.popleft())
        return tuple(taken)

    def waiting(self, address: Address) -> int:
        """How many tasks of an address wait."""
        return len(self._queues[address])

    def clear(self) -> None:
        """Forget all tasks."""
        self._queues.clear()
