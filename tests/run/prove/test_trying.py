"""Which checks are run where, and when a series ends."""

from __future__ import annotations

from functools import partial
from itertools import groupby

import numpy as np
import pytest

from gradcheck.checks import CHECKS
from gradcheck.defects.planting.conditions import doubled_where
from gradcheck.defects.planting.factors import FACTOR, corruptions, scaled
from gradcheck.defects.planting.interface import Corruption
from gradcheck.run.prove.trying import seen, seen_anew, trials_of

PLACES = ("normal", "zeros", "negative")


@pytest.fixture
def tried(ground):
    """The trials of corruptions of one name at three points."""

    def trials(subject, series, checks=tuple(CHECKS)):
        with np.errstate(all="ignore"):
            grounds = [ground(subject, strategy) for strategy in PLACES]
            return list(trials_of(series, grounds, [CHECKS[name] for name in checks]))

    return trials


def where(trial):
    return [one.case.strategy for one in trial.sightings]


def test_only_points_where_it_can_be_seen_are_told(tried, cube):
    (trial,) = tried(cube, [Corruption("doubled", partial(scaled, cube, 2.0))])
    assert where(trial) == ["normal", "negative"]  # at zeros the derivative is zero
    assert len(trial.caught) == 2
    assert "bprop" in trial.checks


def test_what_no_check_sees_is_missed(tried, cube):
    (trial,) = tried(cube, [Corruption("doubled", partial(scaled, cube, 2.0))], ["purity"])
    assert trial.missed
    assert where(trial) == ["normal", "negative"]


def test_what_changes_nothing_is_not_missed(tried, cube):
    (trial,) = tried(cube, [Corruption("same", partial(doubled_where, cube, lambda x: x > 1e9))])
    assert not trial.sightings
    assert not trial.missed


def test_a_series_goes_down_to_where_sight_ends(tried, cube):
    series = [one for one in corruptions(cube) if one.name == FACTOR]
    trials = tried(cube, series)
    assert all(trial.caught for trial in trials)
    assert 1e-14 < trials[-1].factor < 1e-9
    assert len(trials[0].sightings) == 2
    assert {len(trial.sightings) for trial in trials[1:]} == {1}  # the first point is enough


def test_a_series_that_is_missed_ends_where_it_no_longer_counts(tried, cube):
    series = [one for one in corruptions(cube) if one.name == FACTOR]
    trials = tried(cube, series, ["purity"])
    assert [trial.factor for trial in trials] == [float(f"1e-{power}") for power in range(3, 10)]
    assert all(trial.missed for trial in trials)


def test_a_measurement_of_its_own_agrees(ground, cube):
    here, check = ground(cube), [CHECKS["bprop"]]
    for name, series in groupby(corruptions(cube), key=lambda one: one.name):
        one = next(series)
        assert seen(one, here, check).checks == seen_anew(one, here, check).checks == ("bprop",), name
