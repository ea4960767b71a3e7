"""The keeper between a child, for which a stand-in stands here, and who asks."""

from __future__ import annotations

import pytest

from gradcheck.execution import keeper as module
from gradcheck.execution.keeper import Keeper, Limits
from gradcheck.execution.plain import line_of
from gradcheck.execution.process import AbandonedError, LostError
from gradcheck.execution.task import Address, Diagnose, Failure, Look, Reply, Seen, Trial
from gradcheck.execution.wire import packed
from gradcheck.records.case import Case
from gradcheck.run.judging import Judged

FINE = {Look: Seen(()), Trial: Judged(method="differences")}


def trial(layer="a", number=1):
    return Trial(f"1.{number}", Address(layer), Case(layer, "normal"))


class Standing:
    """Answers each kind of task as a test says: a result, a line, or an exception."""

    def __init__(self, answers, told):
        self.answers = answers
        self.told = told

    def ask(self, task, seconds, parent):
        self.told.append((type(task).__name__, task.address.target, seconds))
        answer = self.answers[type(task)]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else line_of(packed(Reply(answer)))

    def kill(self):
        self.told.append("killed")


@pytest.fixture
def told():
    """What the children went through."""
    return []


@pytest.fixture
def kept(monkeypatch, told):
    def making(limits=Limits(2.0), **answers):  # noqa: B008 - frozen
        kinds = {kind: answers.get(kind.__name__, result) for kind, result in FINE.items()}
        monkeypatch.setattr(module, "born", lambda memory: told.append(f"born {memory}") or Standing(kinds, told))
        return Keeper(limits, 0)

    return making


def test_a_layer_is_loaded_before_its_first_case_in_time_of_its_own(kept, told):
    keeper = kept(Limits(2.0, 512))
    assert keeper.perform(trial()).result == FINE[Trial]
    assert told == ["born 512", ("Look", "a", 2.0), ("Trial", "a", 2.0)]


def test_its_next_case_finds_it_loaded(kept, told):
    keeper = kept()
    keeper.perform(trial())
    told.clear()
    keeper.perform(trial(number=2))
    assert told == [("Trial", "a", 2.0)]


def test_another_layer_has_another_child(kept, told):
    keeper = kept()
    keeper.perform(trial("a"))
    told.clear()
    keeper.perform(trial("b"))
    assert told == ["killed", "born None", ("Look", "b", 2.0), ("Trial", "b", 2.0)]


def test_a_look_is_one_look(kept, told):
    assert kept().perform(Look(Address("a"))).result == Seen(())
    assert told == ["born None", ("Look", "a", 2.0)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (LostError("the process died: SIGSEGV"), "the process died: SIGSEGV"),
        (b"nonsense\n", "the answer of its process cannot be read"),
        (b'{"findings": 3}\n', "the answer of its process cannot be read"),
    ],
)
def test_a_child_without_a_proper_answer_is_replaced(kept, told, answer, sentence):
    keeper = kept(Trial=answer)
    assert keeper.perform(trial()).result == Failure("process", sentence)
    assert told[-1] == "killed"
    keeper.perform(trial())
    assert told.count("born None") == 2


def test_a_layer_that_cannot_be_loaded_is_not_run(kept, told):
    failure = Failure("load", "no such file")
    assert kept(Look=failure).perform(trial()).result == failure
    assert told == ["born None", ("Look", "a", 2.0), "killed"]


def test_a_diagnosis_has_the_time_of_its_cases(kept, told):
    keeper = kept()
    keeper.perform(trial())
    keeper.child.answers[Diagnose] = Failure("process", "raised")
    keeper.perform(Diagnose("1.d", Address("a"), (trial(), trial(number=2)), (None, None)))
    assert told[-1] == ("Diagnose", "a", 8.0)


def test_without_a_limit_there_is_none(kept, told):
    kept(Limits()).perform(trial())
    assert told[1:] == [("Look", "a", None), ("Trial", "a", None)]


def test_when_who_asks_is_gone_it_ends(kept):
    with pytest.raises(AbandonedError):
        kept(Trial=AbandonedError()).perform(trial())
