"""The two sides of a law."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from gradcheck.checks.scripts.comparing import TIGHTNESS, conclusion
from gradcheck.checks.scripts.scene import Lines, Scene


def show_laws(scene: Scene) -> Iterator[Lines]:
    """Lines in the point's own digits, then in more of them."""
    for dtype, tightness in itertools.product(("", "np.longdouble"), TIGHTNESS):
        yield [
            *scene.given(),
            *scene.cast(dtype),
            f"left, right = getattr(layer, {scene.method!r})({', '.join(scene.names)})",
            *conclusion("left", "right", f"rtol={tightness!r}, atol={tightness!r}"),
        ]
