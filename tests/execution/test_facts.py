from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject
from gradcheck.execution.task import Address, LayerFacts, Loaded, LoadTarget, Missed, Reply
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.input import Input
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from tests.records import drawn

LOAD = LoadTarget(Address("softmax"))


def facts(subject):
    return {name: value for name, value in vars(subject).items() if name not in ("layer", "laws")}


def message(*layers):
    return parse_line(line_of(packed(Reply(Loaded(layers)))))


@given(
    st.lists(drawn.INPUTS | drawn.LABELS, max_size=3),
    st.lists(st.floats(allow_nan=False), max_size=2),
    st.dictionaries(st.text("abcxyz", min_size=1), drawn.COUNTS),
    st.lists(drawn.SOURCE_LINES, max_size=2),
)
def test_facts_survive_and_the_layer_stays_behind(inputs, critical, sizes, places):
    subject = Subject(object(), "one", tuple(inputs), tuple(critical), sizes, target="file.py:One")
    layer = LayerFacts(subject, tuple(places))
    (again,) = unpacked(LOAD, message(layer)).result.layers
    assert facts(again.subject) == facts(subject)
    assert again.places == layer.places
    assert again.subject.layer is None


FINE = message(LayerFacts(Subject(None, "one", (Input("x", ("n",)),), target="one")))


def changed(**change):
    (layer,) = FINE["loaded"]["layers"]
    return {**FINE, "loaded": {**FINE["loaded"], "layers": [{**layer, **change}]}}


INPUT = FINE["loaded"]["layers"][0]["inputs"][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": 3}, "name: a text is needed, not 3"),
        ({"inputs": None}, "inputs: a list is needed, not None"),
        ({"inputs": [{}]}, "inputs[0].name: is missing"),
        ({"inputs": [{**INPUT, "shape": [-1]}]}, "inputs[0]: `shape` of input 'x' must hold lengths >= 0"),
        ({"inputs": [{**INPUT, "domain": "everywhere"}]}, "inputs[0]: `domain` of input 'x' must be one of"),
        ({"inputs": [{**INPUT, "domain": [0]}]}, "inputs[0].domain: a list of 2 is needed, not [0]"),
        ({"critical": ["much"]}, "critical[0]: a number is needed, not 'much'"),
        ({"sizes": {"n": 2.5}}, "sizes.n: a whole number is needed, not 2.5"),
        ({"places": [{"method": "bprop"}]}, "places[0].file: is missing"),
    ],
)
def test_other_facts_are_refused(change, said):
    with pytest.raises(GarbledError) as caught:
        unpacked(LOAD, changed(**change))
    assert str(caught.value).startswith(f"loaded.layers[0].{said}")


def test_what_cannot_be_checked_is_told_with_the_others():
    reply = Reply(Loaded((), (Missed("file.py:One", "why\x1b[31m"),)))
    again = unpacked(LOAD, parse_line(line_of(packed(reply)))).result
    assert again == Loaded((), (Missed("file.py:One", "why\\x1b[31m"),))


def test_a_name_can_do_no_harm():
    (layer,) = unpacked(LOAD, changed(name="\x1b[31m", target="\x1b[31m")).result.layers
    assert (layer.subject.name, layer.subject.target) == ("\\x1b[31m", "\x1b[31m")
