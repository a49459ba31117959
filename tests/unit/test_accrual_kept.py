"""What is remembered of a programme changes no answer and does not grow for ever."""

from terminal.programs import compiling
from terminal.programs.compiling import OncePerProgram, ready
from tests.unit.accruing import bought, earned, only, program, rule


def test_a_programme_is_made_ready_once():
    one, same = program(rule()), program(rule())
    made = []
    once = OncePerProgram(lambda of: made.append(of) or len(made))
    assert [once(one), once(one), once(same), once(one)] == [1, 1, 2, 1]


def test_only_a_few_versions_are_kept(monkeypatch):
    monkeypatch.setattr(compiling, "KEPT_VERSIONS", 2)
    once = OncePerProgram(lambda of: object())
    first = program(rule())
    before = once(first)
    for _ in range(3):
        once(program(rule()))
    assert once(first) is not before


def test_only_so_many_goods_are_kept(monkeypatch):
    monkeypatch.setattr(compiling, "KEPT_GOODS", 3)
    of = program(rule(1, 1, only=only("P1", "P9")))
    lines = [bought(1, sku=f"P{n}") for n in range(10)]
    assert earned(of, *lines).points == earned(of, *lines).points == 2
    assert len(ready(of)._hits) <= 3
