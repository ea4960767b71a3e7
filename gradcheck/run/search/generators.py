"""What Hypothesis draws: sizes, a few numbers that all inputs share, and how each input is laid out from them.

Numbers are shared so that ties and relations between entries and between inputs come up. Whatever comes first in a
list here is what shrinking goes to: few entries, zeros, small integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts
from gradcheck.records.case import Case
from gradcheck.records.input import factors
from gradcheck.run.search.assembly import entries, facts_of, written_case
from gradcheck.run.search.constants import LARGEST
from gradcheck.run.search.numbers import POWERS, SIMPLE, Menu

if TYPE_CHECKING:
    from gradcheck.records.case import Array

LENGTHS = (1, 2, 3, 8, 16)  # the shortest, where broadcasting hides, and some beyond the usual 5
USUAL = 10  # how often a size keeps its usual length, for once that it takes one of the others
MOST_ENTRIES = 64  # at other lengths than the usual ones: a point is one of a thousand
FEW, MOST = 6, 16  # numbers that the inputs of a point share: few, so that ties and relations come up
PLACED = 64  # entries up to which each place is drawn on its own: beyond, an example is slow to draw and to shrink
DIGITS = 3  # of normal values: an id of them can be typed

Numbers = Sequence[float]
Lists = st.SearchStrategy[Numbers]
Theme = Callable[[Menu], list[Lists]]

# Strategies are made once: to make one takes longer than to draw from it.
_INDEX = st.integers(0, 1023)  # of a place, or of a seed: more than any point has entries
_COTANGENT = st.sampled_from((0, 0, 0, 1, 2, 3))
_WHICH = st.integers(0, MOST - 1)
_GROUND = st.sampled_from(("zeros", "numbers", "normal", "numbers"))
_PLACES = st.lists(st.tuples(_INDEX, _WHICH), min_size=1, max_size=FEW)
_SCALE = st.sampled_from((*[1.0] * len(POWERS), *POWERS))
_RELATED: Mapping[str, Callable[[float], float]] = {
    "": lambda x: x,
    "equal and opposite": lambda x: -x,
    "next": lambda x: float(np.nextafter(x, np.inf)),
    "near": lambda x: x * (1 + 1e-6),
    "half": lambda x: x / 2,
    "inverse": lambda x: 1 / x if abs(x) > 1e-6 else x,
}
_ORDER = st.sampled_from(("drawn", "drawn", "drawn", "drawn", "ascending", "descending"))
_RELATION = st.sampled_from(("", "", "", "", *_RELATED))


def constants(menu: Menu) -> list[Lists]:
    """The numbers of the layer's code: all of them at once where they are few, as two may have to meet."""
    if len(menu.exact) > MOST:
        return [st.lists(st.sampled_from(menu.exact), min_size=MOST, max_size=MOST)]
    return [st.just(menu.exact)] if menu.exact else []


def beside(menu: Menu) -> list[Lists]:
    """Numbers beside those of the layer's code, and combinations of them."""
    return [_few(st.sampled_from(group)) for group in (menu.beside, menu.combined) if group]


def anything(menu: Menu) -> list[Lists]:
    """Numbers of all magnitudes, simple and not."""
    decimal = st.integers(-9999, 9999).map(lambda k: k / 100)
    power = st.builds(lambda digit, power: digit * power, st.integers(-5, 5), st.sampled_from(POWERS))
    real = st.floats(-LARGEST / 2, LARGEST / 2)
    kinds = [st.sampled_from(SIMPLE), st.integers(-99, 99).map(float), decimal, power, real]
    mined = [st.sampled_from(group) for group in (menu.exact, menu.beside) if group]
    return [*map(_few, kinds), *map(_few, mined), _few(st.one_of(*kinds, *mined))]


def _few(kind: st.SearchStrategy[float]) -> Lists:
    return st.lists(kind, min_size=1, max_size=FEW)


def cases(subject: Subject, start: Case, theme: Theme, menu: Menu, *, vary: bool) -> st.SearchStrategy[Case]:
    """Points of a layer, written out.

    Parameters
    ----------
    subject : Subject
    start : Case
        Its sizes are the usual ones; its dtype is taken.
    theme : callable
        From a menu to strategies that draw the numbers of a point; one of them is taken.
    menu : Menu
    vary : bool
        Whether other lengths are tried.
    """
    usual = facts_of(subject, dict(start.sizes), start.dtype)
    shown = {
        name for one in subject.inputs for axis in one.shape for name in factors(str(axis))
    }  # the arrays tell these
    lengths = {
        name: st.sampled_from((*LENGTHS, *[length] * USUAL)) if name in shown else st.just(length)
        for name, length in start.sizes
    }

    def at(sizes: dict[str, int]) -> tuple[Facts, ...]:
        other = facts_of(subject, sizes, start.dtype)
        return other if entries(other) <= MOST_ENTRIES else usual

    facts = st.fixed_dictionaries(lengths).map(at) if vary else st.just(usual)
    numbers = st.builds(lambda few, name: [*few, _RELATED[name](few[0])], st.one_of(theme(menu)), _RELATION)
    return _case(subject, facts, numbers)


@st.composite
def _case(
    draw: st.DrawFn,
    subject: Subject,
    facts: st.SearchStrategy[tuple[Facts, ...]],
    numbers: Lists,
) -> Case:
    chosen, given = draw(facts), draw(numbers)
    raw = [_layout(draw, one, given) for one in chosen]
    return written_case(subject, chosen, raw, draw(_COTANGENT))


def _layout(draw: st.DrawFn, facts: Facts, numbers: Numbers) -> Array:
    """Raw values of one input, shape facts.rows, perhaps in order along the rows."""
    if not math.prod(facts.rows):
        return np.zeros(facts.rows)
    values = _filled(draw, math.prod(facts.rows), numbers).reshape(facts.rows)
    order = draw(_ORDER)
    if order == "drawn":
        return values
    return np.sort(values) if order == "ascending" else np.sort(values)[:, ::-1]


def _filled(draw: st.DrawFn, size: int, numbers: Numbers) -> Array:
    """So many raw values: some of the numbers over zeros or normal values, or them alone."""
    ground = draw(_GROUND)
    if ground == "numbers":
        picked: Array = np.array(numbers)[np.array(draw(_choice(size))) % len(numbers)]
        return picked
    values = _normal(size, draw(_INDEX), draw(_SCALE)) if ground == "normal" else np.zeros(size)
    for place, which in draw(_PLACES):
        values[place % size] = numbers[which % len(numbers)]
    return values


@lru_cache
def _choice(size: int) -> st.SearchStrategy[Sequence[int]]:
    """For each of so many entries, which of the numbers it is."""
    if size > PLACED:
        return _INDEX.map(lambda seed: np.random.default_rng(seed).integers(MOST, size=size).tolist())
    return st.lists(_WHICH, min_size=size, max_size=size)


def _normal(size: int, seed: int, scale: float) -> Array:
    """Normal values of one scale, as short decimals."""
    values: Array = short(np.random.default_rng(seed).standard_normal(size) * scale, DIGITS)
    return values
