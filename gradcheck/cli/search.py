"""``--search`` and ``--corpus``: points beside the usual ones, and the folder of failures that are kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from gradcheck.cli.flags import Value, Whole, seconds
from gradcheck.cli.options import option
from gradcheck.cli.output import complain
from gradcheck.errors import UsageError
from gradcheck.frozen import dataclass
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.case import Case
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport
    from gradcheck.run.examine import Step
    from gradcheck.run.gate import Gate


@dataclass(frozen=True)
class Search:
    """What is run beside the usual cases.

    Attributes
    ----------
    seconds
        For how long a layer is looked at in all; None not to search.
    corpus
        The folder of kept failures, if any.
    """

    title: ClassVar[str] = "Failures"
    seconds: float | None = option(
        "--search",
        type=Value("seconds", seconds),
        metavar="SECONDS",
        help="Look for points that fail, for what the usual cases leave of SECONDS a layer.",
    )
    corpus: Path | None = option(
        "--corpus",
        type=Whole(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Keep failures in files in DIR, and run those kept there first.",
    )

    def __post_init__(self) -> None:
        """Refuse a search that nothing can do."""
        if self.seconds is not None and find_spec("hypothesis") is None:
            raise UsageError("`--search` needs the package hypothesis: pip install 'gradcheck[search]'")

    def cases(self, subject: Subject, select: str) -> tuple[Case, ...]:
        """Those kept for a layer that an expression selects; what cannot be read is told on stderr."""
        if self.corpus is None:
            return ()
        from gradcheck.inputs.cases import is_selected
        from gradcheck.run.search.corpus import read

        try:
            kept = read(self.corpus, subject)
        except OSError as cause:
            complain(f"the corpus could not be read: {cause}")
            return ()
        for remark in kept.remarks:
            print(f"note: {printable(remark)}", file=sys.stderr)
        return tuple(case for case in kept.cases if is_selected(select, subject, case))

    def steps(self, plan: Plan, gate: Gate, kept: Mapping[Subject, Sequence[Case]]) -> list[Step]:
        """The search of each layer, where one was asked for; what fails at cases that were kept is not looked for."""
        if self.seconds is None:
            return []
        from gradcheck.run.refine import Searching

        return [Searching(plan, self.seconds, gate.enough, kept)]

    def keep(self, subject: Subject, report: LayerReport) -> LayerReport:
        """Keep the failures of a report for the next run, where a corpus is asked for; stderr tells what hinders that.

        It is a step: the report goes on as it is.
        """
        if self.corpus is not None:
            from gradcheck.run.search.corpus import keep

            try:
                keep(self.corpus, subject, report.findings)
            except OSError as cause:
                complain(f"the corpus could not be written: {cause}")
        return report
