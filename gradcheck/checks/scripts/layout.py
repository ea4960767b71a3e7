"""A call with arrays that lie in memory in another way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from gradcheck.checks.scripts.comparing import TIGHTNESS, conclusion, relative
from gradcheck.checks.scripts.purity import show_purity
from gradcheck.checks.scripts.scene import Lines, Scene

LAYOUTS = (
    "np.asfortranarray({0})",
    "np.insert({0}[..., None], 1, 7, axis=-1)[..., 0]",  # with gaps
    "np.flip(np.flip({0}).copy())",  # backwards
    "np.frombuffer({0}.tobytes(), {0}.dtype).reshape({0}.shape)",  # read-only
)
EXPANDED = ("np.broadcast_to({0}.flat[0], {0}.shape)", "np.broadcast_to({0}[:1], {0}.shape)")


def show_layout(scene: Scene) -> Iterator[Lines]:
    """Lines for each layout of the inputs, then for those of the cotangent."""
    names = [scene.names]
    names += [["v"]] if scene.method == "bprop" else []
    for tightness, changed in itertools.product(TIGHTNESS, names):
        for form in (*LAYOUTS, *(EXPANDED if changed == ["v"] else ())):
            yield from _lines(scene, changed, form, tightness)
    yield from show_purity(scene)


def _lines(scene: Scene, changed: list[str], form: str, tightness: float) -> Iterator[Lines]:
    laid = {name: form.format(name) for name in changed}
    plain = {name: f"np.array({text}, order='C')" for name, text in laid.items()}
    for answer in scene.answers(scene.method):
        yield [
            *scene.given(),
            scene.drawn_v(),
            f"plain = np.array({answer(_called(scene, plain))})",
            f"other = {answer(_called(scene, laid))}",
            *conclusion("plain", "other", f"{relative(tightness, 'np.max(np.abs(plain))')}, equal_nan=True"),
        ]


def _called(scene: Scene, instead: dict[str, str]) -> str:
    return scene.call(scene.method, instead.get("v", "v"), **{k: text for k, text in instead.items() if k != "v"})
