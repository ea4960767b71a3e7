from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config.file import SweepTable, read
from gradcheck.errors import ConfigError
from gradcheck.layers import LAYERS
from gradcheck.records.plan import Plan

SHIPPED = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))
WHOLE = """\
# Shows everything.
[defaults]
seeds = [0, 1, 2]
inputs = ["normal"]

[[sweep]]
title = "softmax"
layers = ["softmax", "own.py:Softmax"]
checks = ["jacobian"]
scales = [1e-3, 1, 1e3]
sizes = { n = [2, 5], m = 4 }
dtypes = ["float32"]
select = "not zeros"
expect = "undefined"

[[sweep]]
layers = ["mlp"]
seeds = [7]
expect = ["W1", "b1"]
"""


@pytest.fixture
def config(tmp_path):
    """Reads a text as a file of the given name."""

    def make(text: str, name: str = "sweep.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read(path)

    return make


@pytest.fixture
def mistakes(config):
    """The mistakes of a text, one a line, each without the folder."""

    def make(text: str, name: str = "sweep.toml") -> list[str]:
        with pytest.raises(ConfigError) as caught:
            config(text, name)
        return [line.rpartition("/")[2] for line in str(caught.value).splitlines()]

    return make


def block(line: str) -> str:
    return f'[[sweep]]\nlayers = ["softmax"]\n{line}\n'


def test_a_whole_file_becomes_records(config, tmp_path):
    read_config = config(WHOLE)
    assert read_config.defaults == Plan(seeds=(0, 1, 2), inputs=("normal",))
    assert read_config.blocks == (
        SweepTable(
            title="softmax",
            targets=("softmax", "own.py:Softmax"),
            plan=Plan(
                inputs=("normal",),
                scales=(1e-3, 1.0, 1e3),
                sizes=((("m", 4), ("n", 2)), (("m", 4), ("n", 5))),
                dtypes=("float32",),
                seeds=(0, 1, 2),
                checks=("jacobian",),
                select="not zeros",
            ),
            expect="undefined",
            folder=tmp_path,
        ),
        SweepTable("mlp", ("mlp",), Plan(inputs=("normal",), seeds=(7,)), ("W1", "b1"), tmp_path),
    )


def test_an_empty_file_is_the_usual_plan(config):
    assert (config("").defaults, config("").blocks) == (Plan(), ())


def test_a_byte_order_mark_is_no_mistake(config):
    assert config("\ufeff[defaults]\nseeds = [4]").defaults.seeds == (4,)


def test_repetitions_are_run_once(config):
    assert config("[defaults]\nscales = [1, 1.0, 2]").defaults.scales == (1.0, 2.0)


def test_a_pyproject_is_read_under_its_tool_table(config):
    text = (
        '[project]\nname = "x"\n[tool.gradcheck.defaults]\nseeds = [3]\n[[tool.gradcheck.sweep]]\nlayers = ["tanh"]\n'
    )
    read_config = config(text, "pyproject.toml")
    assert read_config.defaults.seeds == (3,)
    assert read_config.blocks[0].targets == ("tanh",)


def test_a_pyproject_without_the_table_is_empty(config):
    assert config('[project]\nname = "x"\n', "pyproject.toml").blocks == ()


def test_mistakes_in_a_pyproject_are_named_by_their_full_path(mistakes):
    assert mistakes("[tool.gradcheck.defaults]\nseed = [3]\n", "pyproject.toml") == [
        "pyproject.toml:2: tool.gradcheck.defaults.seed: unknown key 'seed'; did you mean 'seeds'?"
    ]


def test_all_mistakes_are_named_at_once_in_the_order_of_the_lines(mistakes):
    text = '[defaults]\nsede = [0]\n[[sweep]]\nscales = [0]\ndtypes = ["float23"]\n[[sweep]]\nlayers = "tanh"\n'
    assert mistakes(text) == [
        "sweep.toml:2: defaults.sede: unknown key 'sede'; did you mean 'seeds'?",
        "sweep.toml:3: sweep: 'layers' is missing; required is a list of layers as on the command line",
        "sweep.toml:4: sweep.scales: must be a finite number > 0, not 0",
        (
            "sweep.toml:5: sweep.dtypes: must be one of float64, float32, float16, bfloat16, not 'float23'; "
            "did you mean 'float32'?"
        ),
        "sweep.toml:7: sweep.layers: must be a list of one or more, each a string that is not empty, not 'tanh'",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("seeds = [true]", "sweep.seeds: must be an integer >= 0, not True"),
        ("seeds = [-1]", "sweep.seeds: must be an integer >= 0, not -1"),
        ("seeds = [1.0]", "sweep.seeds: must be an integer >= 0, not 1.0"),
        ("seeds = 1", "sweep.seeds: must be a list of one or more, each an integer >= 0, not 1"),
        ("seeds = []", "sweep.seeds: must be a list of one or more, each an integer >= 0, not []"),
        ("scales = [nan]", "sweep.scales: must be a finite number > 0, not nan"),
        ("scales = [inf]", "sweep.scales: must be a finite number > 0, not inf"),
        ("scales = [-1]", "sweep.scales: must be a finite number > 0, not -1"),
        ("scales = [true]", "sweep.scales: must be a finite number > 0, not True"),
        ('scales = ["1"]', "sweep.scales: must be a finite number > 0, not '1'"),
        ("scales = [[1]]", "sweep.scales: must be a finite number > 0, not [1]"),
        (f"scales = [1{'0' * 400}]", "characters more)"),
        ("inputs = [1]", "sweep.inputs: must be a string that is not empty, not 1"),
        ("checks = ['']", "sweep.checks: must be a string that is not empty, not ''"),
        ("dtypes = [64]", "sweep.dtypes: must be one of float64, float32, float16, bfloat16, not 64"),
        ("sizes = { n = [2, 0.5] }", "sweep.sizes.n: must be an integer >= 0, not 0.5"),
        ("sizes = { n = [] }", "sweep.sizes.n: must be a list of one or more, each an integer >= 0, not []"),
        ("sizes = 3", "sweep.sizes: must be a table, not 3"),
        ("budget = 'quik'", "must be one of quick, usual, full, not 'quik'; did you mean 'quick'?"),
        ("budget = 3", "sweep.budget: must be one of quick, usual, full, not 3"),
        ("select = 3", "sweep.select: must be a string that is not empty, not 3"),
        ("title = 3", "sweep.title: must be a string that is not empty, not 3"),
        (
            "expect = 'fial'",
            "must be 'pass', 'fail', 'undefined' or a list of inputs, not 'fial'; did you mean 'fail'?",
        ),
        ("expect = []", "sweep.expect: must be a list of one or more, each a string that is not empty, not []"),
        ("expect = true", "sweep.expect: must be 'pass', 'fail', 'undefined' or a list of inputs, not True"),
        ("zzz = 1", "sweep.zzz: unknown key 'zzz'; known keys are title, layers, expect, inputs, scales, dtypes"),
    ],
)
def test_a_mistake_says_where_it_is_what_is_required_and_what_came(line, said, mistakes):
    (mistake,) = mistakes(block(line))
    assert mistake.startswith("sweep.toml:3: sweep.")
    assert said in mistake


