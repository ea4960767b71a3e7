from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gradcheck.records.report import SourceLine
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.junit import render
from tests.reports import hostile

SCHEMA = Path(__file__).parents[1] / "schemas" / "junit-10.xsd"


def written(*reports):
    stream = io.StringIO()
    render(reports, stream, RenderOptions())
    return stream.getvalue()


@pytest.fixture(scope="module")
def schema():
    """What Jenkins takes; who reads it is loaded for these tests alone."""
    from xmlschema import XMLSchema

    return XMLSchema(SCHEMA)


@pytest.fixture
def mixed(report, finding):
    """A layer with a finding of each verdict, and one known failure."""
    found = [finding(verdict, sentence="said so") for verdict in ("PASS", "FAIL", "ERROR", "UNDEFINED", "INCONCLUSIVE")]
    known = finding("FAIL", strategy="ties", notes=("known failure: upstream",))
    return report(*found, known, seconds=3.0, places=(SourceLine("bprop", "a.py", 7),))


def test_jenkins_takes_it(schema, mixed, report):
    for text in (written(mixed, report(layer="tanh")), written()):
        schema.validate(text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("failure", "failed"), (' tests="6"', ""), ("testcase ", "testcase file='a.py' "), ("3.000", "3 s")],
)
def test_jenkins_would_not_take_anything(schema, mixed, right, wrong):
    told = written(mixed)
    assert right in told
    assert not schema.is_valid(told.replace(right, wrong))


def test_a_suite_counts_what_it_holds(mixed):
    (suite,) = ET.fromstring(written(mixed))  # noqa: S314 - our own text
    facts = ("name", "tests", "failures", "errors", "skipped", "time")
    assert [suite.get(name) for name in facts] == ["softmax", "6", "1", "1", "3", "3.000"]
    assert [child.tag for case in suite for child in case] == ["failure", "error", "skipped", "skipped", "skipped"]
    assert sum(float(case.get("time")) for case in suite) == pytest.approx(3)


def test_a_failure_says_all_in_its_text(mixed):
    failure = ET.fromstring(written(mixed)).find(".//failure")  # noqa: S314 - our own text
    headline, place, again = failure.text.splitlines()
    assert headline == failure.get("message") == "FAIL softmax · bprop · normal scale=1 · x: said so"
    assert again == "gradcheck softmax --inputs normal --scale 1 --seed 0"
    assert place.startswith("a.py:7, at 1 of ")


def test_a_known_failure_is_skipped_and_says_why(mixed):
    *_, known = ET.fromstring(written(mixed)).iter("skipped")  # noqa: S314 - our own text
    assert known.get("message").startswith("known failure: upstream - FAIL softmax")


def test_names_are_unique_in_the_whole_file(report, finding):
    again = [report(finding("FAIL"), finding("FAIL"), finding(check="jacobian"), layer="softmax") for _ in range(2)]
    cases = [(c.get("classname"), c.get("name")) for c in ET.fromstring(written(*again)).iter("testcase")]  # noqa: S314
    assert len(set(cases)) == len(cases) == 6
    assert cases[0] == ("softmax.bprop", "softmax[normal,scale=1,f64] x")
    assert cases[1] == ("softmax.bprop", "softmax[normal,scale=1,f64] x #2")


def test_a_check_of_a_whole_layer_names_no_input(report, finding):
    case = ET.fromstring(written(report(finding(input="")))).find(".//testcase")  # noqa: S314 - our own text
    assert case.get("name") == "softmax[normal,scale=1,f64]"


def test_it_is_ascii_whatever_is_said(mixed):
    assert written(mixed).isascii()


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_no_text_breaks_it(schema, text):
    told = written(hostile.report(text))
    schema.validate(told)
    (suite,) = ET.fromstring(told)  # noqa: S314 - our own text
    assert [case.tag for case in suite] == ["testcase"] * 5
    assert "\x1b" not in "".join(suite.itertext())
