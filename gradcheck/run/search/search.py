"""``--search``: after the usual cases, a hunt for inputs that bring out an error."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec

from gradcheck.adapters.contract import Subject
from gradcheck.inputs.cases import cases_of
from gradcheck.inputs.given import written
from gradcheck.inputs.points import make_point
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.finding import Finding
from gradcheck.records.plan import Plan
from gradcheck.run.search.constants import constants_of
from gradcheck.run.search.hunt import Hunt, Over, checks_of, kind
from gradcheck.run.search.numbers import menu


@dataclass(frozen=True)
class Searched:
    """What a search has come to.

    Attributes
    ----------
    findings : tuple of Finding
        The simplest failure for each check and input, noted as found by search.
    points : int
        How many points were tried.
    """

    findings: tuple[Finding, ...]
    points: int


def search(
    subject: Subject, plan: Plan, *, seconds: float, points: float = math.inf, known: Iterable[Finding] = ()
) -> Searched:
    """Look for inputs and cotangents at which the derivatives of a layer are wrong.

    Parameters
    ----------
    subject : Subject
    plan : Plan
        Its sizes, dtypes, seeds and checks hold here too; where it names no sizes, other lengths are tried.
    seconds : float
        How long to look.
    points : float
        How many points to try at most.
    known : iterable of Finding
        Failures of the same check and input are not looked for.
    """
    until = time.perf_counter() + seconds
    starts = cases_of(subject, replace(plan, inputs=("normal",), scales=(1.0,), select="", replay=()))
    sizes = tuple(dict(start.sizes) for start in starts)
    hunt = Hunt(subject, checks_of(plan), until, points, sizes, known=set(map(kind, known)))
    constants = constants_of(subject.layer)
    if not hunt.over and has_engine():
        from gradcheck.run.search.engine import drawn_by_hypothesis

        drawn_by_hypothesis(hunt, starts, menu(constants), vary=plan.sizes == ((),))
    else:
        drawn_by_strategies(hunt, plan, constants)
    return Searched(tuple(hunt.found.values()), hunt.tried)


def has_engine() -> bool:
    """Whether Hypothesis is installed."""
    return find_spec("hypothesis") is not None


def drawn_by_strategies(hunt: Hunt, plan: Plan, constants: Sequence[float]) -> None:
    """Let the built-in strategies choose the points, with one seed after the other, until a hunt is over.

    The constants stand in for critical values that the layer does not declare; the points are written out, as the
    cases alone would not make them again.
    """
    inputs = hunt.subject.inputs
    critical = tuple(dict.fromkeys((*hunt.subject.critical, *constants, *(-c for c in constants))))
    for case in _more_cases(hunt.subject, plan):
        if hunt.over:
            return
        point = make_point(inputs, critical, case)
        if point is not None:
            values = written(inputs, point.arrays)
            with suppress(Over):
                hunt.attempt(Case(case.layer, GIVEN, dtype=case.dtype, values=values))
            hunt.settle()


def _more_cases(subject: Subject, plan: Plan) -> Iterator[Case]:
    """Those of the plan with further seeds, without end; between any two of them, one at critical values."""
    drawn = itertools.count(max(plan.seeds) + 1)
    for seed in itertools.count(max(plan.seeds) + 1):
        for case in cases_of(subject, replace(plan, seeds=(seed,), select="", replay=())):
            yield case
            yield replace(case, strategy="critical", seed=next(drawn))
