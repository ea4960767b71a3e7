"""What the rounding of an output hides: terms of a sum that are smaller than the last digits of another one.

No step shows them. They matter where they may be steep: beside exp(40) the whole of log(p) is below the last digit of
float64, and its slope at p = 1e-12 is 1e12. Terms of the size of the rounding of an ordinary output, 1e-16, are
believed to be steep nowhere: else no difference of two numbers would tell anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import Ladder
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import SAFETY

Array = NDArray[Any]
NOTICEABLE = 1e-4  # of 1, or of what moves where that is less: a term that large is one that a layer may be about
STEEP = 1e6  # times its size, or 1: slopes that functions of ordinary numbers do not have
TIED = 1e-6  # of their size, by which entries differ that are nearly equal: beyond it rounding hides nothing steep
SHORTEST = 1e-10  # of an entry's length: that steep, functions as people write them are not


@dataclass(frozen=True, eq=False, repr=False)
class Resolution:
    """What each of p entries' outputs does not show.

    Parameters
    ----------
    hidden : ndarray, shape (p,)
        The largest term that the output may hold without showing it.
    moves : ndarray, shape (p,)
        The largest change of the output met.
    size : ndarray, shape (p,)
        Of the output.
    """

    hidden: Array
    moves: Array
    size: Array

    @classmethod
    def of(cls, noise: Noise, ladder: Ladder) -> Resolution:
        """That of outputs with a noise, as the values along a ladder show it."""
        hidden = hidden_terms(noise)
        change = np.abs(ladder.values - noise.f0)
        own = np.where(np.isfinite(change), change, 0).max(axis=(0, 1))
        return cls(hidden, np.maximum(own, noise.spread), np.abs(noise.f0))

    @property
    def hides(self) -> Array:
        """Whether a hidden term may be one that the layer is about, shape (p,)."""
        noticed: Array = self.hidden > NOTICEABLE * np.minimum(self.moves, 1)
        return noticed

    def steepest(self, forward: Forward, columns: Array) -> Array:
        """The steepest slope that a hidden term may have in each entry, 0 where there is none; shape (p,)."""
        length = np.minimum(_own_length(forward), _nearest_end(forward))
        slope: Array = np.where(self.hides, self.hidden / (SHORTEST * length[columns]), 0)
        return slope

    def between_ties(self, forward: Forward, columns: Array) -> Array:
        """The steepest slope that a hidden term may have between an entry and one that is nearly equal; shape (p,).

        Where such entries compete, as in a minimum, another one may win a step further that moves the output by less
        than its rounding.
        """
        apart = nearest_entry(forward)
        tied = (apart < TIED * np.abs(forward.x))[columns]
        slope: Array = np.where(tied, self.hidden / apart[columns], 0)
        return slope

    def unseen(self, forward: Forward, columns: Array, steepest: Array) -> Array:
        """The steepest slope that does not show when x is moved by its own length; shape (p,).

        Longer steps alone contradict it. Of an output that is steep in some entry, as an inverse beside a singular
        matrix, they prove nothing: over them it has become another. It is 0 for outputs that are not.

        Parameters
        ----------
        steepest : ndarray, shape (p,)
            The steepest difference quotient of each entry's output, in whatever entry.
        """
        steep = steepest > STEEP * np.maximum(self.size, 1)
        slope: Array = np.where(steep, self.hidden / _own_length(forward)[columns], 0)
        return slope


def slopes_out_of_sight(forward: Forward, ladder: Ladder, noise: Noise, columns: Array, steepest: Array) -> Array:
    """The steepest slope that something which rounding hides may have, shape (p,); arguments as of `unseen`."""
    shown = Resolution.of(noise, ladder)
    found = np.maximum(shown.steepest(forward, columns), shown.unseen(forward, columns, steepest))
    slope: Array = np.maximum(found, shown.between_ties(forward, columns))
    return slope


def _own_length(forward: Forward) -> Array:
    size = np.abs(forward.x)
    return np.where(size > 0, np.minimum(size, 1), 1)


def nearest_entry(forward: Forward) -> Array:
    """The distance of each entry from the nearest other one that is not equal to it; infinite without one."""
    values, which = np.unique(forward.x, return_inverse=True)
    apart = np.concatenate([[np.inf], np.diff(values), [np.inf]])
    nearest: Array = np.minimum(apart[:-1], apart[1:])[which]
    return nearest


def hidden_terms(noise: Noise) -> Array:
    """The largest term that each output may hold without showing it, shape (m,)."""
    hidden: Array = SAFETY * noise.at(np.zeros(1), np.abs(noise.f0)[None])[0]
    return hidden


def _nearest_end(forward: Forward) -> Array:
    down, up = forward.room
    near = np.minimum(down, up)
    return np.where(near > 0, near, np.maximum(down, up))
