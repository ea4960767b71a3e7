"""``--search`` and ``--corpus``: what `gradcheck check` does with a layer beside the usual cases."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.options import Callback
from gradcheck.cli.output import complain
from gradcheck.cli.values import Value, seconds
from gradcheck.text import plural, printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.finding import Finding
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport

MISSING = (
    "--search needs the package hypothesis: pip install 'gradcheck[search]'; "
    "the built-in strategies with more seeds are used"
)
Enough = Callable[[Sequence["Finding"]], bool]


@dataclass(frozen=True)
class Seeking:
    """What is asked for beside the usual cases.

    Attributes
    ----------
    seconds
        For how long a layer is looked at in all; None not to search.
    corpus
        The folder of kept failures, if any.
    """

    seconds: float | None = None
    corpus: Path | None = None


def search_options(callback: Callback) -> Callback:
    """Add ``--search`` and ``--corpus``; they arrive as `seeking`."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        seeking = Seeking(given.pop("search"), given.pop("corpus"))
        if seeking.seconds is not None and find_spec("hypothesis") is None:
            _note(MISSING)
        return callback(seeking=seeking, **given)

    search = click.option(
        "--search",
        type=Value("seconds", seconds),
        metavar="SECONDS",
        help="Look for inputs that bring out an error for what the usual cases leave of SECONDS a layer.",
    )
    corpus = click.option(
        "--corpus",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Keep failures in small files in DIR, and run those kept there first.",
    )
    return search(corpus(gathered))


def sought(
    subject: Subject, plan: Plan, seeking: Seeking, usual: Callable[[], LayerReport], enough: Enough
) -> LayerReport:
    """One report on a layer: what is kept, then the usual cases, then the search.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    seeking : Seeking
    usual : callable
        Runs the usual cases.
    enough : callable
        Told findings beside those of the usual cases; whether to stop.
    """
    if seeking == Seeking():
        return usual()
    start = time.perf_counter()
    kept = _replayed(subject, plan, seeking.corpus, enough) if seeking.corpus else None
    if kept and enough(()):
        return kept
    report = _joined(kept, usual())
    if seeking.seconds is not None and not enough(()):
        left = seeking.seconds - (time.perf_counter() - start)
        report = _searched(subject, plan, report, left, kept.failures if kept else (), enough)
    return _located(replace(report, seconds=time.perf_counter() - start), subject)


def _searched(
    subject: Subject, plan: Plan, report: LayerReport, left: float, known: Sequence[Finding], enough: Enough
) -> LayerReport:
    from gradcheck.run.search.search import search

    searched = search(subject, plan, seconds=left, known=known)
    enough(searched.findings)
    method = ", ".join(part for part in (report.method, f"{plural(searched.points, 'point')} searched") if part)
    return replace(report, findings=(*report.findings, *searched.findings), method=method)


def _replayed(subject: Subject, plan: Plan, folder: Path, enough: Enough) -> LayerReport | None:
    """What the kept failures come to now; None where none is kept."""
    from gradcheck.records.selection import matches
    from gradcheck.run.examine import examine
    from gradcheck.run.search.corpus import read

    try:
        kept = read(folder, subject)
    except OSError as cause:
        complain(f"the corpus could not be read: {cause}")
        return None
    for remark in kept.remarks:
        _note(remark)
    cases = tuple(case for case in kept.cases if matches(plan.select, case.id))
    return examine(subject, replace(plan, replay=cases), enough=enough) if cases else None


def _joined(first: LayerReport | None, then: LayerReport) -> LayerReport:
    if first is None:
        return then
    silent = tuple(name for name in then.silent if name in first.silent)
    both = dict.fromkeys((*first.findings, *then.findings))  # a case that is kept may be a usual one too
    return replace(then, findings=tuple(both), silent=silent, method=then.method or first.method)


def _located(report: LayerReport, subject: Subject) -> LayerReport:
    """A report that fails says where the layer is written, whichever part of it found that."""
    if report.passed or report.places:
        return report
    from gradcheck.adapters.origin import places

    return replace(report, places=places(subject))


def remember(subject: Subject, seeking: Seeking, findings: Iterable[Finding]) -> None:
    """Keep the failures for the next run, where a corpus is asked for."""
    if seeking.corpus is None:
        return
    from gradcheck.run.search.corpus import keep

    try:
        keep(seeking.corpus, subject, findings)
    except OSError as cause:
        complain(f"the corpus could not be written: {cause}")


def _note(text: str) -> None:
    print(f"note: {printable(text)}", file=sys.stderr)
