"""Points written out, there and back; and what is no point of a layer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradcheck.errors import UsageError
from gradcheck.inputs.given import given, inside, sizes_of, written
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.input import Input

X = Input("x", ("n",))
MATRIX = Input("W", ("n", "m"))
LABELS = Input("t", ("batch",), "labels", classes="classes")
DTYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16}


def point(values, *inputs, dtype="float64"):
    return given(inputs or (X,), Case("layer", GIVEN, dtype=dtype, values=values))


@for_all(st.data(), st.sampled_from(sorted(DTYPES)))
def test_what_is_written_is_read_bit_for_bit(data, name):
    shape = data.draw(array_shapes(min_dims=0, max_dims=3, max_side=3))
    array = data.draw(arrays(DTYPES[name], shape, elements={"allow_nan": False, "allow_infinity": False}))
    one = Input("x", tuple("abc"[: array.ndim]))
    (back,) = point(written((one,), (array,)), one, dtype=name)
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()


def test_bfloat16_is_written_and_read():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    array = np.array([0.1, -3.0, 1e-30, 3e38], ml_dtypes.bfloat16)
    (back,) = point(written((X,), (array,)), dtype="bfloat16")
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.array([0.0, -0.0, 2.5, 1e3, 1e-5]), "x=[0,-0.0,2.5,1e3,1e-5]"),
        (np.array([0.1, 1 / 3], np.float32), "x=[0.1,0.33333334]"),
        (np.array(7.0), "x=7"),
        (np.array([2, 0]), "x=[2,0]"),
        (np.zeros((2, 0)), "x=[[],[]]"),
    ],
)
def test_numbers_are_as_short_as_their_dtype_allows(array, text):
    assert written((Input("x", ("n",) * array.ndim),), (array,)) == text


def test_several_inputs_and_labels():
    inputs = (Input("x", ("batch", "classes")), LABELS)
    x, t = point("t=[1,0],x=[[1,2],[3,4.5]]", *inputs)
    assert x.tolist() == [[1, 2], [3, 4.5]]
    assert (t.tolist(), t.dtype) == ([1, 0], np.int64)
    assert sizes_of(inputs, (x, t)) == (("batch", 2), ("classes", 2))


def test_classes_that_no_axis_shows_are_the_usual_number():
    (t,) = point("t=[4]", LABELS)
    assert sizes_of((LABELS,), (t,)) == (("batch", 1), ("classes", 5))


@pytest.mark.parametrize(
    ("shapes", "inputs", "sizes"),
    [
        (((2,), (8,)), (Input("c", ("h",)), Input("z", ("4*h",))), (("h", 2),)),
        (((8,),), (Input("z", ("4*h",)),), (("h", 2),)),
        (((8,), (2,)), (Input("z", ("4*h",)), Input("c", ("h",))), (("h", 2),)),
        (((6, 2),), (Input("z", ("h*w", "w")),), (("w", 2), ("h", 3))),
        (((0,), (0,)), (Input("z", ("h*w",)), Input("c", ("h",))), (("h", 0), ("w", 1))),
    ],
)
def test_a_product_is_told_by_its_names(shapes, inputs, sizes):
    assert sizes_of(inputs, [np.zeros(shape) for shape in shapes]) == sizes


def test_a_product_of_another_length_is_refused():
    with pytest.raises(UsageError, match=r"the values of a point must agree on 4\*h: 8 or 9"):
        sizes_of((Input("c", ("h",)), Input("z", ("4*h",))), [np.zeros(2), np.zeros(9)])


def test_an_empty_axis_hides_those_behind_it():
    assert point("x=[]", Input("x", ("n", 3)))[0].shape == (0, 3)


@pytest.mark.parametrize(
    ("values", "inputs", "sentence"),
    [
        ("y=[1]", (X,), "a point must give values for x, not 'y'"),
        ("xx=[1]", (X,), "did you mean 'x'?"),
        ("x=[1]", (X, MATRIX), "must give values for input 'W' once, not 0 times"),
        ("x=[1],x=[2]", (X,), "must give values for input 'x' once, not 2 times"),
        ("x=[1,", (X,), "must be a number or nested lists of them"),
        ("x=[a]", (X,), "must be a number or nested lists of them, not '[a]'"),
        ("x=[[1],[2,3]]", (MATRIX,), "not 'x'"),
        ("W=[[1],[2,3]]", (MATRIX,), "must be a number or nested lists of them"),
        ("x={}", (X,), "must be a number or nested lists of them"),
        (f"x={'[' * 5000}", (X,), "must be a number or nested lists of them"),
        (f"x=[{'9' * 400}]", (X,), "must be a number or nested lists of them"),
        ("x=[NaN]", (X,), "must be finite numbers of float64"),
        ("x=[1e999]", (X,), "must be finite numbers of float64"),
        ("x=[null]", (X,), "must be finite numbers of float64"),
        ("x=1", (X,), "must have the shape ('n',), not ()"),
        ("x=[[1]]", (X,), "must have the shape ('n',), not (1, 1)"),
        ("x=[1,2]", (Input("x", (3,)),), "must have the shape (3,), not (2,)"),
        ("t=[-1]", (LABELS,), "must lie in the domain labels"),
        ("t=[0.5]", (LABELS,), "must lie in the domain labels"),
        ("t=[1e300]", (LABELS,), "must lie in the domain labels"),
        ("t=[2]", (Input("t", (1,), "labels", classes=2),), "the labels of input 't' must be below 2"),
        ("x=[[1,2]],t=[2]", (Input("x", ("batch", "classes")), LABELS), "the labels of input 't' must be below 2"),
        ("x=[1],W=[[1],[2]]", (X, MATRIX), "the values of a point must agree on n: 1 or 2"),
    ],
)
def test_what_is_no_point_is_refused(values, inputs, sentence):
    with pytest.raises(UsageError) as refused:
        point(values, *inputs)
    assert sentence in str(refused.value)


def test_a_number_that_its_dtype_cannot_hold_is_refused():
    assert point("x=[1e5]")[0] == 1e5
    with pytest.raises(UsageError, match="must be finite numbers of float16"):
        point("x=[1e5]", dtype="float16")


INSIDE = {
    "real": ([0.0, -1e300], []),
    "positive": ([1e-300, 5.0], [0.0, -1.0]),
    "nonnegative": ([0.0, 2.0], [-1e-300]),
    "unit": ([0.5, 1e-9], [0.0, 1.0]),
    "nonzero": ([-1.0, 1e-300], [0.0]),
    (-1.0, 2.0): ([0.0, 1.999], [-1.0, 2.0]),
}


@pytest.mark.parametrize(
    ("domain", "value", "fits"),
    [
        (domain, v, fits)
        for domain, sides in INSIDE.items()
        for fits, vs in zip((True, False), sides, strict=True)
        for v in vs
    ],
)
def test_domains(domain, value, fits):
    one = Input("x", ("n",), domain)
    assert inside(one, np.array([value])) is fits
    assert inside(one, np.array(value)) is fits


@pytest.mark.parametrize(
    ("rows", "dtype", "fits"),
    [
        ([[0.25, 0.75], [0.5, 0.5]], "float64", True),
        ([[0.1, 0.2, 0.7]], "float64", True),
        ([[0.1, 0.2, 0.7]], "float16", True),
        ([[1.0]], "float64", True),
        ([[0.25, 0.75], [0.5, 0.6]], "float64", False),
        ([[0.0, 1.0]], "float64", False),
        ([[-0.5, 1.5]], "float64", False),
    ],
)
def test_rows_of_a_simplex_sum_to_one_up_to_rounding(rows, dtype, fits):
    assert inside(Input("p", ("batch", "n"), "simplex"), np.array(rows, dtype)) is fits
