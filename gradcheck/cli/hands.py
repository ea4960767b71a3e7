"""What loads layers and examines them: this process, or others."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gradcheck.cli.execution import Execution
from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.execution.cluster import Cluster
    from gradcheck.execution.pool import Pool
    from gradcheck.records.case import Case
    from gradcheck.records.finding import Finding
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport


class Hands(Protocol):
    """What loads layers and examines them."""

    @property
    def elsewhere(self) -> bool:
        """Whether there are cases, but all of them in other shards."""

    def load(self, target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
        """As `gradcheck.layers.loading.load`."""

    def look(self, targets: Iterable[tuple[str, Path | None]]) -> None:
        """Be told of targets that will be loaded."""

    def announce(self, asked: Iterable[tuple[Subject, Plan]]) -> None:
        """Be told of all that will be examined, in order."""

    def examine(
        self,
        subject: Subject,
        plan: Plan,
        *,
        enough: Callable[[Sequence[Finding]], bool] | None = None,
        on_case: Callable[[Case], None] | None = None,
    ) -> LayerReport:
        """As `gradcheck.run.examine.examine`."""

    def so_far(self) -> tuple[LayerReport, ...]:
        """What is known of a layer whose examination was interrupted."""


class Here:
    """Loads and examines layers in this process, one after another."""

    elsewhere = False

    def load(self, target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
        """As `gradcheck.layers.loading.load`."""
        from gradcheck.layers.loading import load

        return load(target, folder=folder)

    def look(self, targets: Iterable[tuple[str, Path | None]]) -> None:
        """Nothing is done ahead."""

    def announce(self, asked: Iterable[tuple[Subject, Plan]]) -> None:
        """Nothing is done ahead."""

    def examine(
        self,
        subject: Subject,
        plan: Plan,
        *,
        enough: Callable[[Sequence[Finding]], bool] | None = None,
        on_case: Callable[[Case], None] | None = None,
    ) -> LayerReport:
        """As `gradcheck.run.examine.examine`."""
        from gradcheck.run.examine import examine

        return examine(subject, plan, enough=enough, on_case=on_case)

    def so_far(self) -> tuple[LayerReport, ...]:
        """Nothing: a layer here is examined as a whole."""
        return ()


@contextmanager
def hands(execution: Execution, *, by_case: bool = True) -> Iterator[Hands]:
    """What loads and examines layers in the way that was asked for; its processes end with the context.

    Parameters
    ----------
    execution : Execution
    by_case : bool
        Whether a shard is a part of the cases; otherwise all cases of what is asked for are run.
    """
    if execution.here:
        yield Here()
        return
    if not hasattr(os, "fork"):
        raise UsageError("to run layers in processes of their own needs a system that can fork processes")
    from gradcheck.execution.journal import Journal
    from gradcheck.run.crew import Crew
    from gradcheck.run.desk import Desk
    from gradcheck.run.shards import WHOLE, Shard

    path = execution.resume or execution.journal
    opened = functools.partial(Journal, path, resume=execution.resume is not None) if path else None
    shard = Shard(*execution.shard) if execution.shard and by_case else WHOLE
    desk = Desk(_pool(execution))
    try:
        yield Crew(desk, shard, opened)
    finally:
        desk.close()


def _pool(execution: Execution) -> Pool | Cluster:
    """What runs the cases: processes of our own, or a cluster."""
    from gradcheck.execution.supervisor import Limits

    limits = Limits(execution.timeout, execution.memory)
    if execution.scheduler is not None:
        from gradcheck.execution.cluster import Cluster

        return Cluster(execution.scheduler, limits)
    from gradcheck.execution.pool import Pool

    return Pool(execution.jobs or 1, limits)
