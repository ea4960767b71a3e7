"""JUnit XML, as Jenkins and GitLab read it: a suite for each layer, a test case for each finding.

GitLab shows the text of a failure and drops cases that share class and name; Jenkins' xunit plugin holds the file
against a schema that knows no further attributes. Characters beyond ASCII are written as references, so that no
encoding of the stream can lose them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TextIO
from xml.etree import ElementTree as ET  # only written with: nothing is parsed

from gradcheck.records.failures import Block
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.failures import details
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.text import printable

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gradcheck">\n'
FOOT = "</testsuites>\n"
TAGS = {
    Verdict.FAIL: "failure",
    Verdict.ERROR: "error",
    Verdict.INCONCLUSIVE: "skipped",
    Verdict.UNDEFINED: "skipped",
}
# Not characters of XML 1.0, whatever way they are written: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    """Write a suite for each layer."""
    numbers: Counter[tuple[str, str]] = Counter()
    stream.write(HEAD)
    for report in reports:
        suite = _suite(report, numbers)
        ET.indent(suite, level=1)
        stream.write(f"  {ET.tostring(suite, encoding='us-ascii').decode('ascii')}\n")
    stream.write(FOOT)


def _suite(report: LayerReport, numbers: Counter[tuple[str, str]]) -> ET.Element:
    tags = Counter(_tag(finding) for finding in report.findings)
    suite = ET.Element(
        "testsuite",
        name=_safe(report.layer),
        tests=str(len(report.findings)),
        failures=str(tags["failure"]),
        errors=str(tags["error"]),
        skipped=str(tags["skipped"]),
        time=f"{report.seconds:.3f}",
    )
    share = report.seconds / max(len(report.findings), 1)  # what one finding took is not measured
    for finding in report.findings:
        classname, name = _safe(f"{report.layer}.{finding.check}"), _safe(f"{finding.case.id} {finding.input}".rstrip())
        numbers[classname, name] += 1
        number = numbers[classname, name]
        unique = name if number == 1 else f"{name} #{number}"
        case = ET.SubElement(suite, "testcase", classname=classname, name=unique, time=f"{share:.3f}")
        if tag := _tag(finding):
            _outcome(case, tag, report, finding)
    return suite


def _tag(finding: Finding) -> str:
    return "skipped" if finding.known else TAGS.get(finding.verdict, "")


def _outcome(case: ET.Element, tag: str, report: LayerReport, finding: Finding) -> None:
    alone = Block(report, finding)  # a test of its own
    headline = f"{finding.verdict.value} {finding.breadcrumb}"
    message = f"{finding.known} - {headline}" if finding.known else headline
    lines = [headline, *([finding.diagnosis] if finding.diagnosis else []), *details(alone)]
    element = ET.SubElement(case, tag, message=_safe(message), type=finding.verdict.value)
    element.text = "\n".join(map(_safe, lines))


def _safe(text: str) -> str:
    line = printable(text)
    return _FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), line)


FORMAT = Format(render)
