"""An answer that changes with the number of calls: what was answered at first, asked for once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import output_of
from gradcheck.checks.probe import Probe
from gradcheck.checks.purity import difference
from gradcheck.defects.diagnosis import Diagnosis, Failures

Array = NDArray[Any]
METHODS = ("forward", "bprop", "jacobian")
SHOWN_BY = ("bprop", "jacobian", "linearity", "layout", "agreement", "batch")


def since_first(probe: Probe, method: str) -> Diagnosis:
    """What it is whose first answers differ from later ones: the very first one alone, or more of them."""
    changed = list(_changes(probe, method))
    if changed[:1] == [True] and not any(changed[1:]):
        words = f"the first call of `{method}` differs from all later ones"
        return Diagnosis("memory", words)
    return _of_count(method)


def unseen(failures: Failures) -> dict[str, Diagnosis]:
    """The methods that now answer otherwise than at first, and of which `purity` found nothing; by their name.

    The earliest point tells: what a counter has changed since, it has changed there.
    """
    usable = [p for p in failures.probes if p.usable]
    if not usable or failures.of("purity") or not failures.of(*SHOWN_BY):
        return {}
    first = usable[0]
    return {method: _of_count(method) for method in METHODS if _differs_now(first, method)}


def _of_count(method: str) -> Diagnosis:
    words = f"`{method}` gives another answer after some calls: a counter, a warm-up, or something kept from them"
    return Diagnosis("memory", words)


def _changes(probe: Probe, method: str) -> Iterator[bool]:
    """Whether the answers to the decoys, and then to the point, are others now, in the order of the first calls."""
    for decoy in probe.decoys:
        if isinstance(decoy.output, Breach):
            continue
        if method == "forward":
            yield _moved(attempt(lambda d=decoy: probe.subject.forward(d.arrays)), [decoy.output])  # type: ignore[misc]
        elif method == "bprop" and isinstance(decoy.gradients, list):
            ones = np.ones_like(decoy.output)
            again = attempt(lambda d=decoy, v=ones: probe.subject.bprop(v, d.arrays))  # type: ignore[misc]
            yield _moved(again, decoy.gradients)
    if method == "forward":
        yield _differs_now(probe, method)


def _differs_now(probe: Probe, method: str) -> bool:
    """Whether a method answers otherwise at a point than it did when it was checked there."""
    now = attempt(lambda: output_of(probe.subject, probe.point.arrays))  # `bprop` may read what `forward` keeps
    if isinstance(now, Breach):
        return False
    if method == "forward":
        return difference([now], [probe.y]) > 0
    again = attempt(lambda: probe.claim_at(method, probe.point.arrays)) if method in probe.claims else None
    return isinstance(again, np.ndarray) and difference([again], [probe.claims[method]]) > 0


def _moved(raw: Any, before: Sequence[Array]) -> bool:
    return not isinstance(raw, Breach) and difference([np.asarray(part) for part in parts_of(raw)], list(before)) > 0
