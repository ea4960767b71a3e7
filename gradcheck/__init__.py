"""gradcheck: analytic derivatives against finite differences, judged by an error bound.

Public names are loaded when first used, so that the command line starts without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.contract import Layer as Layer
    from gradcheck.contract import law as law
    from gradcheck.findings import Finding as Finding
    from gradcheck.findings import LayerReport as LayerReport
    from gradcheck.findings import Verdict as Verdict
    from gradcheck.layers.chain import chain as chain
    from gradcheck.loading import load as load
    from gradcheck.records import Estimate as Estimate
    from gradcheck.records import Input as Input
    from gradcheck.runner import assert_correct as assert_correct
    from gradcheck.runner import check as check

__version__ = "0.1.0"

_HOMES = {
    "Input": "records",
    "Finding": "findings",
    "Estimate": "records",
    "LayerReport": "findings",
    "Verdict": "findings",
    "Layer": "contract",
    "law": "contract",
    "chain": "layers.chain",
    "load": "loading",
    "check": "runner",
    "assert_correct": "runner",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
    return getattr(import_module(f"gradcheck.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
