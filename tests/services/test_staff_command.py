"""``main.py staff``: people and badges at a desk, with a manager's PIN."""

import importlib.util
import io
import sys

import pytest

from terminal.commands import staff
from terminal.commands.line import parsed
from terminal.errors import BadgeTaken, NotAllowed, UnknownStaff, WrongPin
from terminal.services.desk import hash_pin, verify_pin
from terminal.services.models import StaffFound
from terminal.staff import Role, Staff
from terminal.vouchers import is_badge_code


@pytest.fixture
def run(shop):
    """Types a command; ``answers`` are what is typed when asked."""
    with shop.database.write() as uow:
        uow.staff.put(Staff("manager", "Anna", Role.MANAGER, hash_pin("9876")))
        uow.commit()

    def typed(*words, answers=("9876",)):
        args, said, left = parsed({"office": lambda args: 0}, ["staff", *words]), [], list(answers)
        ask = lambda question: left.pop(0)  # noqa: E731
        done = staff.run(args, shop.database, shop.till, said.append, clock=shop.clock, ask=ask)
        assert (done, left) == (0, [])
        return said

    return typed


def whose(shop, code):
    found = shop.services.counter.identify(code)
    assert isinstance(found, StaffFound)
    return found.staff.name


def test_a_pin_is_dear_to_guess():
    """As a till hashes it: the tests' own hashes are cheap."""
    spec = importlib.util.find_spec("terminal.services.desk")
    as_it_comes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_it_comes)
    made = as_it_comes.hash_pin("9876")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_pin(made, "9876")
    assert not verify_pin(made, "9877")


def test_everybody_is_listed_with_the_end_of_their_badge(run):
    assert run("list", answers=()) == ["Anna · Manager", "Maria · Cashier"]
    run("badge", "maria", "STAFF-0042")
    assert run("list", answers=())[1] == "Maria · Cashier · badge ending in 0042"


def test_a_badge_is_given_and_taken_back(run, shop):
    assert run("badge", "Maria", "STAFF-0042") == ["This is the badge of Maria now."]
    assert whose(shop, "STAFF0042") == "Maria"
    with pytest.raises(BadgeTaken):
        run("badge", "Anna", "STAFF0042")
    assert run("badge", "Maria", "--none") == ["Maria has no badge any more."]
    run("badge", "Anna", "STAFF0042")
    assert whose(shop, "STAFF0042") == "Anna"


def test_a_badge_of_the_till_s_own_making_is_said(run, shop):
    (said,) = run("badge", "Maria", "--new")
    code = said.rpartition(" ")[2]
    assert is_badge_code(code)
    assert whose(shop, code) == "Maria"


def test_somebody_new_needs_a_manager_s_pin_and_one_of_their_own(run, shop):
    assert run("add", "Nikos", answers=("9876", "4711")) == ["Nikos can sign in now."]
    (nikos,) = [one for one in shop.services.desk.people() if one.name == "Nikos"]
    assert nikos.role is Role.CASHIER
    assert shop.services.desk.sign_in(nikos.id, "4711") == nikos
    with pytest.raises(WrongPin):
        run("add", "Eleni", answers=("0000",))


def test_of_two_managers_one_says_who_it_is(run, shop):
    run("add", "Nikos", "--manager", answers=("9876", "4711"))
    run("badge", "Maria", "STAFF0042", answers=("nikos", "4711"))
    assert whose(shop, "STAFF0042") == "Maria"
    with pytest.raises(NotAllowed):
        run("badge", "Maria", "STAFF0043", answers=("Maria",))


def test_whom_nobody_knows_gets_no_badge(run):
    with pytest.raises(UnknownStaff):
        run("badge", "Nobody", "STAFF0042", answers=())


def test_the_first_person_of_all_is_a_manager_and_needs_nobody_s_pin(shop, run):
    with shop.database.write() as uow:
        for one in uow.staff.all():
            uow.staff.put(Staff(one.id, one.name, one.role, "", active=False))
        uow.commit()
    run("add", "Eleni", answers=("4711",))
    assert [one.role for one in shop.services.desk.people()] == [Role.MANAGER]


def test_an_answer_nobody_gives_is_no_wrong_pin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        staff.unseen("PIN")


def test_a_pin_is_read_unseen_or_from_the_line(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("9876\n"))
    assert staff.unseen("PIN") == "9876"
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda question: question)
    assert staff.unseen("PIN of Anna") == "PIN of Anna: "
    assert staff.now().tzinfo is not None
