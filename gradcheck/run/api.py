"""The Python face: a layer checked, and a test that fails where a derivative is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import checks_of_order
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.reports.failures import failure_lines
from gradcheck.run.examine import examine
from gradcheck.run.shown import shown, smallest
from gradcheck.text import printable


def check(
    layer: Any,
    inputs: str | Sequence[str] | None = None,
    scales: float | Sequence[float] | None = None,
    sizes: Mapping[str, int] | None = None,
    dtype: str = "float64",
    seed: int = 0,
    order: int = 1,
    budget: str = "usual",
) -> LayerReport:
    """Check a layer's derivatives against finite differences.

    Parameters
    ----------
    layer : object
        Keeps the layer contract: `forward(*inputs)` and at least one of `bprop(v, *inputs)` and `jacobian(*inputs)`.
    inputs : str or sequence of str, optional
        Names of input strategies; by default every one that the layer's domain admits.
    scales : float or sequence of float, optional
        Factors on the inputs; by default 1.
    sizes : mapping of str to int, optional
        Lengths for the size names of the layer's inputs.
    dtype : str
        The dtype in which the layer is given its inputs.
    seed : int
    order : int
        2 for a check of second derivatives, too: that of `bprop` is symmetric, and what `double_bprop` says.
    budget : str
        ``"quick"`` for few calls of a slow layer, at entries that are drawn; ``"full"`` for every entry of a large one.

    Returns
    -------
    LayerReport
        Whatever the layer does: a layer that raises is reported, not passed on. Printed it is the command's table; a
        notebook shows its page.

    Raises
    ------
    LoadError
        When `layer` does not keep the contract at all.
    UsageError
        When a strategy, dtype, size, order or budget is unknown.
    """
    plan = Plan(
        inputs=(inputs,) if isinstance(inputs, str) else tuple(inputs or ()),
        scales=(float(scales),) if isinstance(scales, (int, float)) else tuple(scales or (1.0,)),
        sizes=(tuple(sorted((sizes or {}).items())),),
        dtypes=(dtype,),
        seeds=(seed,),
        checks=checks_of_order((), order),
        budget=budget,
    )
    subject = subject_of(layer)
    return shown(subject, examine(subject, plan))


def assert_correct(layer: Any, **options: Any) -> None:
    """Check a layer as `check` does, for use in tests.

    Raises
    ------
    AssertionError
        When a check fails, the layer raises or nothing is checked; the message is what the command would tell: each
        failure with its diagnosis, the smallest point that fails, and the line that makes it again.
    """
    subject = subject_of(layer)
    report = check(subject, **options)
    if report.findings and not report.failures:
        return
    raise AssertionError("\n".join(told_of(smallest(subject, report))))


def told_of(report: LayerReport) -> Iterator[str]:
    """The lines of a test that fails: for each failure those of the command."""
    if not report.findings:
        yield f"{printable(report.layer)}: nothing was checked: no strategy applies"
    yield from failure_lines(report)
