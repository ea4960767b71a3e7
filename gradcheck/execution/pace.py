"""How many cases go out in one message: as many as a process is busy with for a moment."""

from __future__ import annotations

from gradcheck.checks.judge import Judgement
from gradcheck.execution.task import Address, JudgeCase, Reply, Task

MOMENT = 0.5  # seconds of work in a message, between two of which a process may wait for some milliseconds
SHARES = 2  # of what is left for each process, so that they are done at about the same time


class Pace:
    """What the cases of each layer have cost of late."""

    def __init__(self) -> None:
        self._seconds: dict[Address, float] = {}

    def learn(self, task: Task, reply: Reply) -> None:
        """Take in what a case has cost; one that cost its process its life makes that of its layer unknown again."""
        match task, reply.result:
            case JudgeCase(), Judgement():
                self._seconds[task.address] = max(reply.seconds, self._seconds.get(task.address, 0.0) / 2)
            case _:
                self.forget(task.address)

    def forget(self, address: Address) -> None:
        """Know nothing of a layer's cases."""
        self._seconds.pop(address, None)

    def number(self, address: Address, waiting: int, processes: int) -> int:
        """How many of the cases that wait go out together: one while it is unknown what they cost."""
        seconds = self._seconds.get(address)
        if seconds is None:
            return 1
        fair = waiting // (SHARES * processes)
        return max(1, fair if seconds <= 0 else min(fair, int(MOMENT / seconds)))
