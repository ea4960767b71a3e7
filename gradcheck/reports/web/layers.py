"""All layers: a table of what each amounts to, and a map of the worst by layer and scale."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport, largest_error
from gradcheck.reports.summary import silence
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.text import magnitude, plural, short

LETTERS = {verdict: verdict.value[0] for verdict in Verdict}
WORDS = {"verdict", "layer", "remarks"}


def layer_table(reports: Sequence[LayerReport]) -> Markup:
    """One row a layer: verdict, worst error, what it proves, how many findings of each verdict."""
    verdicts = [v for v in Verdict if any(f.verdict is v for report in reports for f in report.findings)]
    counted = ("findings", *(v.value for v in verdicts))
    heads = ("verdict", "layer", "max rel", "floor", "median floor", *counted, "seconds", "remarks")
    cells = (tag("th", head, scope="col", class_=None if head in WORDS else "number") for head in heads)
    rows = Markup.concat((_row(report, verdicts) for report in reports), "\n")
    caption = tag("caption", tag("span", "floor: the smallest relative error that every passed check would have seen"))
    table = tag("table", caption, tag("thead", tag("tr", *cells)), tag("tbody", rows), class_="sortable grid")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="table of layers")


def _row(report: LayerReport, verdicts: Sequence[Verdict]) -> Markup:
    number = Counter(f.verdict for f in report.findings)
    floor, median = report.power or (None, None)
    numbers = (
        *map(magnitude, (largest_error(report.findings), floor, median)),
        str(len(report.findings)),
        *(str(number[v] or "-") for v in verdicts),
        f"{report.seconds:.2f}",
    )
    known = sum(bool(f.known) for f in report.findings)
    remarks = [silence(report), plural(known, "known failure") if known else ""]
    return tag(
        "tr",
        tag("td", report.verdict.value, class_="verdict"),
        tag("th", report.layer, scope="row"),
        *(tag("td", text, class_="number") for text in numbers),
        tag("td", "; ".join(filter(None, remarks))),
        class_=report.verdict.value,
    )


def overview(reports: Sequence[LayerReport]) -> Markup:
    """The worst verdict and error of each layer at each scale; by strategy where there is one scale only."""
    scales = {f.case.scale for report in reports for f in report.findings}
    if len(scales) > 1:
        return _map(reports, "scale", [short(s) for s in sorted(scales)], lambda f: short(f.case.scale))
    strategies = dict.fromkeys(f.case.strategy for report in reports for f in report.findings)
    return _map(reports, "strategy", list(strategies), lambda f: f.case.strategy)


def _map(reports: Iterable[LayerReport], column: str, keys: Sequence[str], key_of: Callable[[Finding], str]) -> Markup:
    heads = (tag("th", tag("span", key), scope="col") for key in keys)
    rows = []
    for report in reports:
        found: dict[str, list[Finding]] = {}
        for finding in report.findings:
            found.setdefault(key_of(finding), []).append(finding)
        cells = (_cell(report.layer, f"{column} {key}", found.get(key, ())) for key in keys)
        rows.append(tag("tr", tag("th", report.layer, scope="row"), *cells))
    first = tag("td", tag("span", "layer"), " \\ ", tag("span", column))
    table = tag(
        "table",
        tag("caption", f"the worst by {column}"),
        tag("thead", tag("tr", first, *heads)),
        tag("tbody", Markup.concat(rows, "\n")),
        class_=f"heat {'upright' if sum(map(len, keys)) > 80 else 'level'}",
        data_column=column,
    )
    scroll = tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=f"layers by {column}")
    return Markup.concat((_key(), scroll))


def _key() -> Markup:
    meanings = (Markup.concat((tag("b", LETTERS[v], class_=v.value), f" {v.value}")) for v in Verdict)
    number = "the number is log10 of the largest relative error; a cell leads to its findings"
    return tag("p", "the letter is the worst verdict: ", Markup.concat(meanings, ", "), f"; {number}", class_="key")


def _cell(layer: str, column: str, findings: Sequence[Finding]) -> Markup:
    if not findings:
        return tag("td", class_="none")
    verdict = max((f.verdict for f in findings), key=lambda v: v.severity)
    error = largest_error(findings)
    label = f"{layer}, {column}: {verdict.value}, max rel {magnitude(error)}, {plural(len(findings), 'finding')}"
    inside = (tag("b", LETTERS[verdict]), f" {_decades(error)}")
    return tag("td", tag("a", *inside, href="#findings", title=label, aria_label=label), class_=verdict.value)


def _decades(error: float | None) -> str:
    """``-7`` for 1.2e-7."""
    if error is None:
        return ""
    if error == 0:
        return "-∞"
    return str(round(math.log10(error))) if math.isfinite(error) else "∞" if error > 0 else "NaN"
