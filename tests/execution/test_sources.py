from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.errors import LoadError
from gradcheck.execution.sources import Sources
from gradcheck.execution.task import Address
from gradcheck.layers.loading import load


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with a file that imports some of its neighbours."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "layers.py": "import helper, numpy\ndef late():\n    from parts.one import x",
        "helper.py": "from deeper import y",
        "deeper.py": "import helper",
        "parts/__init__.py": "",
        "parts/one.py": "from . import two\nfrom .unrelated import z",
        "parts/two.py": "import beyond",
        "parts/data.npz": "",
        "beyond.py": "",
        "unrelated.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def names(found, folder):
    return {os.path.relpath(path, folder) for path in found}


def test_a_file_comes_with_what_it_imports_from_beside_it(folder):
    found = Sources().of(Address("layers.py:Softmax"))
    parts = {"parts/__init__.py", "parts/one.py", "parts/two.py"}
    assert names(found, folder) == {"layers.py", "helper.py", "deeper.py", "beyond.py", *parts}
    assert found[str(folder / "helper.py")] == b"from deeper import y"


def test_it_is_looked_for_from_the_folder_of_its_address(folder):
    assert names(Sources().of(Address("../deeper.py", str(folder / "parts"))), folder) == {"deeper.py", "helper.py"}


@pytest.mark.parametrize("target", ["softmax", "json.decoder:JSONDecoder", "no target at all"])
def test_what_is_in_no_file_is_not_sent(target):
    assert Sources().of(Address(target)) == {}


@pytest.mark.parametrize("text", ["import helper\nx = (", "\0import helper"])
def test_a_file_that_cannot_be_parsed_goes_alone(folder, text):
    (folder / "broken.py").write_text(text)
    assert names(Sources().of(Address("broken.py")), folder) == {"broken.py"}


def test_a_missing_file_is_told_of_as_it_always_is(folder):
    for target, seen_from in (("layer.py:Softmax", None), ("layer.py", folder)):
        with pytest.raises(LoadError, match=r"there is no such file; did you mean '.*layers.py'") as always:
            load(target, folder=seen_from)
        with pytest.raises(LoadError) as here:
            Sources().of(Address(target, str(seen_from or "")))
        assert str(here.value) == str(always.value)


def test_what_is_no_file_is_passed_over(folder):
    (folder / "ring.py").symlink_to("ring.py")
    (folder / "empty.py").mkdir()
    (folder / "layers.py").write_text("import ring, empty")
    assert names(Sources().of(Address("layers.py")), folder) == {"layers.py"}


def test_a_file_that_cannot_be_read_is_named(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(LoadError, match=r"cannot read '.*deeper.py': Permission denied"):
        Sources().of(Address("deeper.py"))


def test_all_cases_of_a_run_see_the_same_file(folder):
    sources = Sources()
    before = sources.of(Address("deeper.py:One"))
    (folder / "deeper.py").write_text("import unrelated")
    assert sources.of(Address("deeper.py:Other")) == before
    assert Sources().of(Address("deeper.py:Other")) != before


def test_a_file_inside_a_package_comes_with_all_of_it(folder):
    found = Sources().of(Address("parts/one.py:x"))
    assert names(found, folder) == {"parts/__init__.py", "parts/one.py", "parts/two.py"}
