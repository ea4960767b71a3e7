"""Where we probe: one file a strategy. To add one, write its file and name it in `_ORDER`."""

from __future__ import annotations

from importlib import import_module

from gradcheck.inputs.interface import Strategy
from gradcheck.registry import Registry

_ORDER = (
    "normal",
    "uniform",
    "mixed",
    "zeros",
    "sparse",
    "one_zero",
    "equal",
    "ties",
    "near_ties",
    "negative",
    "ascending",
    "spike",
    "saturated",
    "huge",
    "decades",
    "tiny",
    "alternating",
    "boundary",
    "critical",
    "zero_parameters",
)

STRATEGIES: Registry[Strategy] = Registry(
    "strategy", [(name, import_module(f"gradcheck.inputs.{name}").STRATEGY) for name in _ORDER]
)
