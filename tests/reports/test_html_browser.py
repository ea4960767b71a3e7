"""The HTML report in a real browser; skipped where there is none."""

from __future__ import annotations

import pytest

from gradcheck.reports.html import render
from gradcheck.reports.interface import RenderOptions
from tests import processes
from tests.reports.chromium import PROGRAM, Browser

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")

MANY = 3000
HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">"

# Of every text on the page, the ones with less contrast to their background than people need.
FAINT = """(() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (text) => channels(text).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const solid = (element) => {
    const ground = getComputedStyle(element).backgroundColor;
    const [, , , opacity = 1] = channels(ground);
    return opacity > 0.99 || !element.parentElement ? ground : solid(element.parentElement);
  };
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  return [...document.body.querySelectorAll("*")].filter((e) => own(e) && e.checkVisibility()).map((e) => {
    const style = getComputedStyle(e);
    const ink = light(e instanceof SVGElement ? style.fill : style.color);
    const grounds = e.matches(".signs")
      ? [...e.parentElement.querySelectorAll("rect")].map((r) => getComputedStyle(r).fill) : [solid(e)];
    return [e.textContent.slice(0, 30), Math.min(...grounds.map((ground) => ratio(ink, light(ground))))];
  }).filter(([, found]) => found < 4.5);
})()"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """One browser for all tests of this file."""
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture
def shown(browser, tmp_path, report, finding, figures):
    """The browser with a page of several layers, a failure among them, at one of its usual sizes."""
    found = [finding(layer="relu", strategy=f"s{k}", max_rel=k * 1e-15, floor=1e-13) for k in range(30)]
    odd = [finding("UNDEFINED", layer="relu", sentence="a jump"), finding("INCONCLUSIVE", layer="relu", max_rel=0.0)]
    wrong = finding("FAIL", layer=HOSTILE, scale=1e3, max_rel=0.5, sentence=HOSTILE, figures=figures)
    passed = [
        finding(layer=HOSTILE, scale=1e3),
        finding("FAIL", layer=HOSTILE, strategy="ties", scale=1e3, max_rel=0.25),
    ]
    several = [report(wrong, *passed, layer=HOSTILE), report(*found, *odd, layer="relu")]
    return opened(browser, tmp_path, several)


def opened(browser, folder, reports):
    file = folder / "report.html"
    with file.open("w") as stream:
        render(reports, stream, RenderOptions(date="2031-02-03"))
    browser.prefer("light")
    browser.size(1280)
    browser.open(file.as_uri())
    browser.run("localStorage.clear()")
    return browser


def column(browser, name):
    """The cells of a column of the table of findings, as shown."""
    return browser.run(
        "(() => { const table = document.getElementById('rows');"
        f"const k = [...table.tHead.rows[0].cells].findIndex((head) => head.textContent === '{name}');"
        "return [...table.tBodies[0].rows].map((row) => row.cells[k].textContent); })()"
    )


def focused(browser):
    return browser.run("document.activeElement.textContent")


def tab_to(browser, text, most=80):
    """Press Tab until what has the focus says so."""
    for _ in range(most):
        browser.press("Tab")
        if focused(browser) == text:
            return
    pytest.fail(f"Tab does not lead to {text!r}")


def test_a_page_is_quiet_and_asks_for_nothing_else(shown):
    shown.run("document.querySelectorAll('details').forEach((card) => { card.open = true; })")
    assert shown.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown") == []
    assert [told["request"]["url"].rpartition("/")[2] for told in shown.told("Network.requestWillBeSent")] == [
        "report.html"
    ]
    assert shown.run("document.title") == "gradcheck: FAIL, 2 layers"


def test_the_policy_stops_what_is_not_of_the_page(shown):
    refused = (
        "new Promise((done) => {"
        "addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));"
        "document.body.append(Object.assign(new Image(), { src: 'https://example.org/x.png' })); })"
    )
    assert shown.run(refused) == "img-src"


def test_what_passed_is_folded_away_until_asked_for(shown):
    assert set(column(shown, "verdict")) == {"FAIL", "UNDEFINED", "INCONCLUSIVE"}
    shown.run("document.querySelector('[value=PASS]').click()")
    assert column(shown, "verdict").count("PASS") == 31
    assert shown.run("document.getElementById('shown').textContent") == "35 of 35 findings"


def test_words_narrow_the_rows_down(shown):
    shown.press("/")
    assert shown.run("document.activeElement.id") == "words"
    shown.write("RELU jump")
    assert column(shown, "layer") == ["relu"]
    assert column(shown, "verdict") == ["UNDEFINED"]
    assert shown.run("document.getElementById('shown').textContent") == "1 of 35 findings"


@pytest.mark.parametrize("key", ["Enter", " "])
def test_rows_are_sorted_with_the_keyboard(shown, key):
    shown.run("document.querySelector('[value=PASS]').click()")
    shown.run("document.getElementById('words').focus()")
    tab_to(shown, "max rel")
    shown.press(key)
    falling = [float(text) for text in column(shown, "max rel") if text != "-"]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] == 0.5
    heads = "[...document.querySelectorAll('#rows th[aria-sort]')].map((head) => [head.textContent, head.ariaSort])"
    assert shown.run(heads) == [["max rel", "descending"]]
    shown.press(key)
    told = column(shown, "max rel")
    assert [float(text) for text in told if text != "-"] == falling[::-1]
    assert told[-1] == "-"
    assert shown.run(heads) == [["max rel", "ascending"]]


def test_words_are_sorted_from_the_start_of_the_alphabet(shown):
    shown.run("document.querySelector('#rows th:nth-child(2) button').click()")
    assert column(shown, "layer") == sorted(column(shown, "layer"))


def test_the_table_of_layers_is_sorted_too(shown):
    shown.run("document.querySelector('#overview th:nth-child(3) button').click()")
    assert shown.run("document.querySelector('#overview .sortable tbody th').textContent") == HOSTILE
    shown.run("document.querySelector('#overview th:nth-child(3) button').click()")
    assert shown.run("document.querySelector('#overview .sortable tbody th').textContent") == "relu"


def test_a_cell_of_the_map_leads_to_its_findings(shown):
    shown.run("document.querySelector('.heat tr:nth-child(2) a').focus()")
    shown.press("Enter")
    assert len(column(shown, "verdict")) == 32
    assert set(column(shown, "layer")) == {"relu"}
    assert shown.run("location.hash") == "#findings"
    only = "document.getElementById('only').textContent"
    assert shown.run(only) == "relu, scale 1 \u00d7"
    shown.run("document.getElementById('only').click()")
    assert len(column(shown, "verdict")) == 35


def test_colours_follow_the_system_and_then_the_button(shown):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = shown.run(ground)
    shown.prefer("dark")
    dark = shown.run(ground)
    assert light != dark
    button = "document.getElementById('theme')"
    assert shown.run(f"{button}.ariaPressed") == "true"
    shown.run(f"{button}.click()")
    assert (shown.run(ground), shown.run(f"{button}.ariaPressed")) == (light, "false")

    def remembers():
        shown.open(shown.run("location.href"))
        return shown.run(ground) == light

    processes.until(remembers)  # a busy browser hands on what a page has stored when it comes to it
    shown.run("localStorage.clear()")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_runs_over_the_edge(shown, width):
    shown.size(width)
    shown.run("document.querySelectorAll('details').forEach((card) => { card.open = true; })")
    assert shown.run("document.documentElement.scrollWidth") <= width


def test_on_a_narrow_window_the_verdicts_stand_beside_the_longest_name(browser, tmp_path, report, finding):
    name = "ALayerWhoseNameSomebodyMadeFromAllOfItsConfiguration" * 3
    page = opened(browser, tmp_path, [report(finding("UNDEFINED", layer=name), layer=name)])
    page.size(400)
    rights = page.run(
        "['.heat td a b', '#overview td.verdict', '#rows td:first-child']"
        ".map((cell) => document.querySelector(cell).getBoundingClientRect().right)"
    )
    assert max(rights) <= 400
    page.run("document.querySelectorAll('tbody th').forEach((head) => { head.style.maxWidth = 'none'; })")
    page.run("document.querySelectorAll('tbody th').forEach((head) => { head.style.whiteSpace = 'nowrap'; })")
    assert page.run("document.querySelector('.heat td a b').getBoundingClientRect().right") > 400


def test_what_is_printed_has_no_controls(shown):
    shown.ask("Emulation.setEmulatedMedia", media="print")
    try:
        controls = "[...document.querySelectorAll('form, nav, .scripted')].filter((e) => e.checkVisibility()).length"
        assert shown.run(controls) == 0
        assert shown.run("document.querySelector('#failures').checkVisibility()")
    finally:
        shown.ask("Emulation.setEmulatedMedia", media="")
    assert shown.run(controls) > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(shown, scheme):
    shown.prefer(scheme)
    shown.run("document.querySelectorAll('details').forEach((card) => { card.open = true; })")
    shown.run("document.querySelector('[value=PASS]').click()")
    assert shown.run(FAINT) == []


def test_a_faint_text_would_be_seen(shown):
    shown.run("document.querySelector('h1').setAttribute('class', 'faint')")
    shown.run(
        "new CSSStyleSheet().replace('.faint { color: #888 !important; }').then("
        "(sheet) => { document.adoptedStyleSheets = [sheet]; })"
    )
    assert [text for text, _ in shown.run(FAINT)] == ["gradcheck FAIL"]


def test_every_control_is_reached_by_tab_and_shows_it(shown):
    wanted = shown.run(
        "[...document.querySelectorAll('a[href], button, input, summary, [tabindex=\"0\"]')]"
        ".filter((one) => one.checkVisibility()).length"
    )
    seen = set()
    for _ in range(wanted):
        shown.press("Tab")
        style = "((one) => [getComputedStyle(one).outlineStyle, one.outerHTML])(document.activeElement)"
        outline, told = shown.run(style)
        assert outline == "solid", told
        seen.add(shown.run("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(seen) == wanted


def test_a_command_is_copied(shown):
    shown.ask("Emulation.setFocusEmulationEnabled", enabled=True)
    shown.ask("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    told = shown.run(
        "new Promise((done) => { const button = document.querySelector('button.copy');"
        "new MutationObserver(() => done(button.textContent)).observe(button, { childList: true }); button.click(); })"
    )
    assert told == "copied"
    assert shown.run("navigator.clipboard.readText()") == shown.run(
        "document.querySelector('dd:last-of-type code').textContent"
    )


def test_a_long_table_is_shown_a_part_at_a_time(browser, tmp_path, report, finding):
    found = [finding("UNDEFINED", strategy=f"s{k}") for k in range(MANY)]
    page = opened(browser, tmp_path, [report(*found)])
    assert len(column(page, "verdict")) == 200
    page.run("document.querySelector('.more').click()")
    assert len(column(page, "verdict")) == 400
    page.press("/")
    page.write("s2999")
    assert column(page, "strategy") == ["s2999"]


def test_without_its_script_the_page_says_it_all(shown):
    shown.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        shown.open(shown.run("location.href"))
        assert len(column(shown, "verdict")) == 35
        hidden = "[...document.querySelectorAll('.scripted')].filter((one) => one.checkVisibility()).length"
        assert shown.run(hidden) == 0
    finally:
        shown.ask("Emulation.setScriptExecutionDisabled", value=False)
