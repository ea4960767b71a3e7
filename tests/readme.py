"""The examples of README and help beside what the program prints; `python -m tests.readme` writes them anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import processes

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "gradcheck/help").glob("*.md")))

_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (?P<command>.*)\n(?P<output>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
_SECONDS = re.compile(r"\d+\.\d\d s\b")
_PRECISION = re.compile(r"central differences in (extended precision|float64)")
_PLOT = re.compile(r"^ *(?:1e[+-]\d+|0)?[┤│└].*$|^ +1e[+-]\d+.* step h$", re.MULTILINE)
_MAGNITUDE = re.compile(r"\b\d\.\de[+-]\d{2,3}\b")

# Processors round alike in the first digits of what is large, and in the size alone of what is left of rounding.
ROUNDING = 1e-8
FACTOR = 2.0
LOUD = ("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS")  # what changes how a report looks


def files(text: str) -> Iterator[tuple[str, str]]:
    """Name and content of each file that a page shows: a block with a name after its language."""
    return ((block["name"], block["body"]) for block in _BLOCK.finditer(text) if block["name"])


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """Each command of the console blocks, and the output shown below it."""
    for block in _BLOCK.finditer(text):
        if block["language"] == "console":
            yield from (session.group("command", "output") for session in _COMMAND.finditer(block["body"]))


def commands(text: str) -> Iterator[str]:
    """Each command of the blocks that show no output, without the remark beside it."""
    for block in _BLOCK.finditer(text):
        if block["language"] == "sh":
            yield from filter(None, (line.partition("  #")[0].strip() for line in block["body"].splitlines()))


def shown_files() -> dict[str, str]:
    """The files of all pages, by name: a page may speak of what another shows."""
    found: dict[str, str] = {}
    for page in PAGES:
        for name, content in files(page.read_text(encoding="utf-8")):
            assert found.setdefault(name, content) == content, f"two pages show a {name}, each another"
    return found


def furnish(folder: Path) -> None:
    """Put the files that the pages show into an empty folder, and beside them the configs that they speak of."""
    shutil.copytree(ROOT / "configs", folder / "configs", ignore=shutil.ignore_patterns("__pycache__"))
    for name, content in shown_files().items():
        (folder / name).write_text(content, encoding="utf-8")


def plain() -> dict[str, str]:
    """The environment without what changes how a report looks."""
    return {name: value for name, value in os.environ.items() if name not in LOUD}


def printed(command: str, folder: Path) -> str:
    """What a command prints in a folder, into a pipe."""
    program, *words = shlex.split(command)
    assert program == "gradcheck", f"a page can show what gradcheck prints, not {program}"
    done = processes.run(
        [sys.executable, "-m", "gradcheck", *words],
        cwd=folder,
        env={**plain(), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        encoding="utf-8",
    )
    assert done.returncode in (0, 1), f"{command} leaves with {done.returncode}: {done.stderr}"
    return done.stdout.rstrip("\n") + "\n"


def alike(shown: str, told: str) -> bool:
    """Whether two outputs say the same.

    All words, verdicts, counts and plain numbers must be equal. Seconds may differ, and so may the precision that the
    machine has; magnitudes (``1.2e-07``) may differ by a factor of 2, or by any if both are of the size of rounding.
    Of a plot, whose axes follow the precision, only the number of lines is compared.
    """
    shown, told = (_PLOT.sub("(plot)", text) for text in (shown, told))
    pairs = zip(_MAGNITUDE.findall(shown), _MAGNITUDE.findall(told), strict=False)
    return _skeleton(shown) == _skeleton(told) and all(_close(float(one), float(other)) for one, other in pairs)


def refreshed(text: str, run: Callable[[str], str]) -> str:
    """A page with what `run` makes of each command, where that is not alike to what is shown."""

    def session(match: re.Match[str]) -> str:
        told = run(match["command"])
        return f"$ {match['command']}\n{match['output'] if alike(match['output'], told) else told}"

    def block(match: re.Match[str]) -> str:
        return _COMMAND.sub(session, match[0]) if match["language"] == "console" else match[0]

    return _BLOCK.sub(block, text)


def _skeleton(text: str) -> str:
    return _MAGNITUDE.sub("#", _PRECISION.sub("central differences", _SECONDS.sub("# s", text)))


def _close(one: float, other: float) -> bool:
    small, large = sorted((one, other))
    return large < ROUNDING or large <= FACTOR * small


def main() -> None:
    """Write the pages anew."""
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder))
        for page in PAGES:
            text = page.read_text(encoding="utf-8")
            page.write_text(refreshed(text, lambda command: printed(command, Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
