"""The samples for CI in the help are run as a runner would: their commands, in their order, shard by shard."""

from __future__ import annotations

import functools
import json
import re
import sys
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests import processes, readme

TEXT = (readme.ROOT / "gradcheck/help/ci.md").read_text(encoding="utf-8")
SAMPLES = dict(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
GITHUB = yaml.safe_load(SAMPLES[".github/workflows/gradients.yml"])
GITLAB = yaml.safe_load(SAMPLES[".gitlab-ci.yml"])
LAYERS = readme.shown_files()["mylayers.py"]
CONFIG = '[defaults]\ninputs = ["normal", "uniform", "zeros", "ties", "spike"]'  # a point or two for each shard
WRONG = LAYERS.replace("return v * s", "return 1.01 * v * s")


def github():
    """The commands of each job and machine, with their environments."""
    jobs = GITHUB["jobs"]
    (shards,) = jobs["gradcheck"]["strategy"]["matrix"].values()
    told = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"}
    for job in ("gradcheck", "report"):
        for shard in shards if job == "gradcheck" else [""]:
            runs = [step["run"] for step in jobs[job]["steps"] if "run" in step]
            yield [run.replace("${{ matrix.shard }}", str(shard)) for run in runs], told


def gitlab():
    """The same for GitLab."""
    total = GITLAB["gradcheck"]["parallel"]
    for number in range(1, total + 1):
        yield GITLAB["gradcheck"]["script"], {"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(total)}
    yield GITLAB["report"]["script"], {}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs all jobs of a sample, one after another in one folder: the folder, their exit codes and what they print."""

    @functools.cache
    def running(sample, layers):
        folder = tmp_path_factory.mktemp(sample.__name__)
        (folder / "mylayers.py").write_text(layers)
        (folder / "gradcheck.toml").write_text(CONFIG)
        environment = environment_in(folder)
        done = [job(commands, folder, {**environment, **own}) for commands, own in sample()]
        return folder, [one.returncode for one in done], [one.stdout + one.stderr for one in done]

    return running


def environment_in(folder):
    """One in which `gradcheck` is this one and `pip` does nothing."""
    programs = folder / "bin"
    programs.mkdir()
    for name, does in (("gradcheck", f'exec "{sys.executable}" -m gradcheck "$@"'), ("pip", "exit 0")):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    plain = readme.plain()
    return plain | {"PATH": f"{programs}:{plain['PATH']}", "PYTHONPATH": str(readme.ROOT), "PYTHONUTF8": "1"}


def job(commands, folder, environment):
    shell = ["/bin/sh", "-e", "-c", "\n".join(commands)]
    return processes.run(shell, cwd=folder, env=environment, encoding="utf-8")


def cases(folder, number):
    lines = (folder / f"shard-{number}.jsonl").read_text().splitlines()
    return {entry["id"] for entry in map(json.loads, lines) if entry["type"] == "finding"}


def failures(folder):
    """How many the JUnit report holds."""
    suites = ET.parse(folder / "gradcheck.xml").getroot()  # noqa: S314 - our own
    assert len(list(suites.iter("testcase"))) > 1
    return len(list(suites.iter("failure")))


@pytest.mark.parametrize("sample", [github, gitlab])
def test_right_layers_pass(run, sample):
    folder, codes, outputs = run(sample, LAYERS)
    assert codes == [0, 0, 0], outputs
    assert failures(folder) == 0
    assert "</html>" in (folder / "gradcheck.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", [github, gitlab])
def test_a_wrong_layer_fails_the_report(run, sample):
    folder, codes, outputs = run(sample, WRONG)
    assert codes[-1] == 1, outputs
    assert set(codes[:-1]) <= {0, 1}
    assert failures(folder) > 0
    assert "FAIL" in (folder / "gradcheck.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", [github, gitlab])
def test_the_shards_share_the_cases(run, sample):
    folder, _, _ = run(sample, LAYERS)
    one, other = cases(folder, 1), cases(folder, 2)
    assert one
    assert other
    assert one.isdisjoint(other)


def test_github_is_told_where_the_wrong_derivative_stands(run):
    folder, _, outputs = run(github, WRONG)
    assert "::error" in outputs[-1]
    assert "file=mylayers.py" in outputs[-1]
    assert "FAIL" in (folder / "summary.md").read_text(encoding="utf-8")


def test_what_is_uploaded_is_what_is_written(run):
    folder, _, _ = run(gitlab, LAYERS)
    steps = [step.get("with", {}) for job in GITHUB["jobs"].values() for step in job["steps"]]
    artifacts = [job["artifacts"] for job in GITLAB.values()]
    named = [step["path"] for step in steps if "path" in step]
    named += [path for kept in artifacts for path in [*kept["paths"], *kept.get("reports", {}).values()]]
    assert len(named) == 5
    assert [path for path in named if not list(folder.glob(path))] == []


def test_the_samples_run_nothing_but_what_is_tested():
    commands = [command for sample in (github, gitlab) for job, _ in sample() for command in job]
    assert {command.split()[0] for command in commands} == {"pip", "gradcheck"}
