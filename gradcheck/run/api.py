"""The Python face: a layer checked, and a test that fails where a derivative is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcheck.adapters.contract import subject_of
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import examine


def check(
    layer: Any,
    inputs: str | Sequence[str] | None = None,
    scales: float | Sequence[float] | None = None,
    sizes: Mapping[str, int] | None = None,
    dtype: str = "float64",
    seed: int = 0,
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

    Returns
    -------
    LayerReport
        Whatever the layer does: a layer that raises is reported, not passed on.

    Raises
    ------
    LoadError
        When `layer` does not keep the contract at all.
    UsageError
        When a strategy, dtype or size is unknown.
    """
    plan = Plan(
        inputs=(inputs,) if isinstance(inputs, str) else tuple(inputs or ()),
        scales=(float(scales),) if isinstance(scales, (int, float)) else tuple(scales or (1.0,)),
        sizes=(tuple(sorted((sizes or {}).items())),),
        dtypes=(dtype,),
        seeds=(seed,),
    )
    return examine(subject_of(layer), plan)


def assert_correct(layer: Any, **options: Any) -> None:
    """Check a layer as `check` does, for use in tests.

    Raises
    ------
    AssertionError
        When a check fails or the layer raises; the message holds each breadcrumb and the line that reproduces it.
    """
    report = check(layer, **options)
    lines = [f"{f.verdict.value} {f.breadcrumb}\n  {report.reproduce(f)}" for f in report.failures]
    if lines:
        raise AssertionError("\n".join(lines))
