"""The facts of a layer as plain data, and back: all that other processes know of it."""

from __future__ import annotations

from typing import Any

from gradcheck.adapters.contract import Subject
from gradcheck.execution.plain import items, number, real, string, text, whole
from gradcheck.execution.task import LayerFacts
from gradcheck.records.input import Input
from gradcheck.records.report import SourceLine


def of_found(found: LayerFacts) -> dict[str, Any]:
    """A layer's facts as plain data."""
    subject = found.subject
    return {
        "name": subject.name,
        "target": subject.target,
        "inputs": [_of_input(one) for one in subject.inputs],
        "critical": [number(value) for value in subject.critical],
        "sizes": {str(name): int(length) for name, length in subject.sizes.items()},
        "places": [vars(place) for place in found.places],
    }


def to_found(entry: dict[str, Any]) -> LayerFacts:
    """The facts that `of_found` made plain, of a subject without its layer.

    Raises
    ------
    GarbledError, ValueError, KeyError, TypeError, AttributeError
        When they are no such facts.
    """
    subject = Subject(
        layer=None,
        name=text(entry["name"]),
        inputs=tuple(map(_to_input, items(entry["inputs"]))),
        critical=tuple(map(real, items(entry["critical"]))),
        sizes={str(name): whole(length) for name, length in entry["sizes"].items()},
        target=string(entry["target"]),
    )
    return LayerFacts(subject, tuple(map(_to_place, items(entry["places"]))))


def _of_input(one: Input) -> dict[str, Any]:
    return {
        "name": one.name,
        "shape": [_of_length(length) for length in one.shape],
        "domain": one.domain if isinstance(one.domain, str) else [number(end) for end in one.domain],
        "differentiable": bool(one.differentiable),
        "classes": None if one.classes is None else _of_length(one.classes),
    }


def _to_input(entry: dict[str, Any]) -> Input:
    domain, classes = entry["domain"], entry["classes"]
    return Input(
        name=string(entry["name"]),
        shape=tuple(map(_to_length, items(entry["shape"]))),
        domain=domain if isinstance(domain, str) else (real(domain[0]), real(domain[1])),
        differentiable=bool(entry["differentiable"]),
        classes=None if classes is None else _to_length(classes),
    )


def _of_length(length: int | str) -> int | str:
    return length if isinstance(length, str) else int(length)


def _to_length(length: Any) -> int | str:
    return length if isinstance(length, str) else whole(length)


def _to_place(entry: dict[str, Any]) -> SourceLine:
    return SourceLine(text(entry["method"]), string(entry["file"]), whole(entry["line"]))
