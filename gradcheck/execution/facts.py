"""All that other processes know of a layer, as a record for the codec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcheck.adapters.contract import Subject
from gradcheck.execution.task import LayerFacts
from gradcheck.records.input import Input
from gradcheck.records.report import SourceLine


@dataclass(frozen=True)
class PlainFacts:
    """The facts of a layer; fields as in `Subject` and `LayerFacts`."""

    name: str
    target: str
    inputs: tuple[Input, ...]
    critical: tuple[float, ...]
    sizes: Mapping[str, int]
    places: tuple[SourceLine, ...]
    modules: Mapping[str, str]


def facts_of(layer: LayerFacts) -> PlainFacts:
    """The facts of a layer, which itself stays behind."""
    one, places, modules = layer.subject, layer.places, layer.modules
    return PlainFacts(one.name, one.target, one.inputs, one.critical, one.sizes, places, modules)


def layer_of(facts: PlainFacts) -> LayerFacts:
    """What stands in for a layer that is elsewhere: its facts."""
    subject = Subject(
        layer=None,
        name=facts.name,
        inputs=facts.inputs,
        critical=facts.critical,
        sizes=facts.sizes,
        target=facts.target,
    )
    return LayerFacts(subject, facts.places, facts.modules)
