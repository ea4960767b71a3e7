from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject
from gradcheck.execution.facts import of_found, to_found
from gradcheck.execution.plain import GarbledError
from gradcheck.execution.task import LayerFacts
from gradcheck.records.input import Input
from gradcheck.records.report import SourceLine

NAMES = st.text("abcxyz", min_size=1, max_size=4)
LENGTHS = st.integers(0, 9) | NAMES
DOMAINS = st.sampled_from(["real", "positive", "simplex", (0.0, 1.0), (-math.inf, 3.0)])
INPUTS = st.builds(Input, NAMES, st.lists(LENGTHS, max_size=3).map(tuple), DOMAINS, st.booleans())
LABELS = st.builds(Input, NAMES, st.just(("n",)), st.just("labels"), classes=LENGTHS)
PLACES = st.builds(SourceLine, st.sampled_from(["forward", "bprop"]), NAMES, st.integers(1, 99))


def facts(subject):
    return {name: value for name, value in vars(subject).items() if name not in ("layer", "laws")}


@given(
    st.lists(INPUTS | LABELS, max_size=3),
    st.lists(st.floats(allow_nan=False), max_size=2),
    st.dictionaries(NAMES, st.integers(0, 9)),
    st.lists(PLACES, max_size=2),
)
def test_facts_survive_and_the_layer_stays_behind(inputs, critical, sizes, places):
    subject = Subject(object(), "one", tuple(inputs), tuple(critical), sizes, target="file.py:One")
    found = LayerFacts(subject, tuple(places))
    again = to_found(json.loads(json.dumps(of_found(found))))
    assert facts(again.subject) == facts(subject)
    assert again.places == found.places
    assert again.subject.layer is None


FINE = of_found(LayerFacts(Subject(None, "one", (Input("x", ("n",)),), target="one")))


@pytest.mark.parametrize(
    "change",
    [
        {"name": 3},
        {"inputs": None},
        {"inputs": [{}]},
        {"inputs": [{**FINE["inputs"][0], "shape": [-1]}]},
        {"inputs": [{**FINE["inputs"][0], "domain": "everywhere"}]},
        {"critical": ["much"]},
        {"sizes": {"n": 2.5}},
        {"places": [{"method": "bprop"}]},
    ],
)
def test_other_facts_are_refused(change):
    with pytest.raises((GarbledError, ValueError, KeyError, TypeError)):
        to_found({**FINE, **change})


def test_a_name_can_do_no_harm():
    assert to_found({**FINE, "name": "\x1b[31m"}).subject.name == "\\x1b[31m"
