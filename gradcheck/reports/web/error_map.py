"""A Jacobian's errors as a map in SVG: a colour and a sign for each entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from gradcheck.records.figures import HeatMap
from gradcheck.reports.heat import COLD, COLOURS, LEGEND, NO_NUMBER, UNKNOWN, WITHIN, colour, symbol
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.reports.web.svg import Drawing

WIDTH = 360
LEAST, LARGEST = 11, 22  # of a cell
LETTER = 6.7  # how wide one is
TOP, GAP = 18, 6


def map_drawing(heat: HeatMap, claim: str) -> Drawing:
    """The map below the names of its first and last column."""
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
    return Drawing(Markup.concat(parts), width, height, "map")


def title_of_map(heat: HeatMap, claim: str) -> str:
    """What the map shows."""
    rows, columns = heat.shape
    folded = f"; a cell shows the largest of {heat.fold[0]} x {heat.fold[1]} entries" if heat.fold != (1, 1) else ""
    return f"error over bound of {claim} for {heat.input}, {rows} x {columns}{folded}"


def meanings(heat: HeatMap) -> list[tuple[str, str, str]]:
    """What the signs in use mean: sign, colour and text of each."""
    used = {symbol(ratio) for row in heat.cells for ratio in row}
    rare = [sign for sign in (NO_NUMBER, UNKNOWN) if sign in used]
    styles = set(map(colour, used - {WITHIN, *rare}))
    hot = [(f"{least}-{int(least) + 2}" if int(least) < 6 else "6-9", name, text) for least, name, text in COLOURS]
    return [
        (WITHIN, COLD, LEGEND[WITHIN]),
        *(entry for entry in hot if entry[1] in styles),
        *((sign, colour(sign), LEGEND[sign]) for sign in rare),
    ]


def _description(heat: HeatMap, claim: str) -> str:
    apart = sum(ratio > 1 for row in heat.cells for ratio in row)
    return f"{title_of_map(heat, claim)}: {apart} cells beyond the bound"


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
