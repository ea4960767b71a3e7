"""The numbers that points are made of."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.run.search.constants import LARGEST
from gradcheck.run.search.numbers import Menu, menu

CONSTANTS = st.lists(st.floats(1e-9, LARGEST), max_size=12, unique=True).map(tuple)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(CONSTANTS)
def test_every_number_comes_with_both_signs_and_once(constants):
    made = menu(constants)
    assert made.exact[::2] == constants
    for group in (made.exact, made.beside, made.combined):
        assert set(group) == {-number for number in group}
        assert len(set(group)) == len(group)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(CONSTANTS)
def test_no_number_is_too_large_or_told_twice(constants):
    made = menu(constants)
    assert all(0 < abs(number) <= LARGEST for number in (*made.beside, *made.combined))
    assert not set(made.exact) & {*made.beside, *made.combined}


@pytest.mark.parametrize(
    "number", [math.nextafter(37.25, 0), math.nextafter(37.25, 99), 38.25, 36.25, 74.5, 18.625, 37.25 * (1 + 1e-6)]
)
def test_what_lies_beside_a_constant_is_there(number):
    assert any(abs(number - other) < 1e-9 for other in menu((37.25,)).beside)


def test_the_next_floats_are_exact():
    assert {math.nextafter(37.25, 0), math.nextafter(37.25, 99)} <= set(menu((37.25,)).beside)


@pytest.mark.parametrize("number", [44.25, -44.25, 30.25, 260.75, 37.25 / 7, 7 / 37.25])
def test_two_constants_are_combined(number):
    assert number in menu((37.25, 7.0)).combined


def test_no_constants_make_an_empty_menu():
    assert menu(()) == Menu()
