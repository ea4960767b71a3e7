"""What was assumed of a layer, and the line to write."""

from __future__ import annotations

import pytest

from gradcheck.records.assumption import assumption
from gradcheck.records.fault import Fault, FaultKind


def told(kind, *names, **detail):
    return assumption(Fault.of(kind, "forward", assumed=names, **detail))


def test_shapes_where_a_call_raised_or_a_shape_is_wrong():
    line = "write `inputs = {'x': 'n d'}` with the right shape"
    assert told(FaultKind.SHAPE, "x") == f"nothing is declared of x, taken for a vector of real numbers: {line}"
    text = told(FaultKind.RAISED, "x", "W", exception="ValueError", text="no")
    assert "nothing is declared of x and W, taken for vectors" in text
    assert "`inputs = {'x': 'n d', 'W': 'n d'}`" in text
    assert "`Input('x', ('n',), domain='positive')`" in text


def test_labels_where_an_array_was_no_index():
    text = told(FaultKind.RAISED, "x", "t", exception="IndexError", text="no")
    assert "`inputs = (Input('x', ('n', 'c')), Input('t', ('n',), domain='labels', classes='c'))`" in text
    alone = told(FaultKind.RAISED, "t", exception="IndexError", text="no")
    assert "`inputs = (Input('t', ('n',), domain='labels', classes='c'),)`" in alone


def test_domains_where_nan_came():
    assert "`inputs = (Input('x', ('n',), domain='positive'),)`" in told(FaultKind.NAN_OUTPUT, "x", entry="y[0]")


@pytest.mark.parametrize("names", [("x",), ("x", "y"), ("x", "y", "z")])
@pytest.mark.parametrize("kind", [FaultKind.SHAPE, FaultKind.NAN_OUTPUT])
def test_the_line_is_python(names, kind):
    from gradcheck import Input

    line = told(kind, *names).split("`")[1]
    space = {"Input": Input}
    exec(line, space)  # noqa: S102
    declared = space["inputs"]
    assert [*declared] == [*names] if kind is FaultKind.SHAPE else [one.name for one in declared] == [*names]


def test_nothing_where_nothing_was_assumed():
    assert assumption(Fault.of(FaultKind.SHAPE, "bprop")) == ""


def test_arguments_that_do_not_fit_come_first():
    fault = Fault.of(FaultKind.RAISED, "bprop", assumed=("x",), exception="TypeError", text="no", misfit="write it so")
    assert assumption(fault) == "write it so"
