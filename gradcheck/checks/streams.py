"""The random streams of a point: each has a number of its own, so that no draw depends on another.

Who names the same stream draws the same numbers: a script shows the cotangent that failed, and the diagnosis asks for
the answers that the check was given.
"""

from __future__ import annotations

import enum
import zlib
from typing import TYPE_CHECKING

from gradcheck.inputs.drawing import seeded
from gradcheck.records.case import Case

if TYPE_CHECKING:
    import numpy as np


class Stream(enum.IntEnum):
    """What is drawn. The numbers are part of every seed: they never change."""

    DIRECTIONS = 1
    """How the noise of `forward` is measured, and along what a large Jacobian is seen."""
    DIFFERENCES = 2
    """Where the differences look beside the axes, as at kinks."""
    NUDGES = 3
    """By how much what a claim is given moves, to see how far rounding moves the claim."""
    WEIGHTS = 4
    """The weights of the random cotangent for which `bprop` is compared: its scripts try it, too."""
    COTANGENTS = 5
    """The named cotangents of `linearity`: diagnosis, scripts and the negative control ask with the same ones."""
    ORDINARY = 6
    """The ordinary cotangent of `purity`, its scripts and the negative control."""
    LAYOUT = 7
    """The cotangent of `layout`."""
    BATCH = 8
    """The cotangent of `batch`."""
    GRAIN = 9
    """By how much inputs in more digits move, to see what a claim casts to fewer."""
    TANGENT = 10
    """The random tangent for which `jvp` and `hvp` are compared: their scripts try it, too."""
    SECOND = 11
    """The cotangent for which the derivative of `bprop` is taken."""
    PATTERN = 12
    """The weights that tell where a claim has non-zeros."""

    def generator(self, case: Case) -> np.random.Generator:
        """A generator that depends on the case and the stream alone."""
        return seeded(case.seed, zlib.crc32(case.anyhow.id.encode("utf-8", "surrogatepass")), int(self))
