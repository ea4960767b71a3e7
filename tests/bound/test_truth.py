"""The truth of the generator, against a differentiation that shares nothing with it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bound.families import FAMILIES
from tests.bound.layer import SCALARS
from tests.bound.measure import point
from tests.bound.ops import OPS
from tests.bound.tree import INPUT, NUMBER, Node, apply, x
from tests.bound.truth import NoTruthError, context, truth

mpmath = pytest.importorskip("mpmath")
FOR_WORK = 11  # a seed below 1000


def value(m, tree, point):
    """The value alone, by a walk of its own."""
    if tree.op == INPUT:
        return point[int(tree.numbers[0])]
    if tree.op == NUMBER:
        return m.mpf(tree.numbers[0])
    return OPS[tree.op].value(m, *tree.numbers, *(value(m, part, point) for part in tree.parts))


def differences(tree, point, place):
    """A central difference, with a step far below every distance that families draw, to 700 digits."""
    m = context(700)
    numbers = [m.mpf(float(p)) for p in point]
    h = m.mpf(10) ** -330

    def at(k):
        return value(m, tree, [n + k * h if j == place else n for j, n in enumerate(numbers)])

    return (at(1) - at(-1)) / (2 * h)


@pytest.mark.parametrize("family", FAMILIES)
def test_dual_numbers_agree_with_differences_to_many_digits(family):
    for index in range(5):
        sketch = point(family, FOR_WORK, index).sketch
        places = sketch.point if sketch.form == SCALARS else sketch.point[:1]
        for tree in sketch.trees:
            for place, slope in enumerate(truth(tree, places).gradient):
                other = differences(tree, places, place)
                assert abs(slope - other) <= 1e-25 * abs(other), str(sketch)


def test_a_slope_that_is_off_in_its_tenth_digit_is_seen(monkeypatch):
    tree, at = apply("sin", x() * x()), (0.7,)
    other = differences(tree, at, 0)
    assert abs(truth(tree, at).gradient[0] - other) <= 1e-25 * abs(other)
    wrong = OPS["sin"].__class__(OPS["sin"].value, lambda m, a: (m.cos(a) * (1 + m.mpf(1e-10)),))
    monkeypatch.setitem(OPS, "sin", wrong)
    assert abs(truth(tree, at).gradient[0] - other) > 1e-25 * abs(other)


def test_digits_are_added_until_they_suffice():
    softplus = apply("log", 1 + apply("exp", x()))
    assert float(truth(softplus, (-400.0,)).gradient[0]) == pytest.approx(np.exp(-400.0), rel=1e-12)


@pytest.mark.parametrize("tree", [apply("log", x()), 1 / x(), apply("sqrt", x() - 1)])
def test_there_is_no_truth_where_there_is_no_finite_real_number(tree):
    with pytest.raises(NoTruthError):
        truth(tree, (0.0,))
    truth(tree, (2.5,))


def test_a_cast_leaves_open_what_its_rounding_moves():
    product = apply("float16", x()) * apply("sin", x())
    found = truth(product, (3.0,))
    assert float(found.gradient[0]) == pytest.approx(np.sin(3.0) + 3.0 * np.cos(3.0))
    assert found.slack[0] == pytest.approx(2.0**-11 * 3 * abs(np.cos(3.0)))
    assert truth(x() * apply("sin", x()), (3.0,)).slack == (0.0,)


def test_the_precision_of_mpmath_itself_is_left_as_it_was():
    before = mpmath.mp.dps
    truth(apply("exp", x()), (1.0,))
    assert mpmath.mp.dps == before


def test_a_node_prints_as_the_formula_that_it_is():
    assert str((x() + 1) * apply("power", x(1), numbers=(2.0,)) - Node(NUMBER, (), (3.0,))) == (
        "(((x0 + 1.0) * power(x1, 2.0)) - 3.0)"
    )
