"""The language of `-k`: Python's own `eval` is the truth to hold it against."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.records.expression import matches

CASE = "softmax[ties,scale=1e3,n=5,f64]"


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("", True),
        ("   ", True),
        ("ties", True),
        ("TIES", True),
        ("spike", False),
        ("not spike", True),
        ("not ties", False),
        ("not not ties", True),
        ("ties and spike", False),
        ("ties or spike", True),
        ("spike or ties and f64", True),
        ("(ties or spike) and f32", False),
        ("not (spike or f32)", True),
        ("softmax[ties,scale=1e3,", True),
        ("scale=1e-3", False),
        ("n=5,f64]", True),
        ("And", False),
        ("notes", False),
    ],
)
def test_words_and_joints(expression, selected):
    assert matches(expression, CASE) is selected


@pytest.mark.parametrize(
    ("expression", "column", "came"),
    [
        ("and", 1, "'and'"),
        ("ties and", 9, "its end"),
        ("ties spike", 6, "'spike'"),
        ("(ties", 6, "its end"),
        ("ties)", 5, "')'"),
        ("not", 4, "its end"),
        ("()", 2, "')'"),
        ("ties or or spike", 9, "'or'"),
    ],
)
def test_a_mistake_is_placed(expression, column, came):
    with pytest.raises(UsageError, match=f"at column {column}, not ") as error:
        matches(expression, CASE)
    assert str(error.value).endswith(came)


def test_a_mistake_is_found_behind_what_decides():
    with pytest.raises(UsageError):
        matches("ties or (spike", CASE)
    with pytest.raises(UsageError):
        matches("spike and (ties", CASE)


def test_deep_nesting_is_refused():
    assert matches("(" * 50 + "ties" + ")" * 50, CASE)
    with pytest.raises(UsageError, match="nested"):
        matches("(" * 100_000 + "ties" + ")" * 100_000, CASE)


WORDS = st.sampled_from(["ties", "spike", "f64", "zz"])
EXPRESSIONS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" and ".join),
        st.tuples(inner, inner).map(" or ".join),
        inner.map("not ({})".format),
        inner.map("({})".format),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_means_what_python_means(expression):
    truth = {word: word in CASE for word in ("ties", "spike", "f64", "zz")}
    assert matches(expression, CASE) is eval(expression, {"__builtins__": {}}, truth)  # noqa: S307 - words of our own


@given(st.text(alphabet="ab ()andort", max_size=20))
def test_any_text_selects_or_is_refused(expression):
    try:
        assert matches(expression, CASE) in (True, False)
    except UsageError as error:
        assert "at column" in str(error)
