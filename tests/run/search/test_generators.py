"""What Hypothesis draws fits the layer, whatever its inputs are."""

from __future__ import annotations

import re
from random import Random

import hypothesis
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase

from gradcheck import Input
from gradcheck.adapters.contract import subject_of
from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.run.search.generators import LENGTHS, MOST_ENTRIES, anything, beside, cases, constants
from gradcheck.run.search.numbers import Menu, menu
from tests.run.search.planted import VECTOR, Swish

MANY = menu(tuple(k + 0.25 for k in range(1, 30)))
INPUTS = (
    Input("x", ("batch", "n")),
    Input("p", ("n",), "simplex"),
    Input("t", ("batch",), "labels", classes="n"),
    Input("s", (), (0.0, 2.0)),
    Input("empty", (0, 3)),
    Input("long", (9, 9)),
)


def drawn(theme, given, inputs=VECTOR, *, vary=True, count=40):
    """So many points of a layer with these inputs."""
    subject = subject_of(Swish(inputs=inputs))
    start = Case("planted", "normal", sizes=(("n", 5), ("batch", 3))[: 1 if len(inputs) == 1 else 2])
    settings = hypothesis.settings(
        max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    met = []

    def meet(case):
        met.append(case)
        return False

    rng = Random(1)  # noqa: S311 - no secret
    with pytest.raises(hypothesis.errors.NoSuchExample):
        hypothesis.find(cases(subject, start, theme, given, vary=vary), meet, settings=settings, random=rng)
    return [make_point(inputs, (), case) for case in met]


@pytest.mark.parametrize("theme", [constants, beside, anything])
def test_points_fit_inputs_of_every_kind(theme):
    points = drawn(theme, MANY, INPUTS)
    assert len(points) >= 40
    for point in points:
        assert point.arrays[2].max(initial=0) < point.arrays[1].size
        assert point.arrays[5].shape == (9, 9)


def test_the_same_seed_draws_the_same():
    assert [p.case for p in drawn(anything, MANY)] == [p.case for p in drawn(anything, MANY)]


def test_lengths_vary_if_they_may():
    lengths = {point.arrays[0].size for point in drawn(anything, Menu(), count=100)}
    assert {5} < lengths <= {5, *LENGTHS}
    assert {point.arrays[0].size for point in drawn(anything, Menu(), vary=False)} == {5}


def test_points_at_other_lengths_stay_small():
    for point in drawn(anything, Menu(), INPUTS[:4], count=60):
        usual = dict(point.case.sizes) == {"batch": 3, "n": 5}
        assert usual or sum(array.size for array in point.arrays) <= MOST_ENTRIES


def test_the_number_of_classes_stays_where_no_length_shows_it():
    inputs = (*VECTOR, Input("t", (9,), "labels", classes="batch"))
    labels = [point.arrays[1] for point in drawn(anything, Menu(), inputs, count=60)]
    assert max(map(np.max, labels)) == 2


def test_constants_are_drawn_and_only_they():
    values = np.concatenate([point.arrays[0] for point in drawn(constants, Menu((37.25, -37.25)), count=60)])
    assert {37.25, -37.25} <= set(values)
    text = " ".join(point.case.values for point in drawn(anything, Menu(), count=60))
    assert not re.search(r"\b37\.25\b", text)


def test_themes_without_constants_have_nothing_to_draw():
    assert constants(Menu()) == beside(Menu()) == []
    assert anything(Menu())


def test_entries_come_in_order_too():
    steps = [np.diff(point.arrays[0]) for point in drawn(anything, Menu(), vary=False, count=100)]
    assert any((d >= 0).all() and np.count_nonzero(d) > 2 for d in steps)
    assert any((d <= 0).all() and np.count_nonzero(d) > 2 for d in steps)
    assert any((d < 0).any() and (d > 0).any() for d in steps)


def test_ties_zeros_and_large_numbers_come_up():
    arrays = [point.arrays[0] for point in drawn(anything, Menu(), count=120)]
    assert any(len(set(a)) == 1 for a in arrays if a.size > 2)
    assert any(1 < len(set(a)) < a.size for a in arrays)
    assert any(np.abs(a).max() > 1e4 for a in arrays)
    assert any(0 < np.abs(a[a != 0]).min(initial=1) < 1e-3 for a in arrays)
