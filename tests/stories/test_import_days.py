"""Days on which a shop moves in with its old programme's files."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal.cards import CardState
from terminal.entries import EntryKind
from terminal.errors import NoProgram
from terminal.importing.planning import GONE
from terminal.importing.problems import ImportStopped, Level
from terminal.importing.records import import_id
from terminal.members import Purpose
from terminal.records import TierGrant
from tests.fakes import MemoryDatabase
from tests.shop import Shop, till
from tests.stories.import_desk import CARDS, GROUND, Desk, people, policy

ROOT = Path(__file__).parents[2]


# -- the worked example ----------------------------------------------------------------------------


def examples() -> tuple[dict[str, str], list[tuple[list[str], list[str]]]]:
    """The files of the documentation, and its commands with what they say."""
    text = (ROOT / "docs" / "import.md").read_text("utf-8")
    files = dict(re.findall(r"`([\w.-]+)`:\n\n```\w+\n(.*?)```", text, re.DOTALL))
    talks = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        command, *said = block.splitlines()
        talks.append((command.removeprefix("$ main.py import ").split(), said))
    return files, talks


def test_the_worked_example_of_the_documentation(desk, monkeypatch):
    files, talks = examples()
    assert set(files) == {"members.csv", "history.csv", "old-till.toml", "report.csv"}
    assert len(talks) == 4
    monkeypatch.chdir(desk.folder)
    for name in ("members.csv", "history.csv", "old-till.toml"):
        desk.write(files[name], name)
    for words, said in talks:
        desk.command(*words)
        assert desk.said == said, words
    report = (desk.folder / "report.csv").read_bytes().decode("utf-8-sig")
    assert report.splitlines() == files["report.csv"].splitlines()


# -- moving in -------------------------------------------------------------------------------------


def test_a_trial_books_nothing_and_says_what_the_real_run_does(desk):
    text = people(f"1,Eleni A,{CARDS[0]},100", f"2,B,{CARDS[0]},5", f"3,C,{CARDS[2]},x")
    trial = desk.bring(text, trial=True)
    told = list(desk.findings)
    assert trial.record is None
    assert desk.count() == 0
    with desk.shop.database.read() as uow:
        assert uow.imports.all() == []
    real = desk.bring(text)
    assert (real.tally, desk.findings) == (trial.tally, told)
    assert desk.codes() == [(3, "twin_in_file"), (4, "not_a_number")]
    assert real.record is not None
    assert (real.record.created, real.record.refused, real.record.points) == (1, 2, 100)


def test_a_member_comes_with_everything_the_file_says(desk):
    header = "id,first name,card,points,expires,segments,tier,newsletter,joined,lifetime spend"
    row = f"1,Eleni,{CARDS[0]} / {CARDS[1]},300,2027-01-31,wine;fish,gold,yes,2020-05-01,99.50"
    desk.bring(people(row, header=header), f'system = "Old Till 3"\n{GROUND}')
    member = desk.member(CARDS[0])
    assert member == desk.member(CARDS[1])
    assert member.segments == ("fish", "wine")
    assert member.joined_at == datetime(2020, 4, 30, 21, tzinfo=UTC)
    assert desk.granted(member) == {Purpose.PROGRAMME, Purpose.EMAIL}
    with desk.shop.database.read() as uow:
        consents = uow.members.consents(member.id)
        [lot] = uow.ledger.account(member.id).lots
        [grant] = uow.tiers.of_member(member.id)
        row = uow.imports.row(import_id("old"), "n:1")
        [message, *_more] = uow.outbox.open(10)
    assert {c.wording for c in consents} == {"imported from Old Till 3: members of the paper card"}
    assert {(c.recorded_at, c.cashier_id) for c in consents} == {(member.joined_at, "import")}
    assert (lot.remaining, lot.lapses_at) == (300, datetime(2027, 1, 31, 22, tzinfo=UTC))
    assert (grant.tier, grant.ends) == ("gold", None)
    assert '"spend":9950' in row.facts
    assert message.member_id == member.id
    [entry] = desk.entries(member)
    assert (entry.kind, entry.parts[0].rule) == (EntryKind.ADJUST, "import:old")
    assert entry.reason == "Balance brought along from Old Till 3"


def test_points_without_a_lapse_date_live_as_the_programme_or_the_shop_says(desk):
    desk.bring(people(f"1,A,{CARDS[0]},10"))
    never = f'{GROUND}[policy]\nno_lapse_date = "never"\n'
    desk.bring(people(f"2,B,{CARDS[1]},10"), never)
    [programme], [own] = (desk.entries(desk.member(card)) for card in CARDS[:2])
    assert programme.lapses_at is not None
    assert programme.lapses_at > desk.shop.clock() + timedelta(days=300)
    assert own.lapses_at is None


def test_the_same_file_twice_does_nothing_twice(desk):
    text = people(f"1,A,{CARDS[0]},10", f"1,A,{CARDS[0]},10", f"2,B,{CARDS[1]},20")
    first = desk.bring(text)
    assert (first.tally.created, first.tally.repeated) == (2, 1)
    assert desk.codes(Level.NOTE) == [(3, "repeated")]
    before = desk.everything()
    second = desk.bring(text)
    assert (second.tally.created, second.tally.known, second.tally.points) == (0, 2, 0)
    assert second.record is not None
    assert (second.record.created, second.record.runs, second.record.points) == (2, 2, 30)
    assert desk.everything() == before


def test_a_row_that_was_mended_is_taken_and_one_that_was_changed_is_not(desk):
    desk.bring(people(f"1,A,{CARDS[0]},10", f"2,B,{CARDS[1]},many"))
    done = desk.bring(people(f"1,A,{CARDS[0]},99", f"2,B,{CARDS[1]},20"))
    assert desk.codes() == [(2, "changed_since")]
    assert done.tally.created == 1
    assert desk.balance(desk.member(CARDS[0])) == 10


def test_debts_lapsed_points_and_unknown_levels_are_refused_or_taken_by_policy(desk):
    header = "id,name,card,points,expires,tier"
    rows = (
        f"1,A,{CARDS[0]},-50,,", f"2,B,{CARDS[1]},70,2020-01-01,", f"3,C,{CARDS[2]},5,,diamond",
    )  # fmt: skip
    desk.bring(people(*rows, header=header))
    assert desk.codes() == [(2, "debt"), (3, "lapsed"), (4, "unknown_tier")]
    policy = '[policy]\ndebt = "allow"\nlapsed_points = "drop"\n'
    desk.bring(people(*rows, header=header), GROUND + policy)
    assert desk.codes() == [(4, "unknown_tier")]
    assert desk.codes(Level.NOTE) == [(3, "dropped_lapsed")]
    assert [desk.balance(desk.member(card)) for card in CARDS[:2]] == [-50, 0]
    with desk.shop.database.read() as uow:
        assert uow.ledger.account(desk.member(CARDS[0]).id).debt == 50


def test_values_that_may_be_lost_are_lost_and_told(desk):
    text = people(f"1,A,{CARDS[0]},12", header="id,name,card,phone")
    desk.bring(text, f'{GROUND}[policy]\nbad_values = "drop"\n')
    assert (desk.codes(), desk.codes(Level.NOTE)) == ([], [(2, "bad_phone")])
    assert desk.member(CARDS[0]).phone == ""


def test_nobody_comes_without_consent_or_a_stated_ground(desk):
    with pytest.raises(ImportStopped) as stopped:
        desk.bring(people(f"1,A,{CARDS[0]},5"), "")
    assert "consent.ground" in str(stopped.value.details["problem"])
    text = people(f"1,A,{CARDS[0]},ναι", f"2,B,{CARDS[1]},όχι", header="id,name,card,consent")
    desk.bring(text, "")
    assert desk.codes() == [(3, "no_consent")]


def test_without_a_programme_nothing_is_imported(tmp_path):
    desk = Desk(Shop(MemoryDatabase(), till()), tmp_path)
    with pytest.raises(NoProgram):
        desk.bring(people(f"1,A,{CARDS[0]},5"))


# -- history ---------------------------------------------------------------------------------------

PAST = "card,date,points,kind,amount,receipt\n"


def test_the_balance_is_what_the_file_says_and_the_opening_makes_up_the_rest(desk):
    rows = (
        f"{CARDS[0]},2026-01-10,100,earn,\"100,00\",R1", f"{CARDS[0]},2026-02-10,40,redeem,,R2",
        f"{CARDS[1]},2026-01-10,30,earn,\"30,00\",R3",
    )  # fmt: skip
    text = people(f"1,A,{CARDS[0]},75", f"2,B,{CARDS[1]},30", f"3,C,{CARDS[2]},")
    done = desk.bring(text, f'{GROUND}[history]\nby = "card"\n', history=PAST + "\n".join(rows))
    assert desk.codes() == []
    assert [(f.code, f.details) for f in desk.findings] == [
        ("history_differs", {"sum": 60, "stated": 75, "opening": 15})
    ]
    member = desk.member(CARDS[0])
    entries = desk.entries(member)
    assert [(e.kind, e.points) for e in entries] == [
        (EntryKind.ADJUST, 15), (EntryKind.EARN, 100), (EntryKind.REDEEM, -40),
    ]  # fmt: skip
    assert (entries[1].basis, entries[1].currency, entries[2].basis) == (10000, "EUR", None)
    assert entries[1].reason == "old R1"
    assert [desk.balance(desk.member(card)) for card in CARDS[:3]] == [75, 30, 0]
    assert (done.tally.movements, done.tally.points, done.tally.read) == (3, 105, 6)
    again = desk.bring(text, f'{GROUND}[history]\nby = "card"\n', history=PAST + "\n".join(rows))
    assert (again.tally.created, again.tally.known, again.tally.points) == (0, 3, 0)
    assert desk.entries(member) == entries


def test_history_that_grew_is_refused_and_history_that_comes_later_leaves_the_balance(desk):
    text, mapping = people(f"1,A,{CARDS[0]},75"), GROUND
    desk.bring(text, mapping)
    member = desk.member(CARDS[0])
    past = "id,date,points\n1,2026-01-10,100\n1,2026-02-10,-40\n"
    done = desk.bring(text, mapping, history=past)
    assert (done.tally.history, done.tally.known) == (1, 1)
    assert desk.balance(member) == 75
    assert sorted(e.points for e in desk.entries(member)) == [-60, -40, 75, 100]
    assert desk.bring(text, mapping, history=past).tally.known == 3
    desk.bring(text, mapping, history=past + "1,2026-03-10,7\n")
    assert desk.codes() == [(2, "changed_since"), (3, "changed_since"), (4, "changed_since")]
    assert desk.balance(member) == 75


def test_history_that_was_booked_with_its_member_may_not_change(desk):
    text, past = people(f"1,A,{CARDS[0]},75"), "id,date,points\n1,2026-01-10,100\n"
    desk.bring(text, GROUND, history=past)
    desk.bring(text, GROUND, history=past + "1,2026-03-10,7\n")
    assert desk.codes() == [(2, "changed_since")]
    assert desk.balance(desk.member(CARDS[0])) == 75


@pytest.mark.parametrize(("how", "balance"), [("stands", 0), ("adds", 60)])
@pytest.mark.parametrize("by", ["card", "phone", "email"])
def test_history_alone_for_members_who_are_there(desk, by, how, balance):
    member = desk.shop.enrol(phone="6900004417", email="eleni@example.com").member
    desk.move(member, EntryKind.ADJUST, -desk.balance(member))
    [card] = desk.cards(member)
    name = {"card": card, "phone": "6900004417", "email": "eleni@example.com"}[by]
    other = {"card": CARDS[9], "phone": "6900009999", "email": "nobody@example.com"}[by]
    past = (
        f"member,date,points\n{name},2026-01-10,100\n{name},2026-02-10,-40\n"
        f"{other},2026-01-01,5\n{name},2026-02-10,0\nx,,3\n"
    )
    mapping = f'[history]\nby = "{by}"\nbalance = "{how}"\n'
    done = desk.bring("", mapping, history=past)
    assert desk.codes() == [(4, "nobody"), (6, "no_date")]
    assert desk.balance(member) == balance
    assert (done.tally.history, done.tally.movements) == (1, 2)
    assert done.record is not None
    assert done.record.file == "history.csv"
    assert desk.bring("", mapping, history=past).tally.points == 0
    assert desk.balance(member) == balance
    back = desk.undo()
    assert (back.rows, desk.balance(member)) == (1, 0)
    desk.shop.later(days=1)
    assert desk.bring("", mapping, history=past).tally.history == 1
    assert desk.balance(member) == balance


def test_history_of_nobody_by_number(desk):
    desk.bring(people(f"1,A,{CARDS[0]},75"), history="id,date,points\n2,2026-01-01,5\n")
    assert desk.codes() == [(2, "nobody")]


def test_no_file_is_nothing_to_import(desk):
    with pytest.raises(ImportStopped):
        desk.bring("")
    assert desk.command("--dry-run") == 2
    assert desk.said == ["Name a file to import."]


# -- people who are there already ------------------------------------------------------------------


def test_people_who_are_there_already_are_refused_unless_the_shop_says_more(desk):
    eleni = desk.shop.enrol(phone="6900004417", email="eleni@example.com").member
    [card] = desk.cards(eleni)
    rows = (f"1,Helen,{card},,,40", "2,Helen,,6900004417,,40", "3,Helen,,,eleni@example.com,40")
    text = people(*rows, header="id,name,card,phone,email,points")
    before = desk.everything()
    desk.bring(text)
    assert desk.codes() == [(2, "twin"), (3, "twin"), (4, "twin")]
    assert {f.details["name"] for f in desk.findings} == {"Eleni"}
    done = desk.bring(text, policy("skip"))
    assert (done.tally.skipped, desk.codes()) == (3, [])
    assert desk.everything() == before


def test_update_takes_the_profile_and_leaves_the_points(desk):
    eleni = desk.shop.enrol(phone="6900004417").member
    own = TierGrant(
        id="own", member_id=eleni.id, tier="silver", starts=eleni.joined_at, at=eleni.joined_at
    )
    with desk.shop.database.write() as uow:
        uow.tiers.put(own)
        uow.commit()
    row = f"1,Helena Sample,{CARDS[0]},6900004417,h@example.com,40,hu,vip,yes"
    header = "id,name,card,phone,email,points,lang,segments,newsletter"
    past = "id,date,points\n1,2026-01-01,9\n"
    desk.bring(people(row, header=header), policy("update"), history=past)
    changed = desk.member(CARDS[0])
    assert changed.id == eleni.id
    assert (changed.name, changed.email, changed.segments) == (
        "Helena Sample",
        "h@example.com",
        ("vip",),
    )
    assert Purpose.EMAIL in desk.granted(eleni)
    assert desk.balance(eleni) == 100
    assert desk.codes(Level.NOTE) == [(2, "updated_points")]
    back = desk.undo()
    assert back.rows == 2
    with desk.shop.database.read() as uow:
        assert uow.members.get(eleni.id) == eleni
        assert uow.tiers.of_member(eleni.id) == [own]
    assert desk.granted(eleni) == {Purpose.PROGRAMME}
    assert desk.cards(eleni)[CARDS[0]] is CardState.BLOCKED
    assert desk.balance(eleni) == 100
    again = desk.bring(people(row, header=header), policy("update"))
    assert (again.tally.updated, again.tally.merged) == (1, 0)
    assert desk.member(CARDS[0]).name == "Helena Sample"


def test_an_update_that_says_nothing_new_leaves_the_language(desk):
    eleni = desk.shop.enrol(phone="6900004417", language="hu").member
    desk.bring(people("1,Ágnes,6900004417", header="id,first name,phone"), policy("update"))
    with desk.shop.database.read() as uow:
        changed = uow.members.get(eleni.id)
    assert (changed.given_name, changed.language) == ("Ágnes", "hu")
    assert desk.codes(Level.NOTE) == []


def test_merging_adds_points_and_cards_also_from_several_rows(desk):
    eleni = desk.shop.enrol(phone="6900004417").member
    header = "id,name,card,phone,points,expires"
    rows = (
        f"1,H,{CARDS[0]},6900004417,40,2027-01-31", "1,H,,6900004417,60,2027-06-30",
        f"2,N,{CARDS[1]},,5,2027-01-31", f"2,N,{CARDS[1]},,6,2027-06-30",
    )  # fmt: skip
    done = desk.bring(people(*rows, header=header), policy("merge"))
    assert (done.tally.merged, done.tally.created, done.tally.points) == (3, 1, 111)
    assert desk.member(CARDS[0]) == eleni
    assert desk.balance(eleni) == 200
    with desk.shop.database.read() as uow:
        lots = uow.ledger.account(desk.member(CARDS[1]).id).lots
    assert [(lot.remaining, lot.lapses_at.month) for lot in lots] == [(5, 1), (6, 6)]
    assert desk.bring(people(*rows, header=header), policy("merge")).tally.points == 0
    back = desk.undo()
    assert (back.rows, back.points) == (4, -111)
    assert desk.balance(eleni) == 100
    assert desk.cards(eleni)[CARDS[0]] is CardState.BLOCKED
    assert desk.member(CARDS[1]).given_name == GONE
    assert desk.bring(people(*rows, header=header), policy("merge")).tally.points == 111
    assert desk.balance(eleni) == 200
    assert desk.cards(eleni)[CARDS[0]] is CardState.ACTIVE


def test_history_is_booked_once_for_a_member_on_two_rows(desk):
    header = "id,name,card,points,expires"
    rows = (f"1,N,{CARDS[1]},50,2027-01-31", f"1,N,{CARDS[1]},6,2027-06-30")
    past = "id,date,points\n1,2026-01-01,30\n"
    desk.bring(people(*rows, header=header), policy("merge"), history=past)
    member = desk.member(CARDS[1])
    assert sorted(e.points for e in desk.entries(member)) == [6, 20, 30]
    assert desk.balance(member) == 56


def test_a_family_may_share_a_phone_where_the_shop_says_so(desk):
    text = people("1,A,6900004417", "2,B,6900004417", header="id,name,phone")
    desk.bring(text)
    assert desk.codes() == [(3, "twin_in_file")]
    done = desk.bring(text, f"{GROUND}[policy]\nidentity = []\n")
    assert (done.tally.created, done.tally.known) == (1, 1)


def test_a_row_of_two_members_and_a_blocked_card_are_refused(desk):
    first = desk.shop.enrol(phone="6900004417").member
    second = desk.shop.enrol().member
    [card], [blocked] = desk.cards(second), desk.cards(first)
    with desk.shop.database.write() as uow:
        _member, known = uow.members.by_card(blocked)
        uow.members.put_card(replace(known, state=CardState.BLOCKED))
        uow.commit()
    text = people(f"1,A,{card},6900004417", f"2,B,{blocked},", header="id,name,card,phone")
    desk.bring(text, policy("merge"))
    assert desk.codes() == [(2, "several_twins"), (3, "card_blocked")]
