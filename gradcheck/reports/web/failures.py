"""Each failure on a card: what was found, what is wrong, how to see it again, and the numbers as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.records.failures import Block
from gradcheck.records.figures import Entry, Figures, HeatMap
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.curve import legend_of, title_of
from gradcheck.reports.failures import remedy
from gradcheck.reports.web.curve import curve_drawing
from gradcheck.reports.web.error_map import map_drawing, meanings, title_of_map
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.text import magnitude, plural

OPEN = 3  # cards that are not folded at first
HEADS = ("output", "input", "analytic", "numeric", "bound", "error", "error/bound")


def failure_cards(found: Sequence[Block]) -> Markup:
    """A card for each block, with an id to lead to it."""
    return Markup.concat((_card(block, number) for number, block in enumerate(found, start=1)), "\n")


def id_of(number: int) -> str:
    """The id of a card, by its number from 1 on."""
    return f"failure-{number}"


def title_of_block(block: Block) -> str:
    """The layer, and what of it fails."""
    return f"{block.finding.case.layer} · {block.name}"


def _card(block: Block, number: int) -> Markup:
    finding, title = block.finding, title_of_block(block)
    verdict = tag("b", finding.verdict.value, class_=f"badge {finding.verdict.value}")
    summary = tag("summary", tag("h3", verdict, " ", title), tag("span", block.cause, class_="glance"))
    parts = [summary, _facts(block)]
    if finding.figures is not None:
        parts.append(_pictures(finding.figures))
    parts.append(_others(block))
    return tag("details", *parts, class_=f"card {finding.verdict.value}", id=id_of(number), open=number <= OPEN)


def _facts(block: Block) -> Markup:
    finding, place = block.finding, block.place
    parts = (
        ("diagnosis", tag("strong", finding.diagnosis) if finding.diagnosis else ""),
        ("found", finding.breadcrumb),
        ("remedy", remedy(block)),
        ("notes", ", ".join(finding.notes)),
        ("point", tag("code", finding.case.id)),
        ("written at", tag("code", f"{place.file}:{place.line}") if place else ""),
        ("smallest point", _code(block.point)),
        ("see it again", _code(block.command)),
        ("its numbers", _code(_explain_command(block.report, finding))),
    )
    return tag("dl", *(part for title, text in parts if text for part in (tag("dt", title), tag("dd", text))))


def _explain_command(report: LayerReport, finding: Finding) -> str:
    """The command that draws what the page does not; empty where it does, or where there is nothing to draw."""
    return report.explain(finding.case) if finding.figures is None and finding.verdict is Verdict.FAIL else ""


def _code(text: str) -> Markup:
    """A line of code, with a button that the script shows; nothing where there is no code."""
    if not text:
        return Markup()
    button = tag("button", "copy", type="button", class_="copy scripted", aria_label=f"copy {text}")
    return Markup.concat((tag("code", text), " ", button))


def _pictures(figures: Figures) -> Markup:
    remarks = (tag("p", remark, class_="remark") for remark in figures.remarks)
    title = title_of(figures.curve)
    legend = (tag("p", text, class_="remark") for text in legend_of(figures.curve))
    curve = tag("figure", tag("figcaption", title), curve_drawing(figures.curve, title).element, *legend)
    maps = (_map(heat, figures.claim) for heat in figures.maps)
    return Markup.concat((*remarks, tag("div", curve, *maps, class_="figures"), _entries(figures)))


def _map(heat: HeatMap, claim: str) -> Markup:
    """A map and what its colours mean."""
    swatches = (
        tag("li", tag("span", sign, class_=f"swatch {style}"), f" {text}") for sign, style, text in meanings(heat)
    )
    drawn, legend = map_drawing(heat, claim).element, tag("ul", *swatches, class_="legend")
    return tag("figure", tag("figcaption", title_of_map(heat, claim)), drawn, legend)


def _entries(figures: Figures) -> Markup:
    heads = (tag("th", head, scope="col", class_="number" if k > 1 else None) for k, head in enumerate(HEADS))
    table = tag(
        "table",
        tag("caption", f"both sides at the worst entries of {figures.claim}"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *map(_entry, figures.entries)),
        class_="grid",
    )
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="worst entries")


def _entry(entry: Entry) -> Markup:
    sides = (f"{entry.analytic:.9g}", f"{entry.numeric:.9g}")
    numbers = (*sides, *map(magnitude, (entry.bound, entry.error, entry.ratio)))
    names = (tag("td", name) for name in (entry.output, entry.input))
    return tag("tr", *names, *(tag("td", number, class_="number") for number in numbers))


def _others(block: Block) -> Markup:
    """Where else the same fails, folded."""
    if not block.rest:
        return Markup()
    summary = tag("summary", f"fails at {plural(len(block.rest), 'more point')}")
    rows = (tag("li", f"{f.breadcrumb} ", _code(block.report.reproduce(f))) for f in block.rest)
    return tag("details", summary, tag("ul", *rows), class_="others")
