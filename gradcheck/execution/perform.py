"""The functions that do tasks in a worker.

A case gets a layer that is loaded anew and random numbers seeded by its identity, so that nothing that ran before it
in the same process can change what is found.
"""

from __future__ import annotations

import os
import random
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.origin import places
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement, judgement, probe_of, run_checks
from gradcheck.checks.quiet import quiet
from gradcheck.defects.diagnose import ProbeStore, diagnose
from gradcheck.execution.answer import layers_at
from gradcheck.execution.task import (
    Address,
    Diagnose,
    Diagnoses,
    JudgeCase,
    LayerFacts,
    LoadTarget,
    Result,
    Shrink,
    SmallerPoints,
    Task,
)
from gradcheck.layers.loading import load
from gradcheck.layers.modules import loaded


def perform(task: Task) -> Result:
    """Do a task in this process.

    Raises
    ------
    LoadError, UsageError
        As `gradcheck.layers.loading.load`, and where a written-out point cannot be read.
    """
    match task:
        case LoadTarget():
            with _alone(task.address):
                found = layers_at(task.address, lambda subject: LayerFacts(subject, places(subject)))
                files = loaded()
                return replace(found, layers=tuple(replace(one, modules=files) for one in found.layers))
        case JudgeCase():
            return _judge(task)
        case Diagnose():
            return _diagnose(task)
        case Shrink():
            return _shrink(task)


def _judge(task: JudgeCase) -> Judgement:
    with quiet(), _alone(task.address):
        (subject,) = _load(task.address)
        _seed(task.case.id)
        probe = probe_of(subject, task.case, thorough=task.thorough)
        if probe is None:
            return Judgement()
        return judgement(probe, run_checks(probe, select_checks(task.checks)))


def _diagnose(task: Diagnose) -> Diagnoses:
    store = ProbeStore()
    with quiet():
        for case in task.cases:
            with _alone(case.address):
                (subject,) = _load(case.address)
                _seed(case.case.id)
                probe = probe_of(subject, case.case, thorough=case.thorough)
                if probe is not None:
                    store.keep(probe)
        return Diagnoses(tuple(finding.diagnosis for finding in diagnose(task.findings, store.probes)))


def _shrink(task: Shrink) -> SmallerPoints:
    from gradcheck.defects.shrink.worst import smaller_points  # only for failures: start-up

    def fresh() -> Subject:
        (subject,) = _load(task.address)
        return subject

    with quiet(), _alone(task.address):
        return SmallerPoints(smaller_points(fresh(), task.findings, task.seconds, fresh))


def _load(address: Address) -> tuple[Subject, ...]:
    return load(address.target, folder=Path(address.folder) if address.folder else None)


@contextmanager
def _alone(address: Address) -> Iterator[None]:
    """Where the layers at an address are loaded as if nothing had been before, and forgotten afterwards."""
    last, folder = next(reversed(sys.modules)), os.getcwd()  # noqa: PTH109 - as `chdir` takes it
    _seed(address.target)
    try:
        yield
    finally:
        with suppress(OSError):
            os.chdir(folder)  # the next one is seen from there, too
        # There would be one for each case. Those that came are the last ones.
        for name in list(takewhile(lambda name: name != last, reversed(sys.modules))):
            if name.startswith("_gradcheck_"):
                del sys.modules[name]


def _seed(text: str) -> None:
    """Make what a layer draws at random depend on a text alone."""
    seed = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that layers draw from
