"""Points: inside the domain in the case's dtype, decided by the case alone."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.points import make_point, ordinary_arrays, written_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input

SHAPES = ((), (1,), (5,), (3, 4), (2, 1), (0,), (2, 3, 4), (0, 3))
X = Input("x", ("batch", "n"))
W = Input("W", ("n", "m"))
B = Input("b", ("m",))
QUICK = settings(derandomize=True, deadline=None, max_examples=60, database=None)


def test_every_strategy_draws_inside_every_domain(domain, drawn, inside):
    for strategy, shape, dtype in itertools.product(STRATEGIES, SHAPES, ("float64", "float32", "float16")):
        found = drawn(strategy, shape, domain, dtype=dtype, critical=(0.0, 6.0))
        if found is not None:
            assert found.shape == shape, strategy
            assert found.dtype == (np.int64 if domain == "labels" else dtype), strategy
            assert inside(found, domain), (strategy, shape, dtype)


@QUICK
@given(
    strategy=st.sampled_from(list(STRATEGIES)),
    exponent=st.integers(-320, 308),
    seed=st.integers(0, 2**40),
    dtype=st.sampled_from(["float64", "float16"]),
)
def test_no_scale_leads_out_of_a_domain(domain, drawn, inside, strategy, exponent, seed, dtype):
    found = drawn(strategy, (2, 3), domain, scale=float(f"1e{exponent}"), seed=seed, dtype=dtype, critical=(1.0,))
    assert found is None or inside(found, domain)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_case_makes_the_same_point(strategy):
    case = Case("linear", strategy, sizes=(("n", 2),), seed=3)
    once, again = (make_point((X, W, B), (0.0,), case) for _ in range(2))
    if strategy == "boundary":
        assert once is again is None
    else:
        assert [a.tobytes() for a in once.arrays] == [a.tobytes() for a in again.arrays]
        assert once.case is case


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in ("zeros", "boundary")])
def test_another_case_makes_another_point(strategy):
    case = Case("linear", strategy, seed=3)
    for change in ({"seed": 4}, {"layer": "other"}, {"sizes": (("n", 5), ("m", 4))}):
        one, other = (make_point((X, W, B), (0.0, 1.0), which) for which in (case, replace(case, **change)))
        pairs = zip(one.arrays, other.arrays, strict=True)
        assert any(a.tobytes() != b.tobytes() for a, b in pairs), change


def test_a_reported_case_makes_the_same_point_ever_after():
    case = Case("softmax", "normal", seed=1, sizes=(("n", 3),))
    assert make_point((Input("x", ("n",)),), (), case).arrays[0].tolist() == [0.876251, 0.51187, -1.19686]


def test_zeros_are_zeros_whatever_the_seed():
    one, other = (make_point((X,), (), Case("linear", "zeros", seed=seed)) for seed in (3, 4))
    assert (one.arrays[0] == other.arrays[0]).all()


def test_sizes_fill_the_shapes_and_missing_ones_have_defaults():
    point = make_point((X, W, B), (), Case("linear", "normal", sizes=(("batch", 2), ("n", 7))))
    assert [a.shape for a in point.arrays] == [(2, 7), (7, 4), (4,)]


def test_an_input_that_a_strategy_has_no_word_for_gets_ordinary_values():
    point = make_point((Input("x", (4,)), Input("p", (4,), "positive")), (), Case("layer", "zeros"))
    assert not point.arrays[0].any()
    assert (point.arrays[1] > 0).all()


def test_a_strategy_without_a_word_for_any_differentiable_input_is_skipped():
    p = Input("p", (4,), "positive")
    target = Input("t", (4,), differentiable=False)
    assert make_point((p, target), (), Case("layer", "zeros")) is None
    assert make_point((p, replace(target, differentiable=True)), (), Case("layer", "zeros")) is not None


def test_targets_take_part_like_any_other_input():
    inputs = (Input("x", (4,)), Input("t", (4,), differentiable=False))
    x, t = make_point(inputs, (), Case("layer", "equal")).arrays
    assert (x == t).all()
    x, t = make_point(inputs, (), Case("layer", "normal")).arrays
    assert (x != t).all()


def test_random_labels_are_spread_over_all_classes():
    labels = Input("y", (400,), "labels", classes="classes")
    for strategy in ("normal", "huge", "tiny"):
        counts = np.bincount(make_point((X, labels), (), Case("layer", strategy)).arrays[1])
        assert len(counts) == 5
        assert counts.min() > 50


def test_ordinary_values_can_be_typed_again():
    for strategy in ("normal", "uniform", "mixed", "huge", "spike", "saturated"):
        for scale in (1e-3, 1.0, 1e3):
            (array,) = make_point((X,), (), Case("layer", strategy, scale)).arrays
            assert all(float(f"{entry:.6g}") == entry for entry in array.flat)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (Case("layer", "tie"), "unknown strategy 'tie'; did you mean 'ties'?"),
        (
            Case("layer", "normal", dtype="float46"),
            "`dtype` must be one of float64, float32, float16, bfloat16, not 'float46'; did",
        ),
        (Case("layer", "normal", sizes=(("k", 0),)), "`classes` of input 'y' must be at least 1, not 0"),
    ],
    ids=["strategy", "dtype", "classes"],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(case, message):
    inputs = (X, Input("y", (3,), "labels", classes="k"))
    with pytest.raises(UsageError) as refusal:
        make_point(inputs, (), case)
    assert str(refusal.value).startswith(message)


def test_no_warning_escapes_where_scales_leave_float64(drawn):
    with np.errstate(all="raise"):
        assert np.isfinite(drawn("huge", scale=1e305)).all()
        assert np.isfinite(drawn("tiny", scale=1e-300)).all()


def test_ordinary_arrays_are_those_of_another_seed_or_other_sizes():
    inputs, case = (Input("x", ("n",)),), Case("mine", "ties", 1e3, (("n", 3),))
    (own,) = ordinary_arrays(inputs, (), case)
    (again,) = ordinary_arrays(inputs, (), replace(case, strategy="zeros"))
    (other,) = ordinary_arrays(inputs, (), case, seed=1)
    (longer,) = ordinary_arrays(inputs, (), case, sizes=(("n", 4),))
    assert np.array_equal(own, again)
    assert not np.array_equal(own, other)
    assert (own.shape, other.shape, longer.shape) == ((3,), (3,), (4,))
    assert ordinary_arrays((), (), case) == ()


@pytest.mark.parametrize("sizes", [(("n", 2**64),), (("batch", 2**40), ("n", 2**40))])
def test_a_point_that_nothing_holds_is_refused_where_somebody_wrote_it(sizes):
    with pytest.raises(UsageError, match=r"no point can be made of 'one\[normal,scale=1,"):
        written_point((X,), (), Case("one", "normal", sizes=sizes))
    assert written_point((X,), (), Case("one", "normal", sizes=(("n", 3),))) is not None


def test_a_name_that_is_no_text_of_utf8_draws_as_any_other():
    point = make_point((Input("x", ("n",)),), (), Case("\udcff", "normal", sizes=(("n", 3),)))
    assert point is not None
    assert point.arrays[0].shape == (3,)
