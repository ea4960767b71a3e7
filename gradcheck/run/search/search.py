"""``--search``: after the usual cases, a hunt for inputs that bring out an error. Needs the package hypothesis."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gradcheck.adapters.contract import Subject
from gradcheck.inputs.cases import cases_of
from gradcheck.records.finding import Finding
from gradcheck.records.plan import Plan
from gradcheck.run.search.constants import constants_of
from gradcheck.run.search.engine import explore
from gradcheck.run.search.hunt import Hunt, checks_of, kind
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
    explore(hunt, starts, menu(constants_of(subject.layer)), vary=plan.sizes == ((),))
    return Searched(tuple(hunt.found.values()), hunt.tried)
