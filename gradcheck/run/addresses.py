"""Layers loaded by way of an executor, and the jobs that they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gradcheck.adapters.contract import Subject
from gradcheck.errors import LoadError, NoLayerError, UsageError
from gradcheck.execution.executor import Executor
from gradcheck.execution.replies import Replies
from gradcheck.execution.task import Address, LayerFacts, Loaded, LoadTarget, NoResult, Reply
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan
from gradcheck.run.jobs import Job, job_of
from gradcheck.text import printable

ERRORS = {"usage": UsageError, "load": LoadError, "empty": NoLayerError}  # of a target, by the kinds of `NoResult`


class Loader:
    """Knows what an executor has loaded.

    Parameters
    ----------
    executor : Executor
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._replies: dict[Address, Reply] = {}
        self._layers: dict[Subject, tuple[LayerFacts, str]] = {}

    def prepare(self, targets: Iterable[tuple[str, Path | None]]) -> None:
        """Load several targets at once; `load` then has them at hand."""
        tasks = [LoadTarget(address) for address in dict.fromkeys(_address(*target) for target in targets)]
        replies = Replies(self._executor)
        self._executor.submit(tasks)
        self._replies |= {task.address: replies.to(task) for task in tasks}

    def load(
        self,
        target: str,
        on_missed: Callable[[str, LoadError], None] | None = None,
        on_passed_over: Callable[[str, str], None] = lambda *_: None,
        *,
        folder: Path | None = None,
    ) -> tuple[Subject, ...]:
        """The layers that a target names; where they live elsewhere, their facts alone.

        Parameters
        ----------
        target : str
        on_missed : callable, optional
            Told of each layer among several that cannot be checked, by its target, and why; without it that is raised.
        on_passed_over : callable, optional
            Told of whatever else looks like a layer there, by its target, and why it is not checked.
        folder : Path, optional
            Where the target is looked for; the working folder unless given.

        Raises
        ------
        LoadError, UsageError
            As `gradcheck.layers.loading.load`.
        """
        address = _address(target, folder)
        if address not in self._replies:
            self.prepare([(target, folder)])
        match self._replies[address].result:
            case Loaded(layers, missed, others):
                for one in missed:
                    if on_missed is None:
                        raise LoadError(one.sentence)
                    on_missed(one.target, LoadError(one.sentence))
                for one in others:
                    on_passed_over(one.target, one.sentence)
                if any(found.subject.layer is not None for found in layers):
                    # What a layer object remembers of one job must not reach the next: each has its own.
                    del self._replies[address]
                self._layers |= {found.subject: (found, address.folder) for found in layers}
                return tuple(found.subject for found in layers)
            case NoResult(kind, sentence) if kind in ERRORS:
                raise ERRORS[kind](sentence)
            case NoResult(_, sentence):
                raise LoadError(f"cannot load {printable(target)!r}: {sentence}")
            case other:
                raise LoadError(f"cannot load {printable(target)!r}: answered with {type(other).__name__}")

    def job(self, number: int, subject: Subject, plan: Plan, *, first: Sequence[Case] = ()) -> Job:
        """The job of a layer that was loaded here; as `job_of`."""
        layer, folder = self._layers[subject]
        return job_of(number, layer, plan, folder=folder, first=first)


def _address(target: str, folder: Path | None) -> Address:
    return Address(target, "" if folder is None else str(folder.resolve()))
