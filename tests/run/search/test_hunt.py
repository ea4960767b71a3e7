"""A hunt: what counts as found, and when it ends."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gradcheck import Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan
from gradcheck.run.search.hunt import FOUND, SEARCHED, Hunt, Over, checks_of
from tests.run.search.planted import Product, Swish

FIVE = ({"n": 5},)


def hunt(layer, **options):
    return Hunt(subject_of(layer), SEARCHED, time.perf_counter() + 60, sizes=FIVE, **options)


def at(values):
    return Case("planted", "given", values=values)


def test_a_failure_is_met_and_kept_with_a_note():
    sought = hunt(Swish(lambda x: x > 3))
    assert sought.attempt(at("x=[1,2]"))[0] is False
    assert sought.attempt(at("x=[1,4]"))[0] is True
    assert sought.found == {}
    sought.settle()
    finding = sought.found["bprop", "x"]
    assert (finding.verdict, finding.case.id, finding.notes) == (Verdict.FAIL, "planted[x=[1,4],f64]", (FOUND,))


def test_the_simplest_of_several_is_kept():
    sought = hunt(Swish(lambda x: x > 3))
    for values in ("x=[1,4]", "x=[4]", "x=[4.125]"):
        sought.attempt(at(values))
    sought.settle()
    assert sought.found["bprop", "x"].case.values == "x=[4]"


def test_a_right_layer_leaves_nothing_to_settle():
    sought = hunt(Swish())
    sought.attempt(at("x=[1,4]"))
    sought.settle()
    assert sought.found == {}


def test_the_error_is_told_relative_to_its_limit():
    right, wrong = hunt(Swish()).attempt(at("x=[1,4]"))[1], hunt(Swish(lambda x: x > 3)).attempt(at("x=[1,4]"))[1]
    assert right < 0 < wrong


def test_what_is_known_is_not_looked_for():
    sought = hunt(Swish(lambda x: x > 3), known={("bprop", "x")})
    assert sought.attempt(at("x=[4]"))[0] is False


def test_other_failures_at_the_point_are_kept_too():
    layer = Swish(lambda x: x > 3)
    layer.jacobian = lambda x: np.zeros((x.size, x.size))
    sought = hunt(layer)
    sought.attempt(at("x=[4]"))
    sought.settle()
    assert set(sought.found) == {("jacobian", "x"), ("bprop", "x")}


def test_once_one_kind_has_failed_others_do_not_count():
    sought = hunt(Product(lambda x, y: x > 3))
    sought.attempt(at("x=[4],y=[1]"))
    sought.subject.layer.bprop = lambda v, x, y: (v * y, v)
    assert sought.attempt(at("x=[1],y=[2]"))[0] is False


def test_what_a_layer_refuses_counts_at_its_usual_sizes_alone():
    layer = Swish()
    layer.bprop = lambda v, x: np.ones(7)
    sought = hunt(layer)
    assert sought.attempt(at("x=[1,2]"))[0] is False
    assert sought.attempt(at("x=[1,2,3,4,5]"))[0] is True


def test_a_failure_that_does_not_come_again_is_dropped():
    layer = Swish(lambda x: x > 3)
    sought = hunt(layer)
    assert sought.attempt(at("x=[4]"))[0] is True
    layer.slips = lambda x: False
    sought.settle()
    assert sought.found == {}


def test_it_is_over_after_so_many_points_and_a_known_point_costs_none():
    sought = hunt(Swish(), points=2)
    for values in ("x=[1]", "x=[1]", "x=[2]", "x=[2]"):
        sought.attempt(at(values))
    assert (sought.tried, sought.over) == (2, True)
    with pytest.raises(Over):
        sought.attempt(at("x=[3]"))


def test_it_is_over_when_time_is():
    sought = Hunt(subject_of(Swish()), SEARCHED, time.perf_counter() - 1)
    assert sought.over
    with pytest.raises(Over):
        sought.attempt(at("x=[1]"))


def test_after_a_failure_there_is_a_moment_for_simpler_ones():
    sought = hunt(Swish(lambda x: x > 3))
    sought.attempt(at("x=[4.5]"))
    sought.until = time.perf_counter()
    sought.attempt(at("x=[4]"))
    sought.until -= 60
    with pytest.raises(Over):
        sought.attempt(at("x=[5]"))


def test_it_is_over_when_all_derivatives_have_failed():
    sought = hunt(Swish(lambda x: x > 3))
    sought.attempt(at("x=[4]"))
    assert not sought.over
    sought.settle()
    assert sought.over


def test_an_error_of_the_layer_is_no_failure():
    def raising(x):
        raise ZeroDivisionError

    sought = hunt(Swish())
    sought.subject.layer.forward = raising
    assert sought.attempt(at("x=[1,2,3,4,5]")) == (False, -np.inf)


@pytest.mark.parametrize(
    ("asked", "checks"), [((), SEARCHED), (("bprop", "laws"), ("bprop",)), (("laws", "batch"), ("laws", "batch"))]
)
def test_the_checks_are_those_that_depend_on_the_point(asked, checks):
    assert checks_of(Plan(checks=asked)) == checks
