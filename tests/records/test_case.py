from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.records.case import Case, Point
from gradcheck.records.estimate import Estimate
from gradcheck.records.input import DOMAINS, Input, size_of

CASE = Case("softmax", "ties", 1e3, (("n", 5),))


@pytest.mark.parametrize(
    ("facts", "usual"),
    [
        ({}, True),
        ({"sizes": (("n", 5), ("batch", 3), ("k", 4))}, True),
        ({"sizes": (("n", 4),)}, False),
        ({"scale": 2.0}, False),
        ({"dtype": "float32"}, False),
        ({"seed": 1}, False),
        ({"budget": "quick"}, False),
        ({"values": "x=[0]"}, False),
    ],
)
def test_a_usual_case_is_one_of_a_run_without_options(facts, usual):
    assert Case("softmax", "ties", **facts).usual is usual


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"shape": "batch n"}, r"^`shape` of input 'x' must be a tuple such as \('batch', 'n'\), not 'batch n'$"),
        ({"shape": ""}, r"^`shape` of input 'x' must be a tuple such as \(\), not ''$"),
        ({"shape": 5}, r"^`shape` of input 'x' must be a tuple such as \('batch', 'n'\), not 5$"),
        ({"shape": ("n+1",)}, r"^`shape` of input 'x' must hold lengths >= 0 and size names, not 'n\+1'$"),
        ({"shape": (True,)}, r"^`shape` of input 'x' must hold lengths >= 0 and size names, not True$"),
        ({"shape": ("4*",)}, r"^`shape` of input 'x' must hold lengths >= 0 and size names, not '4\*'$"),
        ({"shape": (-1,)}, r"^`shape` of input 'x' must hold lengths >= 0 and size names, not -1$"),
        ({"shape": (2.5,)}, r"^`shape` of input 'x' must hold .*, not 2\.5$"),
        ({"domain": "reals"}, r"^`domain` of input 'x' must be one of real, .* or an interval, not 'reals'$"),
        ({"domain": (1.0, 1.0)}, r"^`domain` of input 'x' must be \(low, high\) with low < high, not \(1\.0, 1\.0\)$"),
        ({"domain": (2.0, 1.0)}, r"low < high"),
        ({"domain": (0.0, math.nan)}, r"low < high"),
        ({"domain": (0.0, 1.0, 2.0)}, r"low < high"),
        ({"domain": "labels"}, r"^`classes` of input 'x' must say how many labels there are$"),
    ],
)
def test_facts_that_make_no_sense_are_refused(facts, message):
    with pytest.raises(ValueError, match=message):
        Input(**{"name": "x", "shape": ("n",), **facts})


def test_a_name_alone_is_one_axis_and_a_product_one_length():
    assert Input("x", "batch") == Input("x", ("batch",))
    cell = Input("z", (np.int64(3), "2*h*w", "classes"))
    assert cell.shape == (3, "2*h*w", "classes")
    assert cell.size_names == ("h", "w", "classes")
    assert cell.filled({"h": 2, "w": 5}) == (3, 20, 5)


@pytest.mark.parametrize("domain", [d for d in DOMAINS if d != "labels"] + [(0.0, 1.0), (-math.inf, 0.0)])
def test_other_facts_are_taken(domain):
    assert Input("x", (0, 3, "n"), domain).domain == domain


def test_a_shape_may_be_a_list():
    assert Input("x", ["batch", 2]).shape == ("batch", 2)


def test_labels_are_never_differentiated():
    assert not Input("t", ("n",), "labels", classes=3).differentiable
    assert Input("x", ("n",)).differentiable


@pytest.mark.parametrize(
    ("domain", "limits"),
    [
        ("real", (-math.inf, math.inf)),
        ("nonzero", (-math.inf, math.inf)),
        ("positive", (0, math.inf)),
        ("nonnegative", (0, math.inf)),
        ("unit", (0, 1)),
        ("simplex", (0, math.inf)),
        ((-1, 2), (-1, 2)),
    ],
)
def test_the_ends_of_a_domain(domain, limits):
    assert Input("x", (), domain).limits == limits


