"""A batch beside its items, or a batch as long as every other axis beside differences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from gradcheck.checks.batch import AXIS, SQUARE
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.probe import Probe
from gradcheck.checks.scripts.comparing import conclusion
from gradcheck.checks.scripts.derivative import show_derivative
from gradcheck.checks.scripts.scene import Lines, Scene
from gradcheck.checks.scripts.trials import Failure
from gradcheck.inputs.drawing import short
from gradcheck.inputs.points import make_point
from gradcheck.records.case import Point
from gradcheck.records.dtypes import is_floating
from gradcheck.records.finding import Verdict


def show_batch(scene: Scene) -> Iterator[Lines]:
    """Lines for small batches first."""
    sizes = scene.failure.probe.point.case.sizes
    for length, count in itertools.product((1, 2, None), (2, 1, 5)):
        wanted = tuple((name, count if name == AXIS else length or own) for name, own in sizes)
        if (point := _point(scene, wanted)) is not None:
            yield from _items(scene, point)
    for length in (2, SQUARE):
        if (point := _point(scene, tuple((name, length) for name, _ in sizes))) is not None:
            yield from _beside_differences(scene, point)


def _point(scene: Scene, sizes: tuple[tuple[str, int], ...]) -> Point | None:
    case = scene.failure.probe.point.case.redrawn(sizes=sizes)
    return make_point(scene.subject.inputs, scene.subject.critical, case)


def _items(scene: Scene, point: Point) -> Iterator[Lines]:
    arrays = [short(a, 2) if is_floating(a.dtype) else a for a in point.arrays]
    flags = [one.shape[:1] == (AXIS,) for one in scene.subject.inputs]
    item = {name: f"{name}[k : k + 1]" for name, on in zip(scene.names, flags, strict=True) if on}
    for place in scene.subject.differentiable:
        whole, part = scene.call("bprop"), scene.call("bprop", "v[k : k + 1]", **item)
        joined = "np.concatenate(items)" if flags[place] else "np.sum(items, axis=0)"
        yield [
            *scene.given(arrays),
            f"y = {scene.call('forward')}",
            "v = np.arange(1.0, y.size + 1).reshape(y.shape)",
            f"batch = {scene.part(whole, place)}",
            f"items = [{scene.part(part, place)} for k in range(len(y))]",
            f"items = {joined}",
            *conclusion("batch", "items", "rtol=1e-6, atol=1e-6 * np.max(np.abs(items))"),
        ]


def _beside_differences(scene: Scene, point: Point) -> Iterator[Lines]:
    probe = Probe(scene.subject, point)
    for finding in BPROP.run(probe):
        if finding.verdict is Verdict.FAIL:
            yield from show_derivative(Scene(Failure(finding, probe), scene.fresh))
