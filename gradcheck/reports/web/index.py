"""What is on the page, and where: its parts, and each failure by its layer and cause."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.records.failures import Block
from gradcheck.records.report import LayerReport
from gradcheck.reports.web.failures import id_of, title_of_block
from gradcheck.reports.web.markup import Markup, tag
from gradcheck.text import plural

MOST = 20  # failures that the index names: a screenful


def page_index(found: Sequence[Block], reports: Sequence[LayerReport]) -> Markup:
    """Links to the parts of the page and to the first failures."""
    counts = (
        ("failures", plural(len(found), "failure")),
        ("overview", plural(len(reports), "layer")),
        ("findings", plural(sum(len(report.findings) for report in reports), "finding")),
    )
    parts = (tag("a", text, href=f"#{name}") for name, text in counts if found or name != "failures")
    named = Markup.concat(_entry(block, number) for number, block in enumerate(found[:MOST], start=1))
    more = tag("li", f"and {len(found) - MOST} more", class_="remark") if len(found) > MOST else ""
    links = tag("ul", named, more, class_="index") if found else ""
    return tag("nav", tag("p", Markup.concat(parts, " · ")), links, aria_label="on this page")


def _entry(block: Block, number: int) -> Markup:
    link = tag("a", title_of_block(block), href=f"#{id_of(number)}")
    return tag("li", link, tag("span", f" {block.cause}", class_="remark"))
