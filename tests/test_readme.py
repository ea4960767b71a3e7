"""The README shows what the program prints, and what it tells the reader to write works."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib

import pytest

import gradcheck
from gradcheck.cli.exits import MEANINGS
from tests import readme

TEXT = readme.README.read_text(encoding="utf-8")
SESSIONS = dict(readme.sessions(TEXT))
SOFTMAX = SESSIONS["gradcheck softmax"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with the files that the README shows."""
    folder = tmp_path_factory.mktemp("readme")
    readme.furnish(folder, TEXT)
    return folder


@pytest.fixture
def inside(workplace, monkeypatch):
    """The same, as the working folder, from which modules are imported."""
    monkeypatch.chdir(workplace)
    monkeypatch.syspath_prepend(workplace)
    monkeypatch.delitem(sys.modules, "mylayers", raising=False)
    yield workplace
    sys.modules.pop("mylayers", None)


@pytest.mark.parametrize("command", SESSIONS)
def test_what_is_shown_is_what_is_printed(workplace, command):
    told = readme.printed(command, workplace)
    if not readme.alike(SESSIONS[command], told):
        assert SESSIONS[command] == told, "if the program is right, refresh the README: make readme"


def test_every_command_is_shown():
    assert {command.split()[1] for command in SESSIONS} >= {"softmax", "explain", "sweep", "list"}


@pytest.mark.parametrize(
    ("shown", "changed"),
    [
        ("PASS ", "FAIL "),
        ("softmax: 17 points", "softmax: 16 points"),
        ("jacobian ", "Jacobian "),
        ("-11)", "-05)"),
        ("in every entry", "in each entry"),
        ("\nPASS", ""),
    ],
)
def test_a_changed_readme_is_noticed(shown, changed):
    worn = re.sub(r">= \S+ \(median \S+\)", "(>= 1.4e-11)", SOFTMAX)
    assert shown in worn
    assert not readme.alike(worn.replace(shown, changed, 1), worn)


def test_a_command_that_prints_more_is_noticed():
    assert not readme.alike(SOFTMAX, SOFTMAX + "one line more\n")


@pytest.mark.parametrize(
    ("shown", "told", "same"),
    [
        ("0.06 s", "12.50 s", True),
        ("0.06 s", "0.06 m", False),
        ("in extended precision", "in float64", False),
        ("central differences in extended precision", "central differences in float64", True),
        ("max rel 1.1e-16", "max rel 0.0e+00", True),
        ("max rel 1.1e-16", "max rel 1.1e-06", False),
        ("error 4.7e-01", "error 4.8e-01", True),
        ("error 4.7e-01", "error 4.7e-02", False),
        ("numeric 0.533971", "numeric 0.533972", False),
        ("floor 1.4e-11", "floor inf", False),
    ],
)
def test_only_seconds_and_what_rounding_leaves_may_differ(shown, told, same):
    assert readme.alike(shown, told) is same


PLOT = "  1e-03┤⠁⠂⠄ h^2\n       │⠒⠂ floor 3.2e-15\n       └┬──\n      1e-18   1e-15  step h\n"


def test_the_dots_of_a_plot_may_differ():
    other = "      0┤⠁ eps/h\n  1e-05┤⠒⠂ floor 1.0e-02\n       └─┬\n      1e-15   1e-12  step h\n"
    assert readme.alike(PLOT, other)
    assert not readme.alike(PLOT, other + "       │\n")
    assert not readme.alike(PLOT + "h 1\n", PLOT + "h 2\n")


def test_refreshing_repairs_what_is_wrong_and_leaves_the_rest():
    spoiled = TEXT.replace("\nPASS ", "\nFINE ")
    assert spoiled != TEXT
    assert readme.refreshed(spoiled, SESSIONS.__getitem__) == TEXT
    assert readme.refreshed(TEXT, lambda command: re.sub(r"\d\.\d\d s", "9.99 s", SESSIONS[command])) == TEXT


def test_the_layers_shown_are_right(inside):
    for name, _ in readme.files(TEXT):
        if name.endswith(".py") and not name.startswith("test_"):
            (layer,) = gradcheck.load(name)
            assert gradcheck.check(layer).passed


def test_the_test_shown_passes_and_fails_for_a_wrong_layer(inside):
    shown = runpy.run_path("test_mylayers.py")
    shown["test_swish"]()
    layer = sys.modules["mylayers"].Swish
    layer.bprop = lambda self, v, x: v
    with pytest.raises(AssertionError, match="FAIL Swish · bprop · x: "):
        shown["test_swish"]()


def test_every_exit_code_is_told():
    rows = [f"| {code} | {meaning} |" for code, meaning in MEANINGS.items()]
    assert "\n".join(rows) in TEXT


def test_every_verdict_is_told():
    assert [verdict for verdict in gradcheck.Verdict if f"\n| {verdict.value} |" not in TEXT] == []


def test_the_claims_of_the_worksheet_are_those_of_the_sweep():
    with (readme.ROOT / "configs/worksheet.toml").open("rb") as file:
        blocks = tomllib.load(file)["sweep"]
    rows = ["| {} | {} |".format(*block["title"].split(". ", 1)) + f" {_found(block['expect'])} |" for block in blocks]
    assert "\n".join(rows) in TEXT


def _found(expect):
    return expect if isinstance(expect, str) else f"exactly zero: {', '.join(expect)}"


def test_every_target_of_make_and_every_file_that_is_named_exists():
    makefile = (readme.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"\bmake ([a-z]+)(?=`| +#)", TEXT)
    assert {"check", "test"} <= set(targets)
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    assert [p for p in re.findall(r"`(configs/[^`:]+)`", TEXT) if not (readme.ROOT / p).exists()] == []
