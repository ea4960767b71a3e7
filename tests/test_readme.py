"""README and help show what the program prints, and what they tell the reader to write works."""

from __future__ import annotations

import functools
import re
import runpy
import shlex
import sys
import tomllib

import pytest

# pytester forgets what an inner run imports, and numpy cannot be imported twice: it has to be here before.
import gradcheck.pytest_plugin.layers
import gradcheck.reports.table
from gradcheck.cli.exits import MEANINGS
from gradcheck.cli.main import cli, main
from tests import readme

TEXTS = {page.stem: page.read_text(encoding="utf-8") for page in readme.PAGES}
TEXT = TEXTS["README"]
WHOLE = "\n".join(TEXTS.values())
SESSIONS = [(page, *session) for page, text in TEXTS.items() for session in readme.sessions(text)]
COMMANDS = [(page, command) for page, text in TEXTS.items() for command in readme.commands(text)]
SOFTMAX = dict(readme.sessions(TEXT))["gradcheck softmax"]
# What only another machine, or a setting up of this one, can run; the Makefile's own lines are those of CI.
ELSEWHERE = re.compile(r"make |\. \.venv|dask |.* --scheduler ")
CONFIGURED = re.compile(r"gradcheck sweep configs/\w+\.toml$")  # which the tests of configurations run
# Options of others, and those whose absence a page explains.
FOREIGN = {"--gradcheck-layers", "--nthreads", "--tolerance", "--atol", "--rtol", "--eps"}


@pytest.fixture(scope="module")
def workplaces(tmp_path_factory):
    """A folder with these files for each page, in which its commands are run one after another."""

    @functools.cache
    def workplace(page):
        folder = tmp_path_factory.mktemp(page)
        readme.furnish(folder)
        return folder

    return workplace


@pytest.fixture
def enter(workplaces, monkeypatch):
    """Make the folder of a page the working folder, from which modules are imported."""
    names = [name.removesuffix(".py") for name in readme.shown_files() if name.endswith(".py")]

    def entering(page):
        monkeypatch.chdir(workplaces(page))
        monkeypatch.syspath_prepend(workplaces(page))
        for name in names:
            sys.modules.pop(name, None)

    yield entering
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("page", "command", "shown"), SESSIONS)
def test_what_is_shown_is_what_is_printed(enter, capsys, monkeypatch, page, command, shown):
    for name in readme.LOUD:
        monkeypatch.delenv(name, raising=False)
    enter("shown")
    assert main(shlex.split(command)[1:]) in (0, 1)
    told = capsys.readouterr().out.rstrip("\n") + "\n"
    if not readme.alike(shown, told):
        assert shown == told, f"if the program is right, refresh {page}: make readme"


@pytest.mark.parametrize(("page", "command"), [one for one in COMMANDS if one[1].startswith("gradcheck ")])
def test_a_command_of_a_page_does_what_it_says(enter, capsys, page, command):
    if ELSEWHERE.match(command) or CONFIGURED.match(command):
        return
    enter(page)
    assert main(shlex.split(command)[1:]) == 0, capsys.readouterr()


@pytest.mark.parametrize("command", sorted({command for _, command in COMMANDS if command.startswith("pytest ")}))
def test_a_command_of_pytest_does_what_it_says(pytester, enter, monkeypatch, command):
    for name in readme.LOUD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    enter("pytest")
    plugin = ["-p", "gradcheck.pytest_plugin", "-p", "no:cacheprovider"]
    done = pytester.runpytest_inprocess(*plugin, *shlex.split(command)[1:])
    assert done.ret == 0
    assert done.parseoutcomes()["passed"] > 0


def test_no_command_is_of_a_program_that_is_not_run():
    others = [command for _, command in COMMANDS if not command.startswith(("gradcheck ", "pytest "))]
    assert [command for command in others if not ELSEWHERE.match(command)] == []


def test_every_option_that_a_page_names_exists():
    commands = [cli.get_command(None, name) for name in cli.homes]
    known = {flag for command in commands for parameter in command.params for flag in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", WHOLE))
    assert {"--inputs", "--checks", "--report"} <= named
    assert named - known - FOREIGN - {"--help"} == set()


def test_a_page_links_to_pages_that_exist():
    links = set(re.findall(r"\]\(([\w/]+\.md)\)", WHOLE))
    folder = readme.ROOT / "gradcheck/help"
    assert len(links) >= 10
    assert [link for link in links if not ((readme.ROOT / link).exists() or (folder / link).exists())] == []


def test_every_page_is_linked_to_and_has_a_title():
    for page, text in TEXTS.items():
        if page != "README":
            assert f"gradcheck/help/{page}.md" in TEXT
            assert re.match(r"# [^:\n]+: .+\n\n", text), page


def test_the_readme_is_short():
    assert len(TEXT.splitlines()) < 250


def test_every_command_is_shown():
    shown = {command.split()[1] for _, command, _ in SESSIONS}
    assert shown >= {"softmax", "explain", "sweep", "list", "prove"}


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
    told = dict(readme.sessions(TEXT))
    spoiled = TEXT.replace("\nPASS ", "\nFINE ")
    assert spoiled != TEXT
    assert readme.refreshed(spoiled, told.__getitem__) == TEXT
    assert readme.refreshed(TEXT, lambda command: re.sub(r"\d\.\d\d s", "9.99 s", told[command])) == TEXT


@pytest.mark.parametrize("name", [n for n in readme.shown_files() if n.endswith(".py") and not n.startswith("test_")])
def test_the_layers_shown_are_right(enter, name):
    enter("README")
    for layer in gradcheck.load(name):
        assert gradcheck.check(layer, inputs=["normal", "ties", "zeros"]).passed


def test_the_test_shown_passes_and_fails_for_a_wrong_layer(enter):
    enter("README")
    shown = runpy.run_path("test_mylayers.py")
    shown["test_swish"]()
    layer = sys.modules["mylayers"].Swish
    layer.bprop = lambda self, v, x: v
    with pytest.raises(AssertionError, match="FAIL Swish · bprop · x: "):
        shown["test_swish"]()


def test_every_exit_code_is_told():
    rows = [f"| {code} | {meaning} |" for code, meaning in MEANINGS.items()]
    assert "\n".join(rows) in TEXTS["ci"]


def test_every_verdict_is_told():
    assert [verdict for verdict in gradcheck.Verdict if f"\n| {verdict.value} |" not in TEXTS["verdicts"]] == []


def test_the_claims_of_the_worksheet_are_those_of_the_sweep():
    with (readme.ROOT / "configs/worksheet.toml").open("rb") as file:
        blocks = tomllib.load(file)["sweep"]
    rows = ["| {} | {} |".format(*block["title"].split(". ", 1)) + f" {_found(block['expect'])} |" for block in blocks]
    assert "\n".join(rows) in TEXTS["worksheet"]


def _found(expect):
    return expect if isinstance(expect, str) else f"exactly zero: {', '.join(expect)}"


def test_every_target_of_make_and_every_file_that_is_named_exists():
    makefile = (readme.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"\bmake ([a-z]+)(?=`| +#)", TEXT)
    assert {"check", "test"} <= set(targets)
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    assert [p for p in re.findall(r"`(configs/[^`:]+)`", WHOLE) if not (readme.ROOT / p).exists()] == []
