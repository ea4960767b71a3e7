"""A faulty point made smaller: fewer operations, outputs and inputs, rounder numbers, the same kind of fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.bound.layer import SCALARS, Sketch
from tests.bound.measure import Point, claims_at, faults_at, point_of
from tests.bound.tree import INPUT, NUMBER, Node, node


def reduced(one: Point, kind: str) -> Point:
    """The smallest point met, step by step, that still has a fault of a kind."""
    while (smaller := next(_faulty(one, kind), None)) is not None:
        one = smaller
    return one


def _faulty(one: Point, kind: str) -> Iterator[Point]:
    for sketch in _simpler(one.sketch):
        other = point_of(one.family, one.index, sketch)
        if other and any(fault.kind == kind for fault in faults_at(other, claims_at(other))):
            yield other


def _simpler(sketch: Sketch) -> Iterator[Sketch]:
    """Sketches one step simpler, each smaller in (outputs, inputs, operations, digits)."""
    if len(sketch.trees) > 1:
        for k in range(len(sketch.trees)):
            yield replace(sketch, trees=sketch.trees[:k] + sketch.trees[k + 1 :])
    if sketch.form != SCALARS:
        for number in sketch.point:
            yield replace(sketch, form=SCALARS, point=(number,))
        return
    for k in range(len(sketch.point)):
        if len(sketch.point) > 1:
            yield _without(sketch, k)
    for trees in _one_changed(sketch.trees, _pruned):
        yield replace(sketch, trees=trees)
    for point in _one_changed(sketch.point, _rounder):
        if all(low < p < high for p, (low, high) in zip(point, (i.limits for i in sketch.inputs), strict=True)):
            yield replace(sketch, point=point)


def _one_changed(items: tuple[Any, ...], change: Callable[[Any], Iterator[Any]]) -> Iterator[tuple[Any, ...]]:
    for k, item in enumerate(items):
        for other in change(item):
            yield (*items[:k], other, *items[k + 1 :])


def _without(sketch: Sketch, place: int) -> Sketch:
    """The sketch with an input made a constant."""

    def fixed(tree: Node) -> Node:
        if tree.op == INPUT:
            at = int(tree.numbers[0])
            return node(sketch.point[place]) if at == place else replace(tree, numbers=(float(at - (at > place)),))
        return replace(tree, parts=tuple(map(fixed, tree.parts)))

    def others(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return items[:place] + items[place + 1 :]

    trees = tuple(map(fixed, sketch.trees))
    return replace(sketch, trees=trees, point=others(sketch.point), domains=others(sketch.domains))


def _pruned(tree: Node) -> Iterator[Node]:
    """The tree with one operation replaced by one of its parts, or one number by a rounder one."""
    if tree.op == NUMBER:
        yield from (node(number) for number in _rounder(tree.numbers[0]))
    yield from tree.parts
    for parts in _one_changed(tree.parts, _pruned):
        yield replace(tree, parts=parts)


def _rounder(number: float) -> Iterator[float]:
    """The number with fewer digits."""
    for digits in (1, 2, 3, 6):
        text = f"{number:.{digits - 1}e}"
        if float(text) != number and len(f"{float(text):.15g}") < len(f"{number:.17g}"):
            yield float(text)
