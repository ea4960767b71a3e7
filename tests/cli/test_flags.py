"""The values of flags: what is read, and the sentence for what is not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.cli.flags import dtypes, lengths, names, product, scales


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (names, "ties", ("ties",)),
        (names, "ties, spike,ties", ("ties", "spike")),
        (scales, "1e-3,1,1e3", (1e-3, 1.0, 1e3)),
        (scales, "1,1.0", (1.0,)),
        (dtypes, "float32,float64", ("float32", "float64")),
        (lengths, "n=64", ("n", (64,))),
        (lengths, "n=5, 64", ("n", (5, 64))),
        (lengths, "n=0", ("n", (0,))),
    ],
)
def test_what_is_read(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (names, "", "names separated by commas, not ''"),
        (names, "ties,,spike", "names separated by commas"),
        (scales, "", "positive finite numbers"),
        (scales, "1,x", "positive finite numbers .* not '1,x'"),
        (scales, "0", "positive finite numbers"),
        (scales, "-1", "positive finite numbers"),
        (scales, "nan", "positive finite numbers"),
        (scales, "1,inf", "positive finite numbers"),
        (scales, "1e-999", "positive finite numbers"),
        (dtypes, "float23", r"float64, float32, float16, bfloat16, not 'float23'; did you mean 'float\d\d'\?"),
        (dtypes, "", "names separated by commas"),
        (lengths, "n", "must give whole lengths .* not 'n'"),
        (lengths, "=5", "a size name and its lengths"),
        (lengths, "3=5", "a size name and its lengths"),
        (lengths, "n=", "whole lengths of at least 0"),
        (lengths, "n=-1", "whole lengths of at least 0"),
        (lengths, "n=2.5", "whole lengths of at least 0"),
        (lengths, "n=5,,6", "whole lengths of at least 0"),
    ],
)
def test_what_is_not(read, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(text)


def test_assignments_are_sorted_by_name_and_a_name_may_come_twice():
    flags = [("n", (5, 6)), ("batch", (2,)), ("n", (6, 7))]
    assert product(flags) == tuple((("batch", 2), ("n", n)) for n in (5, 6, 7))


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True)))
def test_every_combination_comes_once(flags):
    made = product([(name, tuple(values)) for name, values in flags.items()])
    ordered = sorted(flags)
    assert list(made) == [
        tuple(zip(ordered, row, strict=True)) for row in itertools.product(*(flags[name] for name in ordered))
    ]


@given(st.lists(st.floats(min_value=1e-300, max_value=1e300), min_size=1, max_size=4, unique=True))
def test_scales_survive_being_typed(values):
    assert scales(",".join(map(repr, values))) == tuple(values)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    for read in (names, scales, dtypes, lengths):
        try:
            assert read(text)
        except ValueError as error:
            assert str(error).startswith("must ")
