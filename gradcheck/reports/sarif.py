"""SARIF 2.1.0, which code scanning reads: a rule for each check, a result for each cause of failures.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, TextIO
from urllib.parse import quote

from gradcheck.records.failures import Block, blocks
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.failures import details, headline, in_repository
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.text import printable
from gradcheck.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    """Write one log with one run."""
    failures = blocks(reports, known=True)
    checks = list(dict.fromkeys(block.finding.check for block in failures))
    run = {
        "tool": {"driver": _driver(checks)},
        "invocations": [{"executionSuccessful": all(block.finding.verdict is not Verdict.ERROR for block in failures)}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(block, checks) for block in failures],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    stream.write(json.dumps(log, indent=2, allow_nan=False) + "\n")


def _driver(checks: Sequence[str]) -> dict[str, Any]:
    return {"name": "gradcheck", "semanticVersion": __version__, "rules": [_rule(check) for check in checks]}


def _rule(check: str) -> dict[str, Any]:
    text = {"text": printable(f"What gradcheck's check {check!r} compares is equal within its error bound.")}
    return {
        "id": printable(check),
        "shortDescription": text,
        "fullDescription": text,
        "help": text,
    }


def _result(block: Block, checks: Sequence[str]) -> dict[str, Any]:
    report, finding = block.report, block.finding
    inputs = ", ".join(block.inputs)
    identity = f"{report.target or report.layer}\n{finding.check}\n{inputs}\n{finding.diagnosis}"
    fingerprint = hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "ruleId": printable(finding.check),
        "ruleIndex": checks.index(finding.check),
        "level": "error",
        "message": {"text": _text("\n".join([headline(block), *details(block)]))},
        "locations": [_location(block)],
        "partialFingerprints": {"gradcheckCause/v1": fingerprint},
        "properties": {
            "verdict": finding.verdict.value,
            "case": printable(finding.case.id),
            "cases": [printable(case.id) for case in block.cases],
        },
        **({"suppressions": [_suppression(finding)]} if finding.known else {}),
    }


def _text(message: str) -> str:
    """A message in which a brace stands for no argument and a bracket begins no link."""
    return message.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(block: Block) -> dict[str, Any]:
    report, place = block.report, block.place
    method = f".{place.method}" if place else ""
    named = {"fullyQualifiedName": printable(f"{report.layer}{method}"), "kind": "function" if place else "object"}
    location: dict[str, Any] = {"logicalLocations": [named]}
    file = in_repository(place)
    if place and file:
        address = {"uri": quote(file, errors="backslashreplace"), "uriBaseId": "%SRCROOT%"}
        location["physicalLocation"] = {"artifactLocation": address, "region": {"startLine": place.line}}
    return location


def _suppression(finding: Finding) -> dict[str, str]:
    return {"kind": "external", "justification": printable(finding.known)}


FORMAT = Format(render)
