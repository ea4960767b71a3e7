"""``--figures``: the numbers behind failures, for pages that draw them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.options import Callback

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.cli.reporting import Reporting
    from gradcheck.records.report import LayerReport


def figures_option(callback: Callback) -> Callback:
    """Add the option, which joins `reporting`: it stands inside of `report_options`."""

    @functools.wraps(callback)
    def gathered(*, figures: bool, reporting: Reporting, **given: Any) -> int:
        reporting.figures = figures
        return callback(reporting=reporting, **given)

    text = "Keep in jsonl what `gradcheck report` needs to draw failures in html."
    return click.option("--figures", is_flag=True, help=text)(gathered)


def drawn(subject: Subject, report: LayerReport, *, wanted: bool) -> Iterator[LayerReport]:
    """The report, with figures if they are wanted; Ctrl-C costs these alone."""
    try:
        told = _with_figures(subject, report, wanted=wanted)
    except KeyboardInterrupt:
        yield report
        raise
    yield told


def drawing(examine: Callable[..., LayerReport], *, wanted: bool) -> Callable[..., LayerReport]:
    """A function as `gradcheck.run.examine.examine`, with figures in its reports if they are wanted."""

    def examined(subject: Subject, *rest: Any, **options: Any) -> LayerReport:
        return _with_figures(subject, examine(subject, *rest, **options), wanted=wanted)

    return examined


def _with_figures(subject: Subject, report: LayerReport, *, wanted: bool) -> LayerReport:
    """Only of a layer that fails, and that is in this process."""
    if not wanted or report.passed or subject.layer is None:
        return report
    from gradcheck.run.explain.keeping import illustrated

    return illustrated(subject, report)
