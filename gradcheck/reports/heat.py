"""A Jacobian's errors as a heat map: half blocks in colour, one digit an entry without."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from gradcheck.records.figures import MAP_COLUMNS, MAP_ROWS, HeatMap
from gradcheck.reports.braille import Spans

WITHIN, NO_NUMBER, UNKNOWN = ".", "!", "?"
LEGEND = {
    WITHIN: "within the bound",
    "0": "up to 10 times the bound",
    "n": "at least 10^n times",
    NO_NUMBER: "NaN or infinite",
    UNKNOWN: "nothing to compare with",
}
COLOURS = (  # the least digit of each: a scale from cold to hot
    ("0", "yellow", "1 to 1e3 times"),
    ("3", "red", "1e3 to 1e6 times"),
    ("6", "bright_magenta", "1e6 times or more"),
)
COLD, ODD, EMPTY = "blue", "bright_white", "bright_black"
LARGEST_ZOOM = 4
ON_A_LINE = 3  # explanations of signs


def symbol(ratio: float) -> str:
    """One character for error over bound: ``.`` within, else its whole decades up to 9, ``!`` infinite, ``?`` NaN."""
    if math.isnan(ratio):
        return UNKNOWN
    if math.isinf(ratio):
        return NO_NUMBER
    return WITHIN if ratio <= 1 else str(min(int(math.log10(ratio)), 9))


def map_lines(heat: HeatMap, *, blocks: bool) -> Iterator[Spans]:
    """The map below the names of its columns, and what its signs mean.

    Parameters
    ----------
    heat : HeatMap
    blocks : bool
        Whether to draw half blocks, which need colour; digits otherwise.
    """
    signs = [[symbol(ratio) for ratio in row] for row in heat.cells]
    margin = max(map(len, heat.rows)) + 2
    zoom = _zoom(signs) if blocks else (2 if 2 * len(signs[0]) <= MAP_COLUMNS else 1)
    yield [(" " * margin + _ends(heat.columns, zoom * len(signs[0])), "")]
    yield from _blocks(signs, heat.rows, margin, zoom) if blocks else _digits(signs, heat.rows, margin, zoom)
    yield from _legend({sign for row in signs for sign in row}, margin, blocks=blocks)


def _ends(names: tuple[str, str], width: int) -> str:
    """The names of the first and the last column, above them if the width allows it."""
    first, last = names
    return first if first == last else f"{first:<{max(width - len(last), len(first) + 1)}}{last}"


def _zoom(signs: Sequence[Sequence[str]]) -> int:
    """How many half blocks wide and high a cell is drawn, so that small maps are seen."""
    return max(1, min(MAP_COLUMNS // 2 // len(signs[0]), MAP_ROWS // 2 // len(signs), LARGEST_ZOOM))


def _digits(signs: Sequence[Sequence[str]], names: Sequence[str], margin: int, zoom: int) -> Iterator[Spans]:
    for name, row in zip(names, signs, strict=True):
        runs = ((colour(sign), sign.ljust(zoom) * len(list(run))) for sign, run in groupby(row))
        yield [(f"{name:>{margin - 2}}  ", ""), *((text, style) for style, text in runs)]


def _blocks(signs: Sequence[Sequence[str]], names: Sequence[str], margin: int, zoom: int) -> Iterator[Spans]:
    rows = [[colour(sign) for sign in row for _ in range(zoom)] for row in signs for _ in range(zoom)]
    labels = [name if k == 0 else "" for name in names for k in range(zoom)]
    for k in range(0, len(rows), 2):
        label = labels[k] or labels[min(k + 1, len(rows) - 1)]
        upper = rows[k]
        styles = [f"{a} on {b}" for a, b in zip(upper, rows[k + 1], strict=True)] if k + 1 < len(rows) else upper
        yield [(f"{label:>{margin - 2}}  ", ""), *(("▀" * len(list(run)), style) for style, run in groupby(styles))]


def colour(sign: str) -> str:
    """The colour that stands for a sign."""
    if sign in (WITHIN, NO_NUMBER, UNKNOWN):
        return {WITHIN: COLD, NO_NUMBER: ODD, UNKNOWN: EMPTY}[sign]
    return next(name for least, name, _ in reversed(COLOURS) if sign >= least)


def _legend(used: set[str], margin: int, *, blocks: bool) -> Iterator[Spans]:
    """What the signs in use mean, a few on each line."""
    rare = [sign for sign in (NO_NUMBER, UNKNOWN) if sign in used]
    hot = used - {WITHIN, *rare}
    if blocks:
        yield []
        heats = [(name, text) for _, name, text in COLOURS if name in map(colour, hot)]
        meanings = [(COLD, LEGEND[WITHIN]), *heats, *((colour(sign), LEGEND[sign]) for sign in rare)]
        shown = [[("▀▀", f"{style} on {style}"), (f" {text}  ", "")] for style, text in meanings]
    else:
        signs = [WITHIN, *("0n" if hot else ""), *rare]
        shown = [[(f"{sign} {LEGEND[sign]}  ", "")] for sign in signs]
    for k in range(0, len(shown), ON_A_LINE):
        yield [(" " * margin, ""), *(span for one in shown[k : k + ON_A_LINE] for span in one)]
