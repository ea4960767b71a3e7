"""What does tasks: this process, a pool of processes, a cluster. What comes of a task is the same."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Protocol

from gradcheck.execution.task import Diagnose, Reply, Shrink, Task
from gradcheck.frozen import dataclass


@dataclass(frozen=True)
class Limits:
    """What a layer may use.

    Attributes
    ----------
    seconds
        For each case, and to be loaded; None for as long as it likes.
    memory
        Bytes beyond what Python and numpy take; None for all there is.
    """

    seconds: float | None = None
    memory: int | None = None

    def time_for(self, task: Task) -> float | None:
        """Seconds that a task may take; a diagnosis loads its layer for each of its cases, and judges it there."""
        if self.seconds is None:
            return None
        match task:
            case Diagnose():
                return self.seconds * 2 * len(task.cases)
            case Shrink():
                return task.seconds + self.seconds  # the last point that it tries may take as long as a case
            case _:
                return self.seconds


@dataclass(frozen=True)
class Settings:
    """What executors are made from; each takes what concerns it.

    Attributes
    ----------
    processes
        How many.
    scheduler
        The address of a cluster's.
    limits
    """

    processes: int = 1
    scheduler: str = ""
    limits: Limits = Limits()


class Executor(Protocol):
    """Takes tasks, and gives each back with its reply when it is done."""

    def submit(self, tasks: Iterable[Task], *, first: bool = False) -> None:
        """Take in tasks, in order; with `first`, ahead of others of the same layer."""

    def discard(self, unwanted: Container[str]) -> None:
        """Forget tasks, by their identity, that nobody has begun."""

    def next(self) -> tuple[Task, Reply]:
        """A task that is done, and its reply.

        Raises
        ------
        LookupError
            When no task is left.
        """

    def close(self) -> None:
        """End what was started; tasks that are not done are lost."""