def test_a_key_that_cannot_be_shown_is_escaped_and_has_its_table_s_line(mistakes):
    (mistake,) = mistakes(block('"a\\u001b" = 1'))
    assert mistake.startswith("sweep.toml:1: sweep.a\\x1b: unknown key 'a\\x1b'; known keys are ")


@pytest.mark.parametrize(
    "line",
    [
        "seeds = [0]",
        "scales = [1]",
        "dtypes = ['float16']",
        "sizes = { n = 0 }",
        "sizes = {}",
        "expect = 'fail'",
        "expect = ['x']",
        "select = 'a'",
        "budget = 'full'",
    ],
)
def test_their_right_twins_are_taken(line, config):
    assert len(config(block(line)).blocks) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sweep]\nlayers = ['x']", "sweep.toml:1: sweep: must be tables headed [[sweep]], not "),
        ("sweep = [1]", "sweep.toml:1: sweep: must be tables headed [[sweep]], not [1]"),
        ("x = 1\ndefaults = 3", "sweep.toml:2: defaults: must be a table, not 3"),
        ("[[swep]]\nlayers = ['x']", "sweep.toml:1: swep: unknown key 'swep'; did you mean 'sweep'?"),
    ],
)
def test_tables_that_are_none_are_refused(text, said, mistakes):
    assert any(mistake.startswith(said) for mistake in mistakes(text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_file_can_be_read_and_its_first_line_says_what_it_shows(path):
    assert path.read_text(encoding="utf-8").startswith("# ")
    targets = [target for block in read(path).blocks for target in block.targets]
    assert targets
    assert [t for t in targets if t not in LAYERS and not (path.parent / t.partition(":")[0]).is_file()] == []


def test_the_shipped_files_are_found():
    assert {path.name for path in SHIPPED} >= {"ci.toml", "float32.toml", "scales.toml", "worksheet.toml"}
