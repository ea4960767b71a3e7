"""Identities of cases, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.records.case import BUDGETS, DTYPES, GIVEN, Case
from gradcheck.records.identity import case_of, split

names = st.text("abcxyz_", min_size=1, max_size=5)
layers = names | st.sampled_from(["a: b, c", "list[1]", "norm [x=[0],f64]", "l[[]]"])
sizes = st.dictionaries(names, st.integers(0, 99), max_size=3).map(lambda found: tuple(found.items()))
scales = st.floats(min_value=1e-300, max_value=1e300)
dtypes, seeds = st.sampled_from(list(DTYPES)), st.integers(0, 2**40)
budgets = st.sampled_from(BUDGETS)
sized = sizes.filter(lambda s: "scale" not in dict(s))
drawn = st.builds(Case, layers, names, scales, sized, dtypes, seeds, st.just(""), budgets)
values = st.lists(st.tuples(names, st.sampled_from(["0", "[0,2.5]", "[[1e3,-1],[0,0]]", "[]"])), min_size=1).map(
    lambda pairs: ",".join(f"{name}={text}" for name, text in pairs)
)
written = st.builds(
    lambda layer, dtype, seed, text, budget: Case(layer, GIVEN, 1.0, (), dtype, seed, text, budget),
    layers,
    dtypes,
    seeds,
    values,
    budgets,
)


@given(drawn | written)
def test_an_identity_leads_back_to_its_case(case):
    assert case_of(case.id) == case


@pytest.mark.parametrize(
    ("identity", "case"),
    [
        ("softmax[ties,scale=1e3,n=5,f64]", Case("softmax", "ties", 1e3, (("n", 5),))),
        ("softmax[ties,f32]", Case("softmax", "ties", dtype="float32")),
        (" softmax[x=[0,2.5],f64]\n", Case("softmax", GIVEN, values="x=[0,2.5]")),
        (
            "nll[x=[[0,1],[2,3]],t=[1,0],f16,seed=7]",
            Case("nll", GIVEN, 1.0, (), "float16", 7, "x=[[0,1],[2,3]],t=[1,0]"),
        ),
    ],
)
def test_identities_as_people_type_them(identity, case):
    assert case_of(identity) == case


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "softmax",
        "softmax[]",
        "[ties,f64]",
        "softmax[f64]",
        "softmax[ties]",
        "softmax[ties,f63]",
        "softmax[ties,f64",
        "softmax ties,f64]",
        "softmax[ties,f64]x",
        "softmax[ties,,f64]",
        "softmax[seed=3]",
        "softmax[quick]",
        "softmax[ties,f64,quik]",
        "softmax[ties,f64,seed=-1]",
        "softmax[ties,f64,seed=x]",
        "softmax[ties,n=,f64]",
        "softmax[ties,n=2.5,f64]",
        f"softmax[ties,n={'9' * 5000},f64]",
        f"softmax[ties,f64,seed={'9' * 5000}]",
        "softmax[ties,scale=big,f64]",
        "softmax[ties,scale=0,f64]",
        "softmax[ties,scale=inf,f64]",
        "softmax[ties,scale=nan,f64]",
    ],
)
def test_other_texts_are_refused(identity):
    with pytest.raises(UsageError, match=r"^a case must be written like softmax\[ties,scale=1,n=5,f64\] or "):
        case_of(identity)


def test_a_refused_text_cannot_drive_the_terminal():
    with pytest.raises(UsageError) as refused:
        case_of("\x1b[31m" + "x" * 1000)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a,b", ["a", "b"]), ("x=[1,2],t=[[3],[4]]", ["x=[1,2]", "t=[[3],[4]]"]), ("", [""]), ("a,", ["a", ""])],
)
def test_commas_inside_of_brackets_separate_nothing(text, parts):
    assert split(text) == parts
