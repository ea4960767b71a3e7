"""Which worker of a cluster has which tasks, as it is seen from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gradcheck.execution.task import Address, Task


@dataclass(eq=False)
class Assignment:
    """A task on its way to a worker and back.

    Attributes
    ----------
    task
    deaths
        How many workers have died under it.
    future
        Of Dask; None while it is nowhere.
    """

    task: Task
    deaths: int = 0
    future: Any = None


@dataclass(eq=False)
class DaskWorker:
    """A worker as it is seen from here.

    Attributes
    ----------
    name
        Its address in the cluster.
    room
        How many assignments it is given: one for each of its threads, and one more that they need not wait for.
    assignments
    layer
        The address of the layer of which it was given a case last.
    """

    name: str
    room: int
    assignments: list[Assignment] = field(default_factory=list)
    layer: Address | None = None
