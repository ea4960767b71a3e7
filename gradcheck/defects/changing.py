"""One method that changes what another one answers afterwards."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcheck.adapters.breach import Breach
from gradcheck.checks.probe import Probe
from gradcheck.checks.purity import difference
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.equal_calls import answer, renewed


def by_bprop(probe: Probe) -> Diagnosis | None:
    """Whether `bprop` changes what `forward` answers; a new object tells where the change has come to its end."""
    for one in (renewed(probe), probe):
        if one is not None and (told := _by_bprop(one)) is not None:
            return told
    return None


def _by_bprop(probe: Probe) -> Diagnosis | None:
    layer, given = probe.subject.layer, probe.point.arrays
    try:
        first, second = (answer(probe, "forward", given) for _ in range(2))
        before = _attributes(layer)
        answer(probe, "bprop", (np.ones_like(probe.y), *given))
        after = answer(probe, "forward", given)
        if difference([second], [first]) > 0 or difference([after], [second]) == 0:
            return None
        own = [name for name in before if name in vars(layer) and _restores(probe, name, before[name], second)]
    except (Breach, ValueError):
        return None
    words = "each call of `bprop` changes what `forward` answers afterwards"
    return Diagnosis("memory", f"{words}: it changes `{own[0]}` of the layer" if len(own) == 1 else words)


def _attributes(layer: Any) -> Mapping[str, Any]:
    """A copy of what the layer keeps, or has from its class at first; empty where there is none to be had."""
    try:
        usual = {name: value for made in reversed(type(layer).__mro__) for name, value in vars(made).items()}
        plain = {name: value for name, value in usual.items() if not (callable(value) or name.startswith("__"))}
        return copy.deepcopy({**plain, **vars(layer)})
    except Exception:  # noqa: BLE001 - the layer may keep anything
        return {}


def _restores(probe: Probe, name: str, value: Any, answered: Any) -> bool:
    """Whether `forward` answers as it did before once an attribute has its old value; it is left as it was found."""
    layer = probe.subject.layer
    now = getattr(layer, name)
    try:
        setattr(layer, name, copy.deepcopy(value))
        return difference([answer(probe, "forward", probe.point.arrays)], [answered]) == 0
    except (Breach, AttributeError, TypeError):
        return False
    finally:
        setattr(layer, name, now)
