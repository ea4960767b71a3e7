"""`bprop` makes the wrong use of its cotangent v."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import with_cotangent

Array = NDArray[Any]
EDGE = 100.0


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """v ignored, averaged, squared, without its sign, clipped; none where there is no `bprop`."""
    for name, change in (
        ("v ignored", np.ones_like),
        ("v averaged", lambda v: np.full_like(v, v.mean())),
        ("v |v| in place of v", lambda v: v * abs(v)),
        ("|v| in place of v", abs),
        ("v clipped at 100", lambda v: np.clip(v, -EDGE, EDGE)),
    ):
        if subject.has_bprop:
            yield Corruption(name, partial(with_cotangent, subject, change))
