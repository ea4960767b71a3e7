"""Sums of known matrices: what the derivatives of a normalisation or a softmax are made of, and their coefficients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# In words, each group's matrix, shape (G, L, L), and with which power of the first one its coefficient goes.
Terms: TypeAlias = list[tuple[str, Array, int]]
Basis: TypeAlias = Callable[[str, Array, Array], Terms]
CONDITION = 1e5  # of the terms of a group, up to which they are told from each other
EXACT = 1e-6  # relative residual of a sum that is a side
NOTHING = 1e-5  # share of the largest entry up to which a term is none
CLEAR = 1e-3  # the same, from which on its coefficient is known well
TINY = float(np.finfo(float).tiny)


def _outer(a: Array, b: Array) -> Array:
    return np.asarray(a[:, :, None] * b[:, None, :])


def _diagonal(a: Array) -> Array:
    return np.asarray(a[:, :, None] * np.eye(a.shape[1]))


def of_mean(name: str, x: Array, _: Array) -> Terms:
    """Of what is centred, and divided by a standard deviation."""
    ones, centred = np.ones_like(x), x - x.mean(axis=1, keepdims=True)
    return [
        ("{v} itself", _diagonal(ones), 1),
        ("sum({v}), as of a mean", _outer(ones, ones), 1),
        (f"({name} - mean) sum({{v}} ({name} - mean)), as of a variance", _outer(centred, centred), 3),
    ]


def of_norm(name: str, x: Array, _: Array) -> Terms:
    """Of what is divided by a norm."""
    ones = np.ones_like(x)
    return [
        ("{v} itself", _diagonal(ones), 1),
        (f"{name} sum({{v}} {name}), as of a norm", _outer(x, x), 3),
        ("sum({v}), as of a mean", _outer(ones, ones), 1),
    ]


def of_softmax(_: str, x: Array, y: Array) -> Terms:
    """Of a softmax."""
    ones = np.ones_like(x)
    return [
        ("{v} y", _diagonal(y), 1),
        ("y sum({v} y)", _outer(y, y), 1),
        ("y sum({v})", _outer(ones, y), 1),
        ("sum({v} y)", _outer(y, ones), 1),
        ("{v} itself", _diagonal(ones), 1),
    ]


def of_log_softmax(_: str, x: Array, y: Array) -> Terms:
    """Of its logarithm."""
    p, ones = np.exp(y), np.ones_like(x)
    return [
        ("{v} itself", _diagonal(ones), 1),
        ("exp(y) sum({v})", _outer(ones, p), 1),
        ("sum({v})", _outer(ones, ones), 1),
        ("{v} exp(y)", _diagonal(p), 1),
        ("exp(y) sum({v} exp(y))", _outer(p, p), 1),
    ]


def plain(terms: Terms) -> Terms:
    """The terms of v itself."""
    return [(words.format(v="v"), matrix, power) for words, matrix, power in terms]


def weighed(terms: Terms, name: str, values: Array) -> Terms:
    """The terms with v multiplied by another input, and without."""
    weight = values[:, :, None]
    return [(words.format(v=f"({name} v)"), weight * matrix, power) for words, matrix, power in terms] + plain(terms)


@dataclass(frozen=True, eq=False)
class Sum:
    """One side as a sum of terms.

    Attributes
    ----------
    found : ndarray, shape (G, T)
        The coefficients; 0 where a term is none.
    clear : ndarray of bool, shape (G, T)
        Where a term is large enough for its coefficient to be known well.
    fits, usable : ndarray of bool, shape (G,)
        Whether the sum is all of the side, and whether the terms can be told from each other.
    """

    found: Array
    clear: Array
    fits: Array
    usable: Array

    def at(self, groups: Array) -> Sum:
        """The same of some groups."""
        return Sum(self.found[groups], self.clear[groups], self.fits[groups], self.usable[groups])


def coefficients(side: Array, terms: Terms) -> Sum:
    """The least squares."""
    matrices = np.stack([matrix for _, matrix, _ in terms], axis=-1).reshape(len(side), -1, len(terms))
    scale = np.abs(matrices).max(axis=1)
    usable = (scale > 0).all(axis=1) & np.isfinite(scale).all(axis=1)
    scale = np.where(usable[:, None], scale, 1)
    scaled = np.where(usable[:, None, None], matrices / scale[:, None], 0)
    u, s, vt = np.linalg.svd(scaled, full_matrices=False)
    usable &= (s[:, 0] < CONDITION * s[:, -1]) & (matrices.shape[1] > len(terms))
    flat = side.reshape(len(side), -1)
    found = np.einsum("gkt,gk->gt", vt / np.maximum(s, TINY)[:, :, None], np.einsum("gmk,gm->gk", u, flat))
    rest = np.abs(np.einsum("gmt,gt->gm", scaled, found) - flat).max(axis=1)
    size = np.abs(flat).max(axis=1)
    fits = usable & (rest <= EXACT * size)
    share = np.abs(found) / np.maximum(size, TINY)[:, None]
    return Sum(np.where(share > NOTHING, found, 0) / scale, share > CLEAR, fits, usable)


BASES: tuple[Basis, ...] = (of_mean, of_norm, of_softmax, of_log_softmax)
