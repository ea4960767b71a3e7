from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.text import magnitude, natural, plural, printable, short, shorten


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (2.5, "2.5"),
        (0.1, "0.1"),
        (0.01, "0.01"),
        (1e-3, "1e-3"),
        (1e-12, "1e-12"),
        (0.0025, "0.0025"),
        (100.0, "100"),
        (1e3, "1e3"),
        (-1e5, "-1e5"),
        (2000.0, "2000"),
        (2e6, "2e6"),
        (0.0, "0"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_short_is_what_a_person_would_type(value, text):
    assert short(value) == text


@given(st.floats(allow_nan=False))
def test_short_reads_back_as_the_number(value):
    assert float(short(value)) == value


@pytest.mark.parametrize("value", [1.0000001, 1000.0000000001, 1 / 3])
def test_short_leaves_no_digit_out(value):
    assert short(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.23e-7, "1.2e-07"),
        (0.0, "0.0e+00"),
        (12345.0, "1.2e+04"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (None, "-"),
    ],
)
def test_magnitude_has_one_form(value, text):
    assert magnitude(value) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold] · é", "plain [bold] · é"),
        ("one\ntwo\r\nthree\tfour", "one two three four"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("left\u202eright", r"left\u202eright"),
        ("\ud800", r"\ud800"),
        ("a\rb", r"a\rb"),
    ],
)
def test_what_drives_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_printable_text_is_one_line_and_can_be_written_anywhere(text):
    shown = printable(text)
    assert "\n" not in shown
    assert "\x1b" not in shown
    shown.encode("utf-8")


@given(st.text())
def test_printable_text_stays(text):
    assert printable(printable(text)) == printable(text)


def test_a_long_text_is_cut_and_says_so():
    assert shorten("x" * 300) == "x" * 300
    assert shorten("x" * 310, 300) == "x" * 300 + "... (10 characters more)"


@pytest.mark.parametrize(("count", "said"), [(0, "0 layers"), (1, "1 layer"), (2, "2 layers")])
def test_plural(count, said):
    assert plural(count, "layer") == said


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_whole_numbers_are_read(text, number):
    assert natural(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e3", " 1", "9" * 19, "9" * 5000])
def test_others_and_those_of_too_many_digits_are_not(text):
    assert natural(text) is None
