"""Supervisors at work: tasks in, replies out, as they come."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from gradcheck.execution.queue import TaskQueue
from gradcheck.execution.supervisor import Limits
from gradcheck.execution.supervisor_process import SupervisorProcess
from gradcheck.execution.task import Address, Reply, Task


@dataclass
class Pool:
    """Processes that do tasks, each task once.

    Attributes
    ----------
    size
        How many there are at most.
    limits
    """

    size: int
    limits: Limits = field(default_factory=Limits)

    _waiting: TaskQueue = field(default_factory=TaskQueue)
    _workers: list[SupervisorProcess] = field(default_factory=list)

    def add(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks; with `first`, ahead of others of the same layer."""
        self._waiting.add(tasks, first=first)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""
        self._waiting.discard(unwanted)

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, and its reply.

        Raises
        ------
        GradcheckError
            When a process could not be started.
        """
        while True:
            self._occupy()
            working = {worker.connection: worker for worker in self._workers if worker.task is not None}
            if not working:
                raise LookupError("no task is left")
            for ready in wait(list(working)):
                worker = working[ready]  # type: ignore[index]
                task = worker.task
                reply = worker.receive()
                if reply is not None and task is not None:
                    return task, reply

    def close(self) -> None:
        """End all processes; what they are at is lost."""
        while self._workers:
            self._workers.pop().close()
        self._waiting.clear()

    def _occupy(self) -> None:
        while waiting := self._waiting.addresses:
            idle = [worker for worker in self._workers if worker.task is None]
            if not idle and len(self._workers) < self.size:
                idle = [SupervisorProcess(self.limits)]
                self._workers += idle
            if not idle:
                return
            worker, address = self._matched(idle, waiting)
            worker.send(self._waiting.take(address))

    def _matched(
        self, idle: Sequence[SupervisorProcess], waiting: Sequence[Address]
    ) -> tuple[SupervisorProcess, Address]:
        """A process and the layer it goes on with: the one it has; else one that no other has; else any."""
        for worker in idle:
            if worker.address is not None and worker.address in waiting:
                return worker, worker.address
        taken = {worker.address for worker in self._workers if worker.task is not None}
        return idle[0], next((address for address in waiting if address not in taken), waiting[0])
