from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from gradcheck.pytest_plugin import entry

ROOT = Path(entry.__file__).parents[2]
OTHERS = ("-p", "no:hypothesispytest", "-p", "no:xdist", "-p", "no:xdist.looponfail")  # which load much for nothing


@pytest.fixture
def installed(folder, monkeypatch):
    """An environment in which the entry point of the project is installed, maybe once more."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    (name, module), *others = points.items()
    assert not others
    info = folder.mkdir("site") / "standing_in-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: standing-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{name} = {module}\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(info.parent)]))
    folder.makepyfile("def test_it(gradcheck):\n    pass")
    return folder


@pytest.mark.parametrize("arguments", [(), ("-p", "gradcheck.pytest_plugin")])
def test_the_entry_point_loads_the_plugin_once(installed, arguments):
    result = installed.runpytest_subprocess("-W", "error", *OTHERS, *arguments)
    assert result.ret == 0
    result.assert_outcomes(passed=1)


def test_it_can_be_left_out(installed):
    result = installed.runpytest_subprocess(*OTHERS, "-p", "no:gradcheck")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'gradcheck' not found"])
