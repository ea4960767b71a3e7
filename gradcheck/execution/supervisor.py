"""The process between a worker that runs layers and the one that asks: no code of users runs here.

It forks a worker from a state in which no layer has been loaded, a new one for each layer, asks it, and says what
became of it if no answer comes.
"""

from __future__ import annotations

import gc
import json
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection

from gradcheck.execution.executor import Limits
from gradcheck.execution.task import Address, LoadTarget, NoResult, Reply, Task
from gradcheck.execution.wire import unpacked
from gradcheck.execution.worker_process import AbandonedError, LostError, WorkerProcess, start_worker
from gradcheck.records.plain.garbled import GarbledError, parse_line

# What most layers and their failures make a worker load late (`np.unique` the second): loaded once, before any fork.
COMMON = ("numpy.random", "numpy.ma", "traceback", "gradcheck.layers.contents", "gradcheck.layers.importing")


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

    def perform(self, task: Task) -> Reply:
        """The reply to a task, whatever the layer does."""
        if self.worker is None or self.address != task.address:
            self.drop()
            self.worker, self.address = start_worker(self.limits.memory), task.address
            self.announce(self.worker.pid)
            if not isinstance(task, LoadTarget):
                # Loaded once before: what the layer imports is not to count as time of its first case.
                reply = self._ask(self.worker, LoadTarget(task.address))
                if isinstance(reply.result, NoResult):
                    self.drop()
                    return reply
        return self._ask(self.worker, task)

    def _ask(self, worker: WorkerProcess, task: Task) -> Reply:
        start = time.monotonic()
        try:
            return unpacked(task, parse_line(worker.ask(task, self.limits.time_for(task), self.parent)))
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


def main() -> None:
    """Answer who asks, until they are gone. The arguments: a file descriptor, and the limits as JSON."""
    descriptor, limits = int(sys.argv[1]), Limits(*json.loads(sys.argv[2]))
    parent = Connection(descriptor)
    supervisor = Supervisor(limits, descriptor, lambda group: parent.send_bytes(pickle.dumps(group)))
    for name in COMMON:
        import_module(name)
    gc.freeze()  # what is there already is not looked at by any worker's collector, and stays shared with it
    try:
        supervisor.announce(0)  # ready
        while True:
            task = pickle.loads(parent.recv_bytes())  # noqa: S301 - from our own process
            parent.send_bytes(pickle.dumps(supervisor.perform(task)))
    except (EOFError, OSError, AbandonedError):
        pass
    finally:
        supervisor.drop()
