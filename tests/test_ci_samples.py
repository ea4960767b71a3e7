"""The samples for CI in the help are run as a runner would: their commands, in their order, shard by shard.

A shell makes of each command the words that gradcheck is given, which then runs in this process.
"""

from __future__ import annotations

import functools
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from xml.etree import ElementTree as ET

import pytest
import yaml

from gradcheck.cli.main import main
from tests import in_this_process, processes, readme

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
        programs_in(folder)
        done = [job(commands, folder, own) for commands, own in sample()]
        return folder, [code for code, _ in done], [output for _, output in done]

    return running


WORDS = "words.txt"  # what the last `gradcheck` was given, a word a line


def programs_in(folder):
    """A `gradcheck` that notes its words down, and a `pip` that does nothing."""
    programs = folder / "bin"
    programs.mkdir()
    for name, does in (("gradcheck", f'printf "%s\\n" "$@" > {WORDS}'), ("pip", "exit 0")):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)


def job(commands, folder, own):
    """The exit code and the output of a job with an environment of its own; its last command is gradcheck's."""
    plain = readme.plain()
    environment = {**plain, "PATH": f"{folder / 'bin'}:{plain['PATH']}", **own}
    shell = processes.run(["/bin/sh", "-e", "-c", "\n".join(commands)], cwd=folder, env=environment)
    assert (shell.returncode, shell.stdout, shell.stderr) == (0, b"", b"")
    words = (folder / WORDS).read_text(encoding="utf-8").splitlines()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        patch.chdir(folder)
        in_this_process.stay(patch)
        for name in readme.LOUD:
            patch.delenv(name, raising=False)
        for name, value in own.items():
            patch.setenv(name, value)
        return main(words), out.getvalue()


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


def test_the_last_command_of_a_job_alone_is_of_gradcheck():
    jobs = [[command.split()[0] for command in job] for sample in (github, gitlab) for job, _ in sample()]
    assert all(job[-1] == "gradcheck" and job.count("gradcheck") == 1 for job in jobs)
