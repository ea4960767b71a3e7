"""Which checks are run where, and when a series ends."""

from __future__ import annotations

from functools import partial
from itertools import groupby

import numpy as np
import pytest

from gradcheck.checks import CHECKS
from gradcheck.defects.conditions import doubled_where
from gradcheck.defects.factors import FACTOR, corruptions, scaled
from gradcheck.defects.family import Corruption
from gradcheck.run.prove.results import results_of, seen, seen_anew

PLACES = ("normal", "zeros", "negative")


@pytest.fixture
def tried(control):
    """The results of corruptions of one name at three points."""

    def results(subject, series, checks=tuple(CHECKS)):
        with np.errstate(all="ignore"):
            controls = [control(subject, strategy) for strategy in PLACES]
            return list(results_of(series, controls, [CHECKS[name] for name in checks]))

    return results


def where(result):
    return [one.case.strategy for one in result.deviations]


def test_only_points_where_it_can_be_seen_are_told(tried, cube):
    (result,) = tried(cube, [Corruption("doubled", partial(scaled, cube, 2.0), ("factor",))])
    assert where(result) == ["normal", "negative"]  # at zeros the derivative is zero
    assert len(result.caught) == 2
    assert "bprop" in result.checks


def test_what_no_check_sees_is_missed(tried, cube):
    (result,) = tried(cube, [Corruption("doubled", partial(scaled, cube, 2.0), ("factor",))], ["purity"])
    assert result.missed
    assert where(result) == ["normal", "negative"]


def test_what_changes_nothing_is_not_missed(tried, cube):
    (result,) = tried(cube, [Corruption("same", partial(doubled_where, cube, lambda x: x > 1e9), ("factor",))])
    assert not result.deviations
    assert not result.missed


def test_a_series_goes_down_to_where_sight_ends(tried, cube):
    series = [one for one in corruptions(cube) if one.name == FACTOR]
    results = tried(cube, series)
    assert all(result.caught for result in results)
    assert 1e-14 < results[-1].factor < 1e-9
    assert len(results[0].deviations) == 2
    assert {len(result.deviations) for result in results[1:]} == {1}  # the first point is enough


def test_a_series_that_is_missed_ends_where_it_no_longer_counts(tried, cube):
    series = [one for one in corruptions(cube) if one.name == FACTOR]
    results = tried(cube, series, ["purity"])
    assert [result.factor for result in results] == [float(f"1e-{power}") for power in range(3, 10)]
    assert all(result.missed for result in results)


def test_a_measurement_of_its_own_agrees(control, cube):
    here, check = control(cube), [CHECKS["bprop"]]
    for name, series in groupby(corruptions(cube), key=lambda one: one.name):
        one = next(series)
        assert seen(one, here, check).checks == seen_anew(one, here, check).checks == ("bprop",), name
