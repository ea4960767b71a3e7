"""A search finds what is wrong in one corner only, and blames nothing that is right."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest

from gradcheck import Input, Verdict, load
from gradcheck.adapters.contract import subject_of
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from gradcheck.run.search.hunt import FOUND
from gradcheck.run.search.search import search
from tests.run.search.planted import ClippedSoftmax, Product, Swish

UNIT = (Input("x", ("n",), "unit"),)


class Holder(Swish):
    """Holds its threshold in an attribute."""

    def __init__(self):
        super().__init__(lambda x: x == self.edge)
        self.edge = 41.375


def closed_over(edge):
    return Swish(lambda x: x == edge)


WRONG = {
    "literal": Swish(lambda x: x == 37.25),
    "computed literal": Swish(lambda x: np.abs(x) == 1234 / 10),
    "attribute": Holder(),
    "closure": closed_over(-17.125),
    "beyond": Swish(lambda x: np.abs(x) > 123.4),
    "between": Swish(lambda x: np.abs(x - 37.25) < 1e-9),
    "a tie of large ones": Swish(lambda x: x.size > 1 and x[0] == x[1] and x[1] > 3),
    "sum": Swish(lambda x: x.sum() > 50),
    "long": Swish(lambda x: x.size > 10),
    "probability": Swish(lambda x: x == 0.3125, inputs=UNIT),
    "two inputs": Product(lambda x, y: (x == 6.5) & (y > 3)),
    "equal inputs": Product(lambda x, y: x == y),
}


def found(layer, *, points=30, seconds=60.0, **options):
    return search(subject_of(layer), Plan(**options), seconds=seconds, points=points)


POINTS = {"a tie of large ones": 150, "long": 150}


@cache
def searched_in(name):
    return found(WRONG[name], points=POINTS.get(name, 40))


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_one_corner_is_found(name):
    searched = searched_in(name)
    assert [(f.check, f.verdict, f.notes[-1]) for f in searched.findings] == [("bprop", Verdict.FAIL, FOUND)]
    assert len(searched.findings[0].case.id) < 100


def test_a_softmax_that_forgets_that_it_clips_is_found():
    searched = found(ClippedSoftmax(), points=60, sizes=((("n", 2),),))
    assert [(f.check, f.verdict) for f in searched.findings] == [("bprop", Verdict.FAIL)]


@pytest.mark.parametrize("name", ["literal", "sum", "two inputs"])
def test_what_is_found_fails_again_when_it_is_replayed(name):
    subject = subject_of(WRONG[name])
    (finding,) = searched_in(name).findings
    again = examine(subject, Plan(replay=(finding.case,)))
    assert (finding.check, finding.input) in {(f.check, f.input) for f in again.failures}


@pytest.mark.parametrize("layer", [Swish(), Product(), Swish(inputs=UNIT), *load("softmax"), *load("relu")])
def test_a_right_layer_is_not_blamed(layer):
    searched = found(layer, points=15)
    assert (searched.findings, searched.points) == ((), 15)


def test_the_time_is_kept():
    start = time.perf_counter()
    searched = found(Swish(), points=np.inf, seconds=0.3)
    assert 0.2 < time.perf_counter() - start < 1.3
    assert searched.points > 3


def test_without_time_nothing_is_tried():
    assert found(WRONG["literal"], seconds=-1.0).points == 0


def test_sizes_and_dtypes_of_the_plan_hold():
    searched = found(WRONG["sum"], sizes=((("n", 3),),), dtypes=("float32",))
    (finding,) = searched.findings
    assert (finding.case.sizes, finding.case.dtype) == ((("n", 3),), "float32")
    assert found(WRONG["long"], sizes=((("n", 3),),)).findings == ()


def test_what_has_failed_already_is_not_looked_for():
    (finding,) = found(WRONG["literal"]).findings
    subject = subject_of(WRONG["literal"])
    assert search(subject, Plan(), seconds=60, points=30, known=(finding,)).findings == ()


def test_a_layer_without_entries_ends():
    assert found(Swish(inputs=(Input("x", (0,)),)), points=5).findings == ()
