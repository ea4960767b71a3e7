"""What Ctrl-C ends, and when the command leaves for it."""

from __future__ import annotations

import pytest

from gradcheck.cli.interruption import Interruption


def items(stop, error=None):
    with stop:
        yield 1
        if error:
            raise error
        yield 2


def test_ctrl_c_ends_the_items_and_is_told_later():
    stop = Interruption()
    assert list(items(stop, KeyboardInterrupt())) == [1]
    with pytest.raises(KeyboardInterrupt):
        stop.resume()


def test_without_it_all_of_them_come():
    stop = Interruption()
    assert list(items(stop)) == [1, 2]
    stop.resume()


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError):
        list(items(Interruption(), ZeroDivisionError()))


def test_ctrl_c_in_what_takes_the_items_is_not_meant():
    stop = Interruption()
    given = items(stop)
    assert next(given) == 1
    given.close()  # as Python does when whatever takes them is interrupted
    assert not stop.pressed


def test_where_it_was_is_told(capsys):
    stop = Interruption()
    list(items(stop, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        stop.resume("at tanh[ties], after 3 of 9")
    assert capsys.readouterr().err == "note: interrupted at tanh[ties], after 3 of 9; what is done is told above\n"
    Interruption().resume("at nothing")
    assert capsys.readouterr().err == ""
