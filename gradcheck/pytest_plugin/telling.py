"""What a failed test says: breadcrumbs, smallest points, lines that reproduce them, and a table in its own section."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gradcheck.adapters.contract import subject_of
from gradcheck.errors import GradcheckError
from gradcheck.pytest_plugin.options import names_in_file
from gradcheck.records.report import LayerReport
from gradcheck.run.api import check, told_of
from gradcheck.run.shown import smallest
from gradcheck.text import plural, printable

if TYPE_CHECKING:
    import pytest

SHOWN = 5  # failures in the text of a test; the section has them all


def checked(item: pytest.Item, layer: Any, options: Mapping[str, Any]) -> LayerReport:
    """The report of a layer that is checked in a test.

    Parameters
    ----------
    item : pytest.Item
        The test; where it fails, its report gets the table.
    layer : object
    options : mapping
        Of `gradcheck.check`.

    Raises
    ------
    AssertionError
        When a check fails, the layer raises or nothing was checked at all.
    GradcheckError
        When the object is no layer, or an option has no such value.
    """
    __tracebackhide__ = True
    try:
        subject = subject_of(layer)
        report = check(subject, **options)
    except GradcheckError as cause:
        raise type(cause)(printable(str(cause))) from None  # without the frames of gradcheck
    if report.findings and not report.failures:
        return report
    report = smallest(subject, report)
    item.add_report_section("call", "gradcheck", _table(item.config, report))
    raise AssertionError("\n".join(_told(report, item, options.get("seed", 0))))


def _told(report: LayerReport, item: pytest.Item, seed: int) -> Iterator[str]:
    failures = 0
    for line in told_of(report):
        failures += not line.startswith(" ")
        if failures <= SHOWN:
            yield line
    if failures > SHOWN:
        yield f"and {plural(failures - SHOWN, 'failure')} more, in the section `gradcheck`"
    if not report.target:  # a test made the layer, and chose the seed
        file = os.path.relpath(item.path, item.config.invocation_params.dir)
        again = shlex.quote(printable("::".join([file, *names_in_file(item)])))
        yield f"with seed {seed}; pytest {again} makes the same points"


def _table(config: pytest.Config, report: LayerReport) -> str:
    from gradcheck.reports.interface import RenderOptions  # with rich, only for failures
    from gradcheck.reports.table import FORMAT

    terminal = config.pluginmanager.get_plugin("terminalreporter")  # there is none in a worker of xdist
    page = io.StringIO()
    FORMAT.write([report], page, RenderOptions(color=bool(terminal and terminal.hasmarkup)))
    return page.getvalue()
