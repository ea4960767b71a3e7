"""gradcheck: analytic derivatives against finite differences, judged by an error bound.

Public names are loaded when first used, so that the command line starts without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradcheck.version import __version__ as __version__

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Layer as Layer
    from gradcheck.adapters.contract import law as law
    from gradcheck.adapters.examples import case as case
    from gradcheck.adapters.pairs import cached as cached
    from gradcheck.adapters.pairs import pair as pair
    from gradcheck.adapters.pairs import value_and_grads as value_and_grads
    from gradcheck.layers.chain import chain as chain
    from gradcheck.layers.loading import load as load
    from gradcheck.records.estimate import Estimate as Estimate
    from gradcheck.records.finding import Finding as Finding
    from gradcheck.records.finding import Verdict as Verdict
    from gradcheck.records.input import Input as Input
    from gradcheck.records.report import LayerReport as LayerReport
    from gradcheck.run.api import assert_correct as assert_correct
    from gradcheck.run.api import check as check

_HOMES = {
    "Input": "records.input",
    "Finding": "records.finding",
    "Estimate": "records.estimate",
    "LayerReport": "records.report",
    "Verdict": "records.finding",
    "Layer": "adapters.contract",
    "law": "adapters.contract",
    "case": "adapters.examples",
    "cached": "adapters.pairs",
    "pair": "adapters.pairs",
    "value_and_grads": "adapters.pairs",
    "chain": "layers.chain",
    "load": "layers.loading",
    "check": "run.api",
    "assert_correct": "run.api",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
    return getattr(import_module(f"gradcheck.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
