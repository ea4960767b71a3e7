"""Every finding as a row of one table, and the form that narrows it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from gradcheck.records.case import DTYPES
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.text import magnitude, short, shorten

LONGEST = 300  # characters of a sentence; the failures above tell it whole
LONGEST_POINT = 40


def _label(finding: Finding) -> str:
    parts = (finding.diagnosis or finding.sentence, ", ".join(finding.notes))
    return shorten("; ".join(part for part in parts if part), LONGEST)


COLUMNS: dict[str, Callable[[Finding], str]] = {
    "verdict": lambda f: f.verdict.value,
    "layer": lambda f: f.case.layer,
    "check": lambda f: f.check,
    "input": lambda f: f.input,
    "strategy": lambda f: f.case.strategy,
    "scale": lambda f: short(f.case.scale),
    "size": lambda f: shorten(f.case.values, LONGEST_POINT) or " ".join(f"{n}={k}" for n, k in f.case.sizes),
    "dtype": lambda f: DTYPES.get(f.case.dtype, f.case.dtype),
    "seed": lambda f: str(f.case.seed),
    "max abs": lambda f: magnitude(f.max_abs),
    "max rel": lambda f: magnitude(f.max_rel),
    "floor": lambda f: magnitude(f.floor),
    "worst entry": lambda f: f.worst,
    "what was found": _label,
}
RIGHT = {"scale", "seed", "max abs", "max rel", "floor"}
CONSTANT = {"size", "dtype", "seed"}  # left out where it is the same everywhere


def finding_table(reports: Iterable[LayerReport]) -> Markup:
    """The rows, the worst verdict first, otherwise in the order in which they were found."""
    findings = sorted((f for report in reports for f in report.findings), key=lambda f: -f.verdict.severity)
    shown = [head for head, fact in COLUMNS.items() if head not in CONSTANT or len(set(map(fact, findings))) > 1]
    heads = (tag("th", head, scope="col", class_="number" if head in RIGHT else None) for head in shown)
    table = tag(
        "table",
        tag("caption", tag("span", "max rel and floor are relative to the natural scale of an entry")),
        tag("thead", tag("tr", *heads)),
        tag("tbody", Markup.concat((_row(finding, shown) for finding in findings), "\n")),
        class_="sortable grid",
        id="rows",
    )
    scroll = tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="table of findings")
    return Markup.concat((_form(findings), scroll))


def _row(finding: Finding, heads: Iterable[str]) -> Markup:
    cells = (tag("td", COLUMNS[head](finding), class_="number" if head in RIGHT else None) for head in heads)
    return tag("tr", *cells, class_=finding.verdict.value)


def _form(findings: Sequence[Finding]) -> Markup:
    """Of use with the script alone, which shows it."""
    number = Counter(f.verdict for f in findings)
    notable = any(v is not Verdict.PASS for v in number)
    boxes = (_box(v, number[v], checked=v is not Verdict.PASS or not notable) for v in Verdict if number[v])
    hint = "words that a row must hold"
    field = tag("input", type="search", id="words", autocomplete="off", spellcheck="false", placeholder=hint)
    return tag(
        "form",
        tag("label", "filter ", field, " ", tag("kbd", "/"), for_="words"),
        tag("fieldset", tag("legend", "verdicts"), *boxes),
        tag("button", type="button", id="only", hidden=True),
        tag("output", id="shown", for_="words", role="status"),
        class_="scripted",
        role="search",
        id="narrow",
    )


def _box(verdict: Verdict, count: int, *, checked: bool) -> Markup:
    box = tag("input", type="checkbox", name="verdict", value=verdict.value, checked=checked)
    return tag("label", box, f"{verdict.value} ", tag("span", str(count), class_="count"), class_=verdict.value)
