"""`forward` as a function of one flat vector, evaluated at many rows at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass

Array = NDArray[Any]
CHUNK = 1 << 21  # entries of what is made for many calls: 16 to 32 MiB
A_CALL = 1 << 17  # entries of one stacked call: 1 MiB, room that a forward takes again and again
FEWEST = 16  # rows of such a call, where they are long and `CHUNK` has room for them: what is made for all is read once
TRIAL = 0.4  # of an entry's length, by which a trial row may differ: two rows differ by the order of that length
SAME_ROW = 1e-10  # of an output: sums in another order differ by far less, an output that sees another row by more


@dataclass(frozen=True, eq=False, repr=False)
class Forward:
    """A layer's `forward`, seen as a map from R^n to R^m.

    Parameters
    ----------
    function : callable
        Takes the list of arrays, which it may spoil, and returns the output.
    arrays : sequence of ndarray
        All inputs at the point; the moving ones hold the dtype in which `forward` is evaluated.
    moving : tuple of int
        Positions of the inputs whose entries, one after the other, make the vector x of length n.
    limits : tuple of (float, float)
        Ends of the domain of each moving input.
    punctured : tuple of bool
        Whether 0 is left out of the domain of each moving input.
    outputs : int
        Number m of output entries.
    stacked : bool
        Whether `stack` takes a leading axis of independent rows on every input.
    stack : callable or None
        Takes such inputs in place of `function`, where that one does not; None for `function` itself.
    picked : ndarray of int, or None
        Which of the layer's outputs these are; None for all.
    whole : int
        How many the layer has, where these are some of them.
    """

    function: Callable[[list[Array]], Any]
    arrays: Sequence[Array]
    moving: tuple[int, ...]
    limits: tuple[tuple[float, float], ...]
    punctured: tuple[bool, ...]
    outputs: int
    stacked: bool = False
    stack: Callable[[list[Array]], Any] | None = None
    picked: Array | None = None
    whole: int = 0

    def of(self, outputs: Array) -> Forward:
        """The same map to some of its outputs, which are all of the layer's."""
        return replace(self, picked=outputs, outputs=len(outputs), whole=self.outputs)

    @cached_property
    def x(self) -> Array:
        """The point itself, shape (n,)."""
        return np.concatenate([self.arrays[k].reshape(-1) for k in self.moving])

    @cached_property
    def pieces(self) -> tuple[slice, ...]:
        """Where each moving input lies in x."""
        ends = list(accumulate((self.arrays[k].size for k in self.moving), initial=0))
        return tuple(slice(a, b) for a, b in pairwise(ends))

    @cached_property
    def sizes(self) -> Array:
        """The largest entry of the input to which each entry of x belongs, shape (n,)."""
        size = np.empty_like(self.x)
        for piece in self.pieces:
            size[piece] = np.abs(self.x[piece]).max(initial=0)
        return size

    def numbers_on_the_way(self, outputs: Array) -> Array:
        """The largest numbers that outputs of these sizes come from, as far as it shows: they, entries of x, or 1."""
        largest: Array = np.maximum(outputs, self._largest)
        return largest

    @cached_property
    def _largest(self) -> float:
        return max(float(np.abs(self.x).max(initial=0)), 1.0)

    @cached_property
    def room(self) -> tuple[Array, Array]:
        """How far each entry of x may move down and up without leaving the domain; two arrays of shape (n,)."""
        down, up = np.empty_like(self.x), np.empty_like(self.x)
        for piece, (low, high), hole in zip(self.pieces, self.limits, self.punctured, strict=True):
            x = self.x[piece]
            down[piece], up[piece] = x - low, high - x
            if hole:
                down[piece] = up[piece] = np.abs(x)
        return np.maximum(down, 0), np.maximum(up, 0)

    @cached_property
    def unbounded(self) -> bool:
        """Whether no entry of x has an end of its domain to keep away from."""
        ends = [math.isinf(end) for pair in self.limits for end in pair]
        return all(ends) and not any(self.punctured)

    def __call__(self, rows: Array) -> Array:
        """Outputs at many vectors.

        Parameters
        ----------
        rows : ndarray, shape (r, n)

        Returns
        -------
        ndarray, shape (r, m)
            A row is NaN where `forward` raised or returned something of another size.
        """
        return self.at_places(lambda first, last: rows[first:last], len(rows))

    def at_places(self, places: Callable[[int, int], Array], count: int) -> Array:
        """Outputs at a number of places, which are made for one call after the other: shape (count, m).

        Parameters
        ----------
        places : callable
            Takes the numbers of the first place and of the one after the last, gives these, shape (last - first, n).
        count : int
        """
        length, way = self.at_once, self.stack or self.function
        values = np.empty((count, self.outputs), self.x.dtype)
        for start in range(0, count, length):
            end = min(start + length, count)
            rows, out = places(start, end), values[start:end]
            if not (self.stacked and self._in_one_call(rows, way, out)):
                out[:] = self._one_by_one(rows)
        return values

    @property
    def at_once(self) -> int:
        """How many rows one call takes."""
        numbers = max(self.x.size, self.outputs, self.whole, 1)
        return int(max(A_CALL // numbers, min(CHUNK // numbers, FEWEST), 1))

    def with_stacking(self, rng: np.random.Generator) -> Forward:
        """The same map, stacked when a trial shows that one call for many rows gives what many calls give.

        The trial's rows are drawn over the domain, however close to an end of it the point lies, so that an output
        that depends on another row shows; their number differs from every length in the inputs, so that no axis is
        taken for another.
        """
        lengths = {length for array in self.arrays for length in array.shape}
        count = next(r for r in range(3, 99) if r not in lengths)
        rows = self._spread(rng.uniform(-TRIAL, TRIAL, (count, self.x.size)).astype(self.x.dtype, copy=False))
        each = self._one_by_one(rows)
        size = np.abs(each).max(axis=0, initial=0, where=np.isfinite(each))
        for way in (self.function, self.stack) if self.stack else (self.function,):
            once = np.empty_like(each)
            if self._in_one_call(rows, way, once):
                same = (np.abs(once - each) <= SAME_ROW * size) | (np.isnan(once) & np.isnan(each))
                if same.all():
                    return self._called(way, stacked=True)
        return self._called(self.stack, stacked=False)

    def _called(self, stack: Callable[[list[Array]], Any] | None, *, stacked: bool) -> Forward:
        found = copy(self)  # with what was worked out of the point
        vars(found).update(stack=stack, stacked=stacked)
        return found

    def _spread(self, shares: Array) -> Array:
        """x moved by shares of max(|x|, 1), or of the room where this is less; away from an end or a hole close by.

        The shares are overwritten.
        """
        length = np.maximum(np.abs(self.x), 1)
        if self.unbounded:
            shares *= length
            shares += self.x
            return shares
        down, up = (np.minimum(side, length) for side in self.room)
        for piece, (low, high), hole in zip(self.pieces, self.limits, self.punctured, strict=True):
            if hole:
                x = self.x[piece]
                down[piece] = np.where(x < 0, np.minimum(x - low, length[piece]), 0)
                up[piece] = np.where(x < 0, 0, np.minimum(high - x, length[piece]))
        turned = np.where(shares < 0, down < up / 2, up < down / 2)
        moves = np.where(turned, -shares, shares)
        spread: Array = self.x + moves * np.where(moves < 0, down, up)
        return spread

    def _in_one_call(self, rows: Array, function: Callable[[list[Array]], Any], out: Array) -> bool:
        """Whether one call for many rows answers; what it does is written to `out`, shape (r, m)."""
        stack = [a if k in self.moving else np.repeat(a[None], len(rows), axis=0) for k, a in enumerate(self.arrays)]
        for k, piece in zip(self.moving, self.pieces, strict=True):
            stack[k] = rows[:, piece].reshape(len(rows), *self.arrays[k].shape)
        try:
            answer = np.asarray(function(stack))
            answer = answer.reshape(len(rows), self.outputs if self.picked is None else self.whole)
            out[:] = answer if self.picked is None else answer[:, self.picked]
        except Exception:  # noqa: BLE001 - what a layer makes of a stack is tried, and it may raise anything
            return False
        return True

    def _one_by_one(self, rows: Array) -> Array:
        out = np.full((len(rows), self.outputs), np.nan, dtype=self.x.dtype)
        places = [(k, piece, self.arrays[k].shape) for k, piece in zip(self.moving, self.pieces, strict=True)]
        for row, line in zip(rows, out, strict=True):
            arrays = [array if k in self.moving else np.array(array) for k, array in enumerate(self.arrays)]
            for k, piece, shape in places:
                arrays[k] = row[piece].reshape(shape).copy()
            try:
                answer = np.asarray(self.function(arrays))
                if answer.size == (self.outputs if self.picked is None else self.whole):
                    line[:] = answer.reshape(-1) if self.picked is None else answer.reshape(-1)[self.picked]
            except Exception:  # noqa: BLE001, S112 - a row outside of what `forward` takes: no value there
                continue
        return out
