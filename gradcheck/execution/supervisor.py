"""The process between a worker that runs layers and the one that asks: no code of users runs here.

It forks a worker from a state in which no layer has been loaded, a new one for each layer, asks it, and says what
became of it if no answer comes.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection

from gradcheck.execution.executor import Limits
from gradcheck.execution.task import Address, LoadTarget, NoResult, Reply, Task
from gradcheck.execution.wire import named
from gradcheck.execution.worker_process import AbandonedError, LostError, WorkerProcess, start_worker
from gradcheck.garbage import look
from gradcheck.records.plain.garbled import GarbledError, parse_line

GATHER = 0.05  # seconds for which quick cases may wait to be told together: too short for anybody to see
# What most layers make a worker load late: loaded once, before any fork.
COMMON = (
    "numpy.random",
    "traceback",
    "gradcheck.adapters.contract_layer",
    "gradcheck.layers.contents",
    "gradcheck.layers.folders",
    "gradcheck.layers.importing",
    "gradcheck.oracle.escalation",
)


@dataclass
class Supervisor:
    """Does tasks by way of workers.

    Attributes
    ----------
    limits
    parent
        Where who asks is heard: that end closed, all ends.
    announce
        Tells who asks of each worker, by its process group, before any code of users runs in it.
    """

    limits: Limits
    parent: int
    announce: Callable[[int], None]
    worker: WorkerProcess | None = None
    address: Address | None = None

    def perform(self, tasks: Sequence[Task]) -> Iterator[Reply]:
        """The reply to each of some tasks of one layer, in order, whatever it does.

        A worker has all of them, and does one after another; those that one which is lost has not begun go to the next.
        """
        given: WorkerProcess | None = None
        for place, task in enumerate(tasks):
            if self.worker is None or self.address != task.address:
                refusal = self._start(task)
                if refusal is not None:
                    yield refusal
                    continue
            assert self.worker is not None  # noqa: S101 - for the type alone: it was started
            if self.worker is not given:
                given = self.worker
                given.give(tasks[place:])
            reply = self._answer(given, task)
            yield reply
            left = len(tasks) - place - 1
            if left and given is self.worker:
                given.gather(_while_busy(reply.seconds, left), self.parent)

    def _start(self, task: Task) -> Reply | None:
        """Have a new worker, which has loaded the layer of a task; the reply to the task where it cannot be loaded.

        Loaded once before: what the layer imports is not to count as time of its first case.
        """
        self.drop()
        self.worker, self.address = start_worker(self.limits.memory), task.address
        self.announce(self.worker.pid)
        if isinstance(task, LoadTarget):
            return None
        loading = LoadTarget(task.address)
        self.worker.give([loading])
        reply = self._answer(self.worker, loading)
        if not isinstance(reply.result, NoResult):
            return None
        self.drop()
        return reply

    def _answer(self, worker: WorkerProcess, task: Task) -> Reply:
        start = time.monotonic()
        try:
            return named(task, parse_line(worker.answer(self.limits.time_for(task), self.parent)))
        except LostError as cause:
            sentence = str(cause)
        except GarbledError:
            sentence = "the answer of its process cannot be read"
        self.drop()
        return Reply(NoResult("process", sentence), time.monotonic() - start)

    def drop(self) -> None:
        """End the worker, if there is one."""
        if self.worker is not None:
            self.worker.kill()
        self.worker = self.address = None


def _while_busy(seconds: float, left: int) -> float:
    """How long to let answers gather: half of what the cases that are left may take, so that nobody is out of work.

    The seconds of the last one come from beside a layer, and may be any number.
    """
    return min(GATHER, max(0.0, seconds * left / 2))


def main() -> None:
    """Answer who asks, until they are gone. The arguments: a file descriptor, and the limits as JSON."""
    descriptor, limits = int(sys.argv[1]), Limits(*json.loads(sys.argv[2]))
    parent = Connection(descriptor)
    supervisor = Supervisor(limits, descriptor, lambda group: parent.send_bytes(pickle.dumps(group)))
    for name in COMMON:
        import_module(name)
    look()  # what is there already is not looked at by any worker's collector, and stays shared with it
    try:
        supervisor.announce(0)  # ready
        while True:
            tasks = pickle.loads(parent.recv_bytes())  # noqa: S301 - from our own process
            for reply in supervisor.perform(tasks):
                parent.send_bytes(pickle.dumps(reply))
    except (EOFError, OSError, AbandonedError):
        pass
    finally:
        supervisor.drop()
    os._exit(0)  # who asked waits for it, and not for all that Python takes apart at its own end
