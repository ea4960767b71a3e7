"""Supervisors at work: tasks in, replies out, as they come."""

from __future__ import annotations

import select
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from gradcheck.execution.executor import Limits, Settings
from gradcheck.execution.launch import AHEAD
from gradcheck.execution.pace import Pace
from gradcheck.execution.queue import TaskQueue
from gradcheck.execution.supervisor_process import LOOK, SupervisorProcess, require_fork
from gradcheck.execution.task import Address, LoadTarget, Reply, Task


@dataclass
class ProcessPool:
    """Processes that do tasks: each once, unless a supervisor dies with several of them.

    Attributes
    ----------
    size
        How many there are at most.
    limits
    """

    size: int
    limits: Limits = field(default_factory=Limits)

    _queue: TaskQueue = field(default_factory=TaskQueue)
    _pace: Pace = field(default_factory=Pace)
    _supervisors: list[SupervisorProcess] = field(default_factory=list)

    def submit(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks; with `first`, ahead of others of the same layer."""
        self._queue.add(tasks, first=first)

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""
        self._queue.discard(unwanted)

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, and its reply.

        Raises
        ------
        GradcheckError
            When a process could not be started.
        """
        while True:
            self._assign()
            working = {
                supervisor.connection.fileno(): supervisor
                for supervisor in self._supervisors
                if supervisor.task is not None
            }
            if not working:
                raise LookupError("no task is left")
            ready = wait(working, LOOK)
            for descriptor, supervisor in working.items():
                task = supervisor.task
                reply = supervisor.receive() if descriptor in ready else supervisor.look()
                self._take_back(supervisor)
                if reply is not None and task is not None:
                    self._pace.learn(task, reply)
                    return task, reply

    def close(self) -> None:
        """End all processes; what they are at is lost."""
        for supervisor in self._supervisors:
            supervisor.hang_up()  # all of them, before any is waited for
        while self._supervisors:
            self._supervisors.pop().close()
        self._queue.clear()

    def _assign(self) -> None:
        while waiting := self._queue.addresses:
            idle = [supervisor for supervisor in self._supervisors if supervisor.task is None]
            if not idle and len(self._supervisors) < self.size:
                idle = [SupervisorProcess(self.limits)]
                self._supervisors += idle
            if not idle:
                return
            supervisor, address = self._match(idle, waiting)
            most = self._pace.number(address, self._queue.waiting(address), self.size)
            tasks = self._queue.take_together(address, most)
            supervisor.send(tasks)
            if isinstance(tasks[0], LoadTarget) and len(self._supervisors) < min(self.size, AHEAD):
                self._supervisors.append(SupervisorProcess(self.limits))

    def _take_back(self, supervisor: SupervisorProcess) -> None:
        """Give out again, one at a time, what was lost with a supervisor: which of it was the cause is not known."""
        lost = supervisor.take_lost()
        for task in reversed(lost):
            self._pace.forget(task.address)
            self._queue.add([task], first=True)

    def _match(
        self, idle: Sequence[SupervisorProcess], waiting: Sequence[Address]
    ) -> tuple[SupervisorProcess, Address]:
        """A process and the layer it goes on with: the one it has; else one that no other has; else any."""
        for supervisor in idle:
            if supervisor.address is not None and supervisor.address in waiting:
                return supervisor, supervisor.address
        taken = {supervisor.address for supervisor in self._supervisors if supervisor.task is not None}
        return idle[0], next((address for address in waiting if address not in taken), waiting[0])


def wait(descriptors: Iterable[int], seconds: float) -> set[int]:
    """Those of some file descriptors at which something is to be read, once there is one, or the time is over.

    As `multiprocessing.connection.wait`, which takes ten times as long for each reply of a run.
    """
    asked = select.poll()
    for descriptor in descriptors:
        asked.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _ in asked.poll(1000 * seconds)}  # of milliseconds


def open_executor(settings: Settings) -> ProcessPool:
    """A pool of processes, each of which is started when there is a task for it."""
    require_fork()
    return ProcessPool(settings.processes, settings.limits)