def test_size_names_are_filled_in():
    one = Input("x", ("batch", 7, "n", "width"))
    assert one.filled({"n": 64}) == (3, 7, 64, 4)
    assert size_of("n", {}) == 5
    assert size_of("unheard of", {}) == 4


def test_how_many_labels_there_are():
    assert Input("t", ("n",), "labels", classes="classes").label_count({"classes": 9}) == 9
    assert Input("t", ("n",), "labels", classes=3).label_count({"classes": 9}) == 3
    assert Input("x", ("n",)).label_count({}) == 0


@pytest.mark.parametrize(
    ("case", "id_", "options"),
    [
        (CASE, "softmax[ties,scale=1e3,n=5,f64]", "--inputs ties --scale 1e3 --size n=5 --seed 0"),
        (Case("tanh", "normal"), "tanh[normal,scale=1,f64]", "--inputs normal --scale 1 --seed 0"),
        (
            Case("mlp", "spike", 0.01, (("hidden", 6), ("n", 2)), "float32", 7),
            "mlp[spike,scale=0.01,hidden=6,n=2,f32,seed=7]",
            "--inputs spike --scale 0.01 --size hidden=6 --size n=2 --dtype float32 --seed 7",
        ),
        (
            Case("tanh", "normal", seed=3, budget="full"),
            "tanh[normal,scale=1,f64,seed=3,full]",
            "--inputs normal --scale 1 --seed 3 --budget full",
        ),
    ],
)
def test_a_case_has_a_name_and_options_that_make_it_again(case, id_, options):
    assert case.id == id_
    assert case.options == options


def test_cases_that_differ_have_different_names():
    cases = [
        CASE,
        *(dataclasses.replace(CASE, **{k: v}) for k, v in {"scale": 1.0, "seed": 1, "budget": "full"}.items()),
    ]
    assert len({case.id for case in cases}) == len(cases)


RECORDS = (Input("x", ()), CASE, Point(CASE, ()))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_are_frozen(record):
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.name = "other"


MATRICES = st.lists(st.floats(-10, 10), min_size=6, max_size=6).map(lambda v: np.array(v).reshape(2, 3))


@given(MATRICES, MATRICES, st.lists(st.floats(-10, 10), min_size=2, max_size=2))
def test_a_product_with_a_cotangent_keeps_its_bounds(value, error, v):
    v, size = np.array(v), np.abs(error)
    whole = Estimate(value, size, size / 2, size + 1, size + 2, size + 3)
    product = whole.contracted(v)
    assert product.value == pytest.approx(v @ value)
    assert (np.abs(v @ (value + error) - product.value) <= product.floor + 1e-12).all()
    assert product.gap == pytest.approx(np.abs(v) @ (size / 2))
    assert product.reach.shape == (3,)


def test_a_bound_does_not_cancel_with_the_signs_of_a_cotangent():
    one = np.ones((2, 1))
    product = Estimate(one, one, one, one, one, one).contracted(np.array([1.0, -1.0]))
    assert (product.value.tolist(), product.floor.tolist()) == ([0], [2])


def test_a_part_of_an_estimate():
    arrays = [np.arange(6.0).reshape(2, 3) + k for k in range(6)]
    part = Estimate(*arrays).part(np.s_[:, 1:])
    assert [a.tolist() for a in (part.value, part.reach)] == [arrays[0][:, 1:].tolist(), arrays[4][:, 1:].tolist()]


def test_the_arguments_of_a_case_name_its_dtype_and_only_the_sizes_that_it_has():
    assert Case("relu", "spike", dtype="float32", seed=7).arguments == (
        "inputs=['spike'], scales=[1], dtype='float32', seed=7"
    )
    assert Case("relu", "spike", budget="quick").arguments == "inputs=['spike'], scales=[1], seed=0, budget='quick'"
