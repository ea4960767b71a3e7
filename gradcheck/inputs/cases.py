"""The cases that a plan asks for."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from gradcheck.adapters.contract import Subject
from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.records.case import BUDGETS, DTYPES, Case
from gradcheck.records.dtypes import dtype_of
from gradcheck.records.expression import matches
from gradcheck.records.input import size_of
from gradcheck.records.plan import Plan
from gradcheck.text import printable, shorten

USUAL = "float64"  # the dtype of a plan that asks for none


def cases_of(subject: Subject, plan: Plan) -> tuple[Case, ...]:
    """The cases of a plan for one layer, in order; a strategy that does not apply to the layer still has its cases.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, dtype, size or budget.
    """
    if plan.replay:
        return tuple(case.of(subject.name) for case in plan.replay if subject.is_called(case.layer))
    strategies = [STRATEGIES[name].name for name in plan.inputs] or list(STRATEGIES)
    for dtype in plan.dtypes:
        dtype_of(dtype)  # refuses an unknown one
    dtypes = dict.fromkeys(_own(subject, dtype) for dtype in plan.dtypes)
    grid = itertools.product(strategies, plan.scales, _all_sizes(subject, plan), dtypes, plan.seeds)
    if plan.budget not in BUDGETS:
        raise UsageError(f"`budget` must be one of {', '.join(BUDGETS)}, not {printable(shorten(str(plan.budget)))!r}")
    cases = (replace(Case(subject.name, *parts), budget=plan.budget) for parts in grid)
    return tuple(case for case in cases if is_selected(plan.select, subject, case))


def _own(subject: Subject, dtype: str) -> str:
    """The dtype of a layer that has one of its own, in place of the usual one."""
    return subject.dtype if dtype == USUAL and subject.dtype in DTYPES else dtype


def is_selected(expression: str, subject: Subject, case: Case) -> bool:
    """Whether an expression selects a case of a layer, by its id with the layer's name or with its target."""
    return not expression or matches(expression, " ".join({case.id: "", case.of(subject.target).id: ""}))


def with_thoroughness(cases: Sequence[Case]) -> tuple[tuple[Case, bool], ...]:
    """The cases of a layer, each with whether what has nothing to do with the point's values is looked at there too."""
    ordinary = [c for c in cases if c.values or not STRATEGIES[c.strategy].adversarial] or cases[:1]
    return tuple((case, case in ordinary) for case in cases)


def _all_sizes(subject: Subject, plan: Plan) -> list[tuple[tuple[str, int], ...]]:
    names = _size_names(subject)
    found = []
    for assignment in plan.sizes:
        given = {**subject.sizes, **dict(assignment)}
        sizes = tuple((name, size_of(name, given)) for name in names)
        if sizes not in found:
            found.append(sizes)
    return found


def _size_names(subject: Subject) -> list[str]:
    return list(dict.fromkeys(name for one in subject.inputs for name in one.size_names))
