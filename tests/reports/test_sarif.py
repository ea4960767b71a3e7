from __future__ import annotations

import io
import json
import math
from pathlib import Path

import jsonschema
import pytest

import gradcheck
from gradcheck.records.report import SourceLine
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.sarif import render
from tests.reports import hostile

SCHEMA = Path(__file__).parents[1] / "schemas" / "sarif-2.1.0-rtm.5.json"
VALIDATOR = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


def log(*reports):
    stream = io.StringIO()
    render(reports, stream, RenderOptions())
    return json.loads(stream.getvalue(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def run(*reports):
    (one,) = log(*reports)["runs"]
    return one


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_the_schema_takes_it(report, finding):
    wrong = finding("FAIL", max_rel=math.nan, notes=("known failure: upstream",))
    full = report(finding(), wrong, finding("ERROR", check="jacobian"), places=(SourceLine("bprop", "a b.py", 7),))
    for whole in (log(full), log(report(finding())), log()):
        VALIDATOR.validate(whole)


@pytest.mark.parametrize("key", ["tool", "results"])
def test_the_schema_would_not_take_anything(report, finding, key):
    whole = log(report(finding("FAIL")))
    whole["runs"][0][key] = 1
    assert not VALIDATOR.is_valid(whole)


def test_rules_are_checks_and_results_are_failures(report, finding):
    found = [finding("FAIL"), finding("ERROR", check="jacobian"), finding(), finding("UNDEFINED", check="laws")]
    one = run(report(*found))
    driver = one["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("gradcheck", gradcheck.__version__)
    assert [rule["id"] for rule in driver["rules"]] == ["bprop", "jacobian"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in one["results"]] == [
        ("bprop", 0, "error"),
        ("jacobian", 1, "error"),
    ]
    assert one["invocations"] == [{"executionSuccessful": False}]


def test_a_run_without_errors_was_successful(report, finding):
    assert run(report(finding("FAIL")))["invocations"] == [{"executionSuccessful": True}]


def test_a_result_points_at_the_method(report, finding):
    (result,) = run(report(finding("FAIL"), places=(SourceLine("bprop", "sub/ä b.py", 7),)))["results"]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "sub/%C3%A4%20b.py", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 7}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "softmax.bprop"


@pytest.mark.parametrize("places", [(), (SourceLine("bprop", "/elsewhere/a.py", 7),)])
def test_without_a_file_only_the_name_is_told(report, finding, places):
    (result,) = run(report(finding("FAIL"), places=places))["results"]
    assert list(result["locations"][0]) == ["logicalLocations"]


def test_fingerprints_tell_causes_apart_and_stay(report, finding):
    causes = ({}, {"diagnosis": "a sign"}, {"input": "W"}, {"check": "jacobian"})
    results = run(report(*(finding("FAIL", **cause) for cause in causes)))["results"]
    prints = [result["partialFingerprints"]["gradcheckCause/v1"] for result in results]
    assert len(set(prints)) == len(causes)
    worse = run(report(finding("FAIL", strategy="ties", max_rel=2.0, sentence="other")))["results"]
    assert worse[0]["partialFingerprints"]["gradcheckCause/v1"] in prints


def test_failures_of_one_cause_are_one_result_that_names_their_cases(report, finding):
    (result,) = run(report(*(finding("FAIL", strategy=s) for s in ("normal", "ties"))))["results"]
    assert [case.split(",")[0] for case in result["properties"]["cases"]] == ["softmax[normal", "softmax[ties"]


def test_a_known_failure_is_suppressed(report, finding):
    known, new = run(report(finding("FAIL", notes=("known failure: upstream",)), finding("FAIL")))["results"]
    assert known["suppressions"] == [{"kind": "external", "justification": "known failure: upstream"}]
    assert "suppressions" not in new


def test_braces_are_no_arguments_and_brackets_no_links(report, finding):
    (result,) = run(report(finding("FAIL", sentence="{0} of x[2](3)")))["results"]
    assert "{{0}} of x[2] (3)" in result["message"]["text"]


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_no_text_breaks_it(text):
    whole = log(hostile.report(text))
    VALIDATOR.validate(whole)
    assert len(whole["runs"][0]["results"]) == 2
    told = json.dumps(whole, ensure_ascii=False)
    assert told.encode("utf-8")
    assert "\\u00" not in told
