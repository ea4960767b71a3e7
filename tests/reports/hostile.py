"""What a layer may put into its names and messages, and reports made of it."""

from __future__ import annotations

from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.report import LayerReport, SourceLine

TEXTS = (
    "]]><x/>",
    "\x1b[31mred\x1b[0m",
    "::error file=a::injected",
    "##[error]injected",
    "\n::warning::injected",
    "<script>alert(1)</script>",
    "a|b||c",
    "`x` ```\n# heading",
    "one\r\ntwo\rthree",
    "NUL \x00 BEL \x07 FFFE \ufffe",
    "lone \ud800 surrogate \udfff",
    "\"quoted\" & 'quoted' &amp;",
    "100%25 %0A ,:",
    "[link](http://x) ![i](y) **b** _i_ @team $x$ #1 ~~s~~",
    "{0} {{1}}",
    "\u202eright to left\u2028line",
)


def report(text: str) -> LayerReport:
    """A report in which everything that users write says `text`."""
    case = Case(text, "normal")
    smaller = Counterexample(Case(text, "given", values="x=[0]"), text)
    findings = tuple(
        Finding(
            text, verdict, case, text, stated(text), worst=text, notes=(text,), diagnosis=text, counterexample=smaller
        )
        for verdict in Verdict
    )
    places = (SourceLine("bprop", f"{text}.py".replace("\0", "0"), 3),)
    return LayerReport(text, text, findings, 0.5, (text,), text, places)
