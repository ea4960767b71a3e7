"""A table for people: one a layer, then what was found, and a block for each cause of failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import TextIO

from gradcheck.records.case import DTYPES, QUICK, USUAL, Case
from gradcheck.records.failures import Block, blocks
from gradcheck.records.finding import Verdict
from gradcheck.records.report import UNDECLARED, LayerReport, seeing, together, worst
from gradcheck.reports.cells import INDENT, STYLES, Cell, Column
from gradcheck.reports.folding import Fold, folds, list_names
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.reports.page import Page
from gradcheck.reports.summary import error_of, relative, silence, tally
from gradcheck.text import magnitude, plural, short

QUIET_BLOCKS = 10
MOST_FAILING = 200  # rows of a layer's failures: nobody reads more, and laying them out takes a minute
MOST_VALUES = 4  # of a size, a dtype or a seed that the heading names

# What tells cases apart, in the order of the table; the last three only where they differ within a report.
_FACTS: tuple[tuple[Column, Callable[[Case], str]], ...] = (
    (Column("inputs", drop=1), lambda case: case.strategy),
    (Column("scale", whole=True, drop=2), lambda case: short(case.scale)),
    (Column("size", drop=3), lambda case: ",".join(f"{name}={length}" for name, length in case.sizes)),
    (Column("dtype", drop=4), lambda case: DTYPES.get(case.dtype, case.dtype)),
    (Column("seed", drop=5), lambda case: str(case.seed)),
)
_ALWAYS = 2
NONE = magnitude(None)
DRAWN = " (of larger Jacobians drawn entries alone)"
_NUMBERS = (
    Column("max abs", number=True),
    Column("max rel", number=True, drop=6),
    Column("floor", number=True, drop=7),
)


def render(report: LayerReport, stream: TextIO, options: RenderOptions) -> None:
    """Write the table of a layer and what was found."""
    page = Page(stream, options)
    if options.verbosity >= 0:
        _tabulate(page, report, options.verbosity)
    _conclude(page, report, options.verbosity)


def _begin(stream: TextIO, options: RenderOptions) -> None:
    """One line on the configuration in use, if any."""
    if options.config and options.verbosity >= 0:
        Page(stream, options).pieces([(f"configuration: {options.config}", "dim")])


def _total(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:
    """One line about all layers, unless there is one alone."""
    if len(reports) != 1:
        total = together(reports)
        Page(stream, options).line(f"{plural(len(reports), 'layer')}, {tally(total)}")


def _tabulate(page: Page, report: LayerReport, verbosity: int) -> None:
    cases = tuple(dict.fromkeys(f.case for f in report.findings))
    calls = ", ".join(f"{number} {name}" for name, number in report.calls) if verbosity > 0 else ""
    about = (plural(len(cases), "point"), report.method, f"{report.seconds:.2f} s", calls and f"calls: {calls}")
    page.paragraph([(f"{report.layer}: {', '.join(part for part in about if part)}", "bold")], 0, INDENT)
    if not report.findings:
        return
    page.paragraph([("; ".join((", ".join(_drawn(cases)), *_skipped(report, verbosity))), "dim")], INDENT, INDENT)
    groups, more = _few(folds(report.findings, verbosity))
    facts = [(column, fact) for k, (column, fact) in enumerate(_FACTS) if k < _ALWAYS or len({*map(fact, cases)}) > 1]
    everything = [tuple({*map(fact, cases)}) for _, fact in facts]
    columns = (
        Column("verdict", whole=True),
        *(column for column, _ in facts),
        Column("check", whole=True),
        Column("input"),
        *_NUMBERS,
    )
    rows = [_row(fold, [fact for _, fact in facts], everything) for fold in groups]
    # A column of numbers that has none leaves its room to the others.
    said = [column not in _NUMBERS or {row[k].text for row in rows} != {NONE} for k, column in enumerate(columns)]
    page.table(list(compress(columns, said)), [list(compress(row, said)) for row in rows])
    if more:
        page.line(f"and {plural(more, 'more row')} of failures")
    for fold in groups:
        _explain(page, fold)


def _few(groups: Sequence[Fold]) -> tuple[list[Fold], int]:
    """All that passes and the first of what fails, in order, and how many more of these there are."""
    failing = [k for k, fold in enumerate(groups) if fold[0].verdict is Verdict.FAIL]
    left_out = set(failing[MOST_FAILING:])
    return [fold for k, fold in enumerate(groups) if k not in left_out], len(left_out)


def _drawn(cases: Sequence[Case]) -> Iterator[str]:
    """``n=5``, ``float64``, ``seed 0``: what the points have in common, or the values that they have."""
    drawn = [case for case in cases if not case.values]
    for name in dict.fromkeys(name for case in drawn for name, _ in case.sizes):
        yield f"{name}={_values(dict(case.sizes)[name] for case in drawn if name in dict(case.sizes))}"
    yield _values(case.dtype for case in cases)
    if drawn:
        yield f"seed {_values(case.seed for case in drawn)}"
    for budget in dict.fromkeys(case.budget for case in cases if case.budget != USUAL):
        yield f"budget {budget}{DRAWN if budget == QUICK else ''}"


def _values(values: Iterable[object]) -> str:
    """Each value once; of many the first few."""
    several = list(dict.fromkeys(map(str, values)))
    return ",".join(several[:MOST_VALUES]) + (",..." if len(several) > MOST_VALUES else "")


def _skipped(report: LayerReport, verbosity: int) -> Iterator[str]:
    """What was not run, by what the layer lacks, unless something fails: that comes first.

    What it just does not declare is named only where more is to be told.
    """
    if report.failures or not report.skipped:
        return
    lacking: dict[str, list[str]] = {}
    for name, why in report.skipped:
        if why == UNDECLARED and verbosity <= 0:
            continue
        lacking.setdefault(why, []).append(name)
    told = (f"{', '.join(names)} ({why})" for why, names in lacking.items())
    if lacking:
        yield f"not run: {', '.join(told)}"


def _row(fold: Fold, facts: list[Callable[[Case], str]], everything: list[tuple[str, ...]]) -> tuple[Cell, ...]:
    first = fold[0]
    where = (list_names((fact(f.case) for f in fold), every) for fact, every in zip(facts, everything, strict=True))
    error = error_of(fold, first.verdict)
    # What does not pass proves nothing about smaller errors.
    floor = worst(f.floor for f in seeing(fold)) if first.verdict is Verdict.PASS else None
    numbers = magnitude(worst(f.max_abs for f in fold)), error, relative(floor)
    return (
        Cell(first.verdict.value, first.verdict),
        *map(Cell, (*where, first.check, first.input or "-", *numbers)),
    )


def _explain(page: Page, fold: Fold) -> None:
    first = fold[0]
    if first.verdict in (Verdict.UNDEFINED, Verdict.INCONCLUSIVE):
        others = f" (and at {plural(len(fold) - 1, 'more point')})" if len(fold) > 1 else ""
        page.paragraph([(first.verdict.value, STYLES[first.verdict]), (f" {first.breadcrumb}{others}", "")], 0, INDENT)


def _conclude(page: Page, report: LayerReport, verbosity: int) -> None:
    notes = Counter(note for f in report.findings for note in f.notes)
    page.paragraph([(f"{report.layer}: {tally(report)}", "")], 0, INDENT)
    if report.silent:
        page.line(f"{report.layer}: {silence(report)}")
    if notes and verbosity >= 0:
        noted = (f"{note} ({plural(number, 'finding')})" for note, number in notes.items())
        page.line(f"{report.layer}: notes: {', '.join(noted)}")
    found = blocks([report])
    shown = found[:QUIET_BLOCKS] if verbosity < 0 else found
    if shown:
        from gradcheck.reports.block import write_block  # only for failures: start-up

        for block in shown:
            write_block(page, block)
    if more := found[len(shown) :]:
        page.line(f"{' ' * INDENT}and {plural(len(more), 'failure')} more; without -q all are shown")
    if verbosity >= 0:
        _lead_on(page, shown)
        page.line()


def _lead_on(page: Page, shown: Sequence[Block]) -> None:
    """How to see more of the worst failure that can be laid open."""
    wrong = next((block for block in shown if block.finding.verdict is Verdict.FAIL), None)
    if wrong is None or not wrong.report.target:
        return
    from gradcheck.reports.pasting import shell_lines

    case = wrong.finding.case
    for line in shell_lines(wrong.report.explain(None if case.usual else case), page.width):
        page.line(line)


FORMAT = Format(begin=_begin, layer=render, end=_total)
