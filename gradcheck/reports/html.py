"""One page for a browser: it needs nothing from elsewhere, and says all of it without its script too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import TextIO

from gradcheck.records.failures import blocks
from gradcheck.records.report import LayerReport, together
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.reports.summary import tally
from gradcheck.reports.web.failures import failure_cards
from gradcheck.reports.web.findings import finding_table
from gradcheck.reports.web.index import page_index
from gradcheck.reports.web.layers import layer_table, overview
from gradcheck.reports.web.markup import Markup, part, tag
from gradcheck.text import plural
from gradcheck.version import __version__

STYLES = ("colors.css", "figures.css", "page.css")


def render(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:
    """Write the page.

    Parameters
    ----------
    reports : sequence of LayerReport
        Failures with `figures` are drawn.
    stream : TextIO
        Gets ASCII alone, whatever its encoding.
    options : RenderOptions
        Its date stands in the head of the page.
    """
    page = _page(reports, options.date)
    stream.write(page.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _page(reports: Sequence[LayerReport], date: str) -> str:
    style, script = "".join(map(part, STYLES)), part("page.js")
    total = together(reports)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"gradcheck: {_word(total)}, {plural(len(reports), 'layer')}"),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(style)),
        tag("script", Markup(script)),
    )
    skip = tag("a", "skip to the findings", href="#findings", class_="skip") if total.findings else ""
    body = tag("body", skip, _header(reports, total, date), tag("main", *_sections(reports, total)))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _policy(style: str, script: str) -> str:
    """What a browser lets the page do: apply its own style and run its own script, and load nothing."""
    return (
        f"default-src 'none'; style-src {_fingerprint(style)}; script-src {_fingerprint(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _word(total: LayerReport) -> str:
    return total.verdict.value if total.findings else "nothing checked"


def _header(reports: Sequence[LayerReport], total: LayerReport, date: str) -> Markup:
    methods = dict.fromkeys(report.method for report in reports)
    about = (f"gradcheck {__version__}", date, plural(len(reports), "layer"), *methods, f"{total.seconds:.1f} s")
    style = total.verdict.value if total.findings else ""
    return tag(
        "header",
        tag("h1", "gradcheck ", tag("b", _word(total), class_=f"badge {style}")),
        tag("p", f"{tally(total)}."),
        tag("p", " · ".join(part for part in about if part), class_="remark"),
        tag("button", "dark", type="button", id="theme", class_="scripted", aria_pressed="false"),
    )


def _sections(reports: Sequence[LayerReport], total: LayerReport) -> Iterator[Markup]:
    if not total.findings:
        return
    found = blocks(reports)
    yield page_index(found, reports)
    if found:
        button = tag("button", "unfold all", type="button", id="unfold", class_="scripted")
        yield _section("failures", "Failures", button, failure_cards(found))
    ordered = sorted(reports, key=lambda report: -report.verdict.severity)
    yield _section("overview", "Layers", overview(ordered), layer_table(ordered))
    yield _section("findings", "Findings", finding_table(reports))


def _section(name: str, title: str, *parts: Markup) -> Markup:
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *parts, id=name, tabindex=-1, aria_labelledby=f"{name}-title")


FORMAT = Format(render)
