"""A Jacobian's errors as a map in SVG: a colour and a sign for each entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from gradcheck.records.figures import HeatMap
from gradcheck.reports.heat import COLD, COLOURS, LEGEND, NO_NUMBER, UNKNOWN, WITHIN, colour, symbol
from gradcheck.reports.web.markup import Markup, tag

WIDTH = 360
LEAST, LARGEST = 11, 22  # of a cell
LETTER = 6.7  # how wide one is
TOP, GAP = 18, 6


def map_svg(heat: HeatMap, claim: str) -> Markup:
    """The map below the names of its first and last column, and what its colours mean."""
    signs = [[symbol(ratio) for ratio in row] for row in heat.cells]
    cell = min(max(WIDTH // len(signs[0]), LEAST), LARGEST)
    left = round(max(map(len, heat.rows)) * LETTER) + GAP
    first, last = heat.columns
    needed = (len(first) + len(last) + 2) * LETTER if first != last else len(first) * LETTER
    width, height = left + max(cell * len(signs[0]), round(needed)), TOP + cell * len(signs) + 1
    parts = (
        tag("title", _description(heat, claim)),
        tag("text", first, x=left, y=TOP - GAP),
        tag("text", last, x=width, y=TOP - GAP, text_anchor="end") if last != first else "",
        *(part for k, row in enumerate(signs) for part in _row(row, heat.rows[k], left, TOP + cell * k, cell)),
    )
    picture = tag("svg", *parts, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img", class_="map")
    return Markup.concat((picture, _legend({sign for row in signs for sign in row})))


def _description(heat: HeatMap, claim: str) -> str:
    rows, columns = heat.shape
    apart = sum(ratio > 1 for row in heat.cells for ratio in row)
    folded = "" if heat.fold == (1, 1) else f", the largest of {heat.fold[0]} x {heat.fold[1]} entries in a cell"
    return f"error over bound of {claim} for {heat.input}, {rows} x {columns}{folded}: {apart} cells beyond the bound"


def _row(signs: Sequence[str], name: str, left: int, top: int, cell: int) -> Iterator[Markup]:
    """One rectangle for each run of one colour, and one text for all signs."""
    column = 0
    for style, run in groupby(map(colour, signs)):
        length = len(list(run))
        yield tag("rect", x=left + cell * column, y=top, width=cell * length, height=cell, class_=style)
        column += length
    places = " ".join(f"{left + cell * (k + 0.5):.0f}" for k in range(len(signs)))
    base = top + cell / 2 + 4
    yield tag("text", name, x=left - GAP, y=base, text_anchor="end")
    yield tag("text", "".join(signs), x=places, y=base, text_anchor="middle", class_="signs")


def _legend(used: set[str]) -> Markup:
    """What the signs in use mean."""
    rare = [sign for sign in (NO_NUMBER, UNKNOWN) if sign in used]
    styles = set(map(colour, used - {WITHIN, *rare}))
    hot = [(f"{least}-{int(least) + 2}" if int(least) < 6 else "6-9", name, text) for least, name, text in COLOURS]
    entries = [
        (WITHIN, COLD, LEGEND[WITHIN]),
        *(entry for entry in hot if entry[1] in styles),
        *((sign, colour(sign), LEGEND[sign]) for sign in rare),
    ]
    return tag(
        "ul",
        *(tag("li", tag("span", sign, class_=f"swatch {style}"), f" {text}") for sign, style, text in entries),
        class_="legend",
    )
