"""Layers put together, checked at a few points, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import select_checks
from gradcheck.checks.judge import probe_of
from gradcheck.checks.probe import Probe
from gradcheck.defects import recognise
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.evidence import Evidence, gather
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.plan import Plan

STRATEGIES = ("normal", "mixed", "ties")
# For what is told of some kind of points, and for `--thorough`.
MORE = ("normal", "uniform", "mixed", "zeros", "ties", "equal", "negative", "tiny")


def visited(layer: Any, strategies: tuple[str, ...] = STRATEGIES, **sizes: int) -> Iterator[Probe]:
    """The points at which a layer is judged, the first one at length, each before the next one is made."""
    subject, plan = subject_of(layer), Plan(inputs=strategies, sizes=(tuple(sizes.items()),))
    for number, case in enumerate(cases_of(subject, plan)):
        probe = probe_of(subject, case, thorough=number == 0)
        if probe is not None:
            yield probe


def seen(layer: Any, strategies: tuple[str, ...] = STRATEGIES, **sizes: int) -> tuple[tuple[Finding, ...], list[Probe]]:
    """The findings about a layer, and the points at which they were made."""
    checks = select_checks(())  # those that need not be asked for: nothing is told of second derivatives
    found: list[Finding] = []
    probes = []
    with np.errstate(all="ignore"):
        for probe in visited(layer, strategies, **sizes):
            found += [f for check in checks for f in check.run(probe)]
            probes.append(probe)
    return tuple(found), probes


@pytest.fixture
def usual(thorough: bool) -> tuple[str, ...]:
    """The strategies of a test that names none."""
    return MORE if thorough else STRATEGIES


@pytest.fixture
def told(usual: tuple[str, ...]) -> Callable[..., dict[str, Diagnosis]]:
    """What is told of a layer, by check and input, such as ``bprop x``."""

    def tell(layer: Any, strategies: tuple[str, ...] = usual) -> dict[str, Diagnosis]:
        findings, probes = seen(layer, strategies)
        by_position = recognise.diagnoses(findings, probes)
        return {f"{findings[k].check} {findings[k].input}".strip(): one for k, one in by_position.items()}

    return tell


@pytest.fixture
def kinds(told: Callable[..., dict[str, Diagnosis]], usual: tuple[str, ...]) -> Callable[..., set[str]]:
    """The kinds that are told of the `bprop` and the `jacobian` of a layer."""

    def tell(layer: Any, strategies: tuple[str, ...] = usual) -> set[str]:
        return {one.name for key, one in told(layer, strategies).items() if key.startswith(("bprop", "jacobian"))}

    return tell


@pytest.fixture
def evidence(usual: tuple[str, ...]) -> Callable[..., Evidence]:
    """The evidence on the first input of a layer."""

    def collect(layer: Any, check: str = "bprop", strategies: tuple[str, ...] = usual) -> Evidence:
        subject = subject_of(layer)
        cases = [Case(subject.name, s, sizes=(("n", 5),)) for s in strategies]
        with np.errstate(all="ignore"):
            probes = [p for case in cases if (p := probe_of(subject, case, thorough=False)) is not None]
            found = gather(probes, check, subject.inputs[0].name)
        assert found is not None
        return found

    return collect
