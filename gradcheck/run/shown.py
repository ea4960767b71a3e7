"""A report that shows itself: as the command's table where it is printed, as its page in a notebook."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, fields
from functools import partial
from html import escape
from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.records.report import LayerReport
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.reports.summary import tally
from gradcheck.reports.web.markup import safe

SECONDS = 1.0  # of somebody who waits, to find smaller points that fail
ROOM = "border: 0; width: 100%; height: {}; resize: vertical; overflow: auto"
LOW, HIGH = "24rem", "48rem"  # without and with failures, whose figures are drawn


@dataclass(frozen=True, repr=False)
class ShownReport(LayerReport):
    """All findings about one layer, as `gradcheck.check` returns them.

    Parameters
    ----------
    subject : Subject, optional
        What was checked, asked again for figures; it stays behind where the report is pickled.
    """

    subject: Subject | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """One line: the layer, and how many findings of which verdict."""
        return f"<LayerReport {self.layer}: {tally(self)}>"

    def __str__(self) -> str:
        """The table that the command prints."""
        from gradcheck.reports import table  # rich is for those who look

        return _written(table.FORMAT, self).rstrip("\n")

    def _repr_html_(self) -> str:
        """The page for a browser, in a frame: its colours stay in there."""
        from gradcheck.reports import html  # the same

        page = _written(html.FORMAT, self._in_full())
        room = ROOM.format(LOW if self.passed else HIGH)
        # Not by `tag`, which writes attributes on one line: lines are what ends comments in the page's script.
        return f'<iframe srcdoc="{escape(page)}" title="gradcheck: {safe(self.layer)}" style="{room}"></iframe>'

    def _in_full(self) -> LayerReport:
        """The report with the smallest points that fail and the figures of what fails."""
        if self.passed or self.subject is None:
            return self
        from gradcheck.run.refine import illustrate  # only for failures

        return illustrate(self.subject, smallest(self.subject, self))

    def __getstate__(self) -> dict[str, Any]:
        """The fields without the layer, which may be any object."""
        return {**self.__dict__, "subject": None}


def shown(subject: Subject, report: LayerReport) -> ShownReport:
    """A report that shows itself."""
    return ShownReport(**{each.name: getattr(report, each.name) for each in fields(report)}, subject=subject)


def smallest(subject: Subject, report: LayerReport) -> LayerReport:
    """The report with the smallest points that fail, as far as somebody who waits has time to look for them."""
    from gradcheck.defects.shrink.worst import reload, with_counterexamples  # only for failures

    return with_counterexamples(subject, report, SECONDS, partial(reload, subject))


def _written(form: Format, report: LayerReport) -> str:
    stream = io.StringIO()
    form.write([report], stream, RenderOptions())
    return stream.getvalue()
