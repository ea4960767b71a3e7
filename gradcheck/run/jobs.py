"""A run as a list: which layers, which cases of each, and what tells it from another run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.checks import select_checks
from gradcheck.errors import LoadError
from gradcheck.execution.executor import Executor, Limits
from gradcheck.execution.task import Address, JudgeCase, LayerFacts
from gradcheck.files import seen_from_here
from gradcheck.frozen import dataclass
from gradcheck.inputs.cases import cases_of, with_thoroughness
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan
from gradcheck.run.shards import Shard
from gradcheck.version import __version__

if TYPE_CHECKING:
    from gradcheck.records.run import RunFacts


@dataclass(frozen=True)
class Job:
    """One layer to be examined.

    Attributes
    ----------
    number
        Its place in the run, from 1 on.
    layer
    tasks
        One for each case, in order.
    """

    number: int
    layer: LayerFacts
    tasks: tuple[JudgeCase, ...]


def job_of(number: int, layer: LayerFacts, plan: Plan, *, folder: str = "", first: Sequence[Case] = ()) -> Job:
    """What a plan asks of a layer.

    Parameters
    ----------
    number : int
    layer : LayerFacts
    plan : Plan
    folder : str
        Where its target was looked for.
    first : sequence of Case
        What is run ahead of the cases of the plan.

    Raises
    ------
    UsageError
        When the plan names an unknown check, or as `gradcheck.inputs.cases.cases_of`.
    """
    select_checks(plan.checks)  # refuses an unknown one
    subject = layer.subject
    address = Address(subject.target, "" if _file(subject.target) else folder)  # that of a file is seen from here
    thorough = dict(with_thoroughness(tuple(dict.fromkeys(first))))
    for case, fully in with_thoroughness(tuple(dict.fromkeys(cases_of(subject, plan)))):
        thorough[case] = fully or thorough.get(case, False)
    here = None if subject.layer is None else subject
    tasks = (
        JudgeCase(f"{number}.{place} {case.id}", address, case, fully, plan.checks, here)
        for place, (case, fully) in enumerate(thorough.items(), start=1)
    )
    return Job(number, layer, tuple(tasks))


def cases_of_shard(jobs: Iterable[Job], shard: Shard) -> tuple[Job, ...]:
    """The jobs with the cases of one shard."""
    return tuple(replace(job, tasks=tuple(task for task in job.tasks if shard.holds(task.case.id))) for job in jobs)


@contextmanager
def journaled(
    executor: Executor, path: Path | None, jobs: Sequence[Job], shard: Shard, limits: Limits, *, resume: bool
) -> Iterator[Executor]:
    """The executor, with a journal where there is a path.

    Parameters
    ----------
    executor : Executor
    path : Path or None
    jobs : sequence of Job
        Of the whole run.
    shard : Shard
    limits : Limits
        What a layer may use.
    resume : bool
        Whether to go on from what the journal holds.

    Raises
    ------
    UsageError
        As `gradcheck.execution.journal.Journal`.
    """
    if path is None:
        yield executor
        return
    from gradcheck.execution.journal import Journal  # locks files, which not every system can
    from gradcheck.execution.journaled import Journaled

    journal = Journal(path, described(jobs, shard, limits), resume=resume)
    try:
        yield Journaled(executor, journal)
    finally:
        journal.close()


def described(jobs: Iterable[Job], shard: Shard, limits: Limits) -> dict[str, Any]:
    """A run as plain data: equal for two runs only if they ask for the same of the same files, within the same limits.

    Python and numpy are those of this process, on a cluster too.
    """
    import platform  # not for a run without a journal: start-up

    jobs = list(jobs)
    return {
        "gradcheck": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "timeout": limits.seconds,
        "memory": limits.memory,
        "shard": str(shard),
        "layers": {f"{job.number} {job.layer.subject.target}": _digest_of(job) for job in jobs},
        "files": _files(jobs),
    }


def facts_of(jobs: Iterable[Job], own: Sequence[Job], shard: Shard, *, missed: int = 0) -> RunFacts:
    """What a report tells of its run: which it is, and how much of it the part of one shard is.

    Parameters
    ----------
    jobs : iterable of Job
        Of the whole run.
    own : sequence of Job
        Of the part.
    shard : Shard
    missed : int
        How many targets could not be loaded: each has a report, too.
    """
    from gradcheck.records.run import RunFacts  # only for reports that name their run: start-up

    jobs = list(jobs)
    asked = [(job.number, job.layer.subject.target, _digest_of(job)) for job in jobs]
    identity = identity_of(asked, [Address(job.layer.subject.target) for job in jobs])
    return RunFacts(identity, (shard.number, shard.total), len(own) + missed, sum(len(job.tasks) for job in own))


def identity_of(asked: object, addresses: Iterable[Address]) -> str:
    """What tells a run from others, on any machine: what is asked for, as its `repr`, and of which files."""
    from gradcheck.execution.sources import Sources  # only where a run is named or noted down: start-up
    from gradcheck.layers.modules import digest

    sources = Sources()
    found: set[str] = set()
    for address in addresses:
        with suppress(LoadError):  # which is told where it is loaded
            found |= {digest(data) for data in sources.of(address).values()}
    return digest(repr((__version__, asked, sorted(found))).encode("utf-8", "surrogatepass"))


def _digest_of(job: Job) -> str:
    from gradcheck.layers.modules import digest

    asked = [(task.id, task.thorough, task.checks) for task in job.tasks]
    return digest(repr(asked).encode("utf-8", "surrogatepass"))


def _files(jobs: Iterable[Job]) -> dict[str, str]:
    """What the files hold that layers are made of: those that were loaded, and those that their code may import."""
    from gradcheck.execution.sources import Sources
    from gradcheck.layers.modules import digest

    sources = Sources()
    found: dict[str, str] = {}
    for job in jobs:
        found |= {path: digest(data) for path, data in sources.of(Address(job.layer.subject.target)).items()}
        found |= job.layer.modules
    return {seen_from_here(Path(file)): found[file] for file in sorted(found)}


def _file(target: str) -> str:
    """The file that a layer is loaded from; empty where it comes from elsewhere."""
    file = target.rpartition(":")[0]
    return file if file.endswith(".py") else ""
