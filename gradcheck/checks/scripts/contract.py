"""What a method returns, held against the layer contract."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.scene import Lines, Scene
from gradcheck.inputs.cotangents import one_hots


def show_contract(scene: Scene) -> Iterator[Lines]:
    """Lines for every simple cotangent, and for a layer that has seen something before."""
    if scene.method == "forward":
        yield [
            *scene.given(),
            f"y = {scene.call('forward')}",
            'print("y", y)',
            "assert np.isfinite(y).all()",
        ]
        return
    shape = scene.failure.probe.y.shape
    cotangents = [np.ones(shape), *one_hots(shape)] if scene.method == "bprop" else [None]
    for seen in ([], *scene.seen(scene.method)):
        for v in cotangents:
            yield _lines(scene, "" if v is None else f"v = {literal(v)}", seen)


def _lines(scene: Scene, v: str, seen: Lines) -> Lines:
    names = [scene.names[k] for k in scene.subject.differentiable]
    several = f"assert isinstance(found, (tuple, list)) and len(found) == {len(names)}"
    return [
        *scene.given(),
        *([v] if v else []),
        f"y = {scene.call('forward')}",
        *seen,
        f"found = {scene.call(scene.method)}",
        f'print("{scene.method}", found)',
        several if len(names) > 1 else "found = [found]",
        f"for one, x in zip(found, [{', '.join(names)}]):",
        '    assert isinstance(one, (float, np.floating, np.ndarray)) and np.asarray(one).dtype.kind == "f"',
        f"    assert np.shape(one) == {'np.shape(y) + ' if scene.method == 'jacobian' else ''}x.shape",
        "    assert not np.isnan(one).any()",
    ]
