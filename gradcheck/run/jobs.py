"""A run as a list: which layers, which cases of each, and what tells it from another run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck.execution.task import Address, JudgeCase, LayerFacts
from gradcheck.inputs.cases import cases_of, with_thoroughness
from gradcheck.records.plan import Plan
from gradcheck.run.shards import Shard
from gradcheck.version import __version__


@dataclass(frozen=True)
class Job:
    """One layer to be examined.

    Attributes
    ----------
    number
        Its place in the run, from 1 on.
    found
    plan
    trials
        All that the plan asks for, in order.
    """

    number: int
    found: LayerFacts
    plan: Plan
    trials: tuple[JudgeCase, ...]


def job_of(number: int, found: LayerFacts, folder: str, plan: Plan) -> Job:
    """What a plan asks of a layer.

    Parameters
    ----------
    number : int
    found : LayerFacts
    folder : str
        Where its target was looked for.
    plan : Plan

    Raises
    ------
    UsageError
        As `gradcheck.run.examine.cases_of`.
    """
    target = found.subject.target
    address = Address(target, "" if _file(target) else folder)  # the target of a file is seen from here already
    cases = dict.fromkeys(cases_of(found.subject, plan))
    trials = (
        JudgeCase(f"{number}.{place} {case.id}", address, case, thorough, plan.checks)
        for place, (case, thorough) in enumerate(with_thoroughness(tuple(cases)), start=1)
    )
    return Job(number, found, plan, tuple(trials))


def described(jobs: Iterable[Job], shard: Shard) -> dict[str, Any]:
    """A run as plain data: equal for two runs only if they ask for the same of the same files."""
    jobs = list(jobs)
    return {
        "gradcheck": __version__,
        "shard": str(shard),
        "layers": {f"{job.number} {job.found.subject.target}": _digest_of(job) for job in jobs},
        "files": {file: _digest(Path(file).read_bytes()) for file in sorted({*_files(jobs)})},
    }


def _digest_of(job: Job) -> str:
    asked = [(trial.id, trial.thorough, trial.checks) for trial in job.trials]
    return _digest(repr(asked).encode("utf-8", "surrogatepass"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _files(jobs: Iterable[Job]) -> Iterator[str]:
    """The files that layers are loaded from and those that their derivatives are written in."""
    for job in jobs:
        named = (_file(job.found.subject.target), *(place.file for place in job.found.places))
        yield from (file for file in named if Path(file).is_file())


def _file(target: str) -> str:
    """The file that a layer is loaded from; empty where it comes from elsewhere."""
    file = target.rpartition(":")[0]
    return file if file.endswith(".py") else ""
