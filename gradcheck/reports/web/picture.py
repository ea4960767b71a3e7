"""One finding as a picture in SVG: what was found, over the same figures as on the page for a browser.

Viewers of pictures know neither variables nor `light-dark` of CSS: both are written out, for either scheme.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from gradcheck.records.explanation import Explanation
from gradcheck.records.figures import Figures, HeatMap
from gradcheck.reports.curve import legend_of, title_of
from gradcheck.reports.web.curve import curve_drawing
from gradcheck.reports.web.error_map import map_drawing, meanings, title_of_map
from gradcheck.reports.web.markup import Markup, part, tag
from gradcheck.reports.web.svg import Drawing
from gradcheck.text import printable

MARGIN, LINE, GAP = 16, 17, 10
WIDTH = 660  # of the texts
LETTER = 7.3  # how wide a letter of theirs is, in the widest of the usual fonts
SWATCH = 30
STYLE = """
rect.page { fill: var(--page); }
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: var(--faint); }
text.title, text.diagnosis { font-weight: 600; fill: var(--ink); }
text.FAIL { fill: var(--fail); } text.ERROR { fill: var(--error); } text.PASS { fill: var(--pass); }
text.INCONCLUSIVE { fill: var(--inconclusive); } text.UNDEFINED { fill: var(--undefined); }
"""
_NO_XML = re.compile("[\ufffe\uffff]")  # which the standard forbids, escaped or not


def picture(explanation: Explanation) -> str:
    """The picture of a finding: a document of its own, on a ground of its own."""
    parts, width, top = [], WIDTH, MARGIN
    for drawing in _drawings(explanation):
        parts.append(tag("g", drawing.element, transform=f"translate({MARGIN},{top})"))
        width, top = max(width, drawing.width), top + drawing.height + GAP
    size = {"width": width + 2 * MARGIN, "height": top + MARGIN - GAP}
    rules = f"{part('figures.css')}{STYLE}"
    style = f"{_written_out(rules, 0)}@media (prefers-color-scheme: dark) {{\n{_written_out(rules, 1)}}}\n"
    ground = tag("rect", **size, class_="page")
    root = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {size['width']} {size['height']}", **size}
    drawn = tag("svg", tag("style", Markup(style)), ground, *parts, **root)
    return _NO_XML.sub("?", drawn) + "\n"


def _drawings(explanation: Explanation) -> Iterator[Drawing]:
    """What stands in the picture, from top to bottom."""
    finding = explanation.finding
    yield _text(f"{finding.verdict.value} {finding.case.layer}: {finding.check}", f"title {finding.verdict.value}")
    yield _text(finding.case.id)
    yield _text(finding.breadcrumb)
    if finding.diagnosis:
        yield _text(finding.diagnosis, "diagnosis")
    if explanation.figures is None:
        yield _text(explanation.missing or "there is no Jacobian at this point")
    else:
        yield from _figures(explanation.figures)


def _figures(figures: Figures) -> Iterator[Drawing]:
    yield from map(_text, figures.remarks)
    title = title_of(figures.curve)
    yield _text(title, "title")
    yield curve_drawing(figures.curve, title)
    yield from map(_text, legend_of(figures.curve))
    for heat in figures.maps:
        yield _text(title_of_map(heat, figures.claim), "title")
        yield map_drawing(heat, figures.claim)
        yield _legend(heat)


def _text(text: str, style: str = "") -> Drawing:
    """A text, broken over lines."""
    lines = textwrap.wrap(printable(text), int(WIDTH / LETTER), break_on_hyphens=False) or [""]
    drawn = (tag("text", line, x=0, y=LINE * (k + 1) - 5, class_=style or None) for k, line in enumerate(lines))
    return Drawing(Markup.concat(drawn), WIDTH, LINE * len(lines), "words")


def _legend(heat: HeatMap) -> Drawing:
    """What the colours of a map mean, one below the other."""
    found = meanings(heat)
    drawn = (
        Markup.concat(
            (
                tag("rect", x=0, y=LINE * k, width=SWATCH, height=LINE - 3, class_=style),
                tag("text", sign, x=SWATCH / 2, y=LINE * k + 11, text_anchor="middle", class_="signs"),
                tag("text", text, x=SWATCH + GAP, y=LINE * k + 11),
            )
        )
        for k, (sign, style, text) in enumerate(found)
    )
    return Drawing(Markup.concat(drawn), WIDTH, LINE * len(found), "map")


def _written_out(rules: str, scheme: int) -> str:
    """Rules of CSS with the colours of a scheme, 0 light or 1 dark, in place of their names."""
    colours = dict(re.findall(r"--([\w-]+): (.*);", part("colors.css")))
    named = re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], rules)
    return re.sub(r"light-dark\((.*?), (.*?)\)", lambda found: found[scheme + 1], named)
