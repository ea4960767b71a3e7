"""Failures kept in files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck import Finding, Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Counterexample
from gradcheck.run.search.corpus import LONGEST, MOST, Kept, keep, path_of, read
from tests.run.search.planted import Swish

SUBJECT = subject_of(Swish())


def failure(values, check="bprop", verdict=Verdict.FAIL, **facts):
    return Finding(check, verdict, Case("planted", "given", values=values, **facts), input="x", fault=stated("said so"))


def kept(folder):
    return [case.id for case in read(folder, SUBJECT).cases]


def test_what_is_kept_is_read_back(tmp_path):
    keep(tmp_path / "new" / "folder", SUBJECT, [failure("x=[0,2.5]", seed=3), failure("x=[1]", "jacobian")])
    assert read(tmp_path / "new" / "folder", SUBJECT).cases == (
        Case("planted", "given", values="x=[0,2.5]", seed=3),
        Case("planted", "given", values="x=[1]"),
    )


def test_nothing_kept_is_nothing_to_run(tmp_path):
    assert read(tmp_path / "none", SUBJECT) == Kept()


def test_without_failures_no_file_is_made(tmp_path):
    harmless = [failure("x=[1]", verdict=verdict) for verdict in Verdict if verdict is not Verdict.FAIL]
    keep(tmp_path / "corpus", SUBJECT, harmless)
    assert not (tmp_path / "corpus").exists()


def test_of_one_kind_of_failure_the_simplest_is_kept(tmp_path):
    drawn = Finding("bprop", Verdict.FAIL, Case("planted", "ties"), input="x")
    keep(tmp_path, SUBJECT, [failure("x=[1,2,3]"), failure("x=[4]"), drawn, failure("x=[2,2]")])
    assert kept(tmp_path) == ["planted[x=[4],f64]"]


def test_a_drawn_case_is_kept_where_there_is_no_other(tmp_path):
    keep(tmp_path, SUBJECT, [Finding("bprop", Verdict.FAIL, Case("planted", "ties", sizes=(("n", 3),)), input="x")])
    assert kept(tmp_path) == ["planted[ties,scale=1,n=3,f64]"]


def test_a_smaller_counterexample_is_kept_in_its_place(tmp_path):
    smaller = Counterexample(Case("planted", "given", values="x=[1]"))
    keep(tmp_path, SUBJECT, [replace(failure("x=[1,2,3]"), counterexample=smaller)])
    assert kept(tmp_path) == ["planted[x=[1],f64]"]


def test_lines_are_sorted_and_none_comes_twice(tmp_path):
    for values in ("x=[2]", "x=[1]", "x=[2]"):
        keep(tmp_path, SUBJECT, [failure(values)])
    assert path_of(tmp_path, "planted").read_text("utf-8") == "planted[x=[1],f64]\nplanted[x=[2],f64]\n"


def test_a_full_file_keeps_what_it_has(tmp_path):
    for k in range(MOST + 5):
        keep(tmp_path, SUBJECT, [failure(f"x=[{k}]")])
    assert sorted(kept(tmp_path)) == sorted(f"planted[x=[{k}],f64]" for k in range(MOST))


@pytest.mark.parametrize(
    "line",
    [
        "rubbish",
        "planted[x=[oops],f64]",
        "planted[x=[1],y=[2],f64]",
        "planted[x=[[1]],f64]",
        "other[x=[1],f64]",
        "planted[nosuch,scale=1,f64]",
        "planted[critical,scale=1,n=5,f64]",
        "\udcff",
    ],
)
def test_a_line_that_does_not_fit_is_passed_over_and_stays(tmp_path, line):
    path = path_of(tmp_path, "planted")
    path.write_bytes(f"{line}\n\nplanted[x=[1],f64]\n".encode("utf-8", "surrogateescape"))
    found = read(tmp_path, SUBJECT)
    assert [case.id for case in found.cases] == ["planted[x=[1],f64]"]
    assert len(found.remarks) == 1
    assert found.remarks[0].startswith("planted.txt: ")
    keep(tmp_path, SUBJECT, [failure("x=[2]")])
    assert len(path.read_text("utf-8", errors="replace").splitlines()) == 3


def test_an_id_that_no_line_can_hold_is_not_kept(tmp_path):
    keep(tmp_path, SUBJECT, [failure("x=[1,\n2]"), failure(f"x=[{'1,' * LONGEST}1]", "jacobian")])
    assert list(tmp_path.iterdir()) == []


def test_no_part_of_a_file_is_left_when_it_cannot_be_written(tmp_path, monkeypatch):
    keep(tmp_path, SUBJECT, [failure("x=[1]")])

    def full(*_):
        raise OSError("no space")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="no space"):
        keep(tmp_path, SUBJECT, [failure("x=[2]")])
    assert [path.name for path in tmp_path.iterdir()] == ["planted.txt"]
    assert kept(tmp_path) == ["planted[x=[1],f64]"]


@pytest.mark.parametrize("name", ["Softmax", "../up", "a/b", "con", "x" * 300, "ünï", "a.b", "", "-q", "two words"])
def test_any_name_makes_a_file_of_its_own_in_the_folder(tmp_path, name):
    path = path_of(tmp_path, name)
    assert path.parent == tmp_path
    assert path.name.isascii()
    assert len(path.name) < 60
    assert path.name.lower() == path.name
    assert path.name not in {path_of(tmp_path, other).name for other in ("softmax", "up", "ab", "a-b", "two-words")}


def test_a_plain_name_is_the_name_of_its_file(tmp_path):
    assert path_of(tmp_path, "log_softmax-2").name == "log_softmax-2.txt"
