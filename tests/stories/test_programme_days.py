"""Days of whoever minds the programme: a file is checked, compared, tried out, published."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import pytest

from terminal.commands import programme
from terminal.errors import (
    NoProgram,
    NoSuchVersion,
    OtherCurrency,
    ProgramDateRefused,
    ProgramRefused,
)
from terminal.programs.file import read, write
from terminal.services.programming import Programming
from tests.shop import START
from tests.stories.programmes import COUPONED, PLAIN, bought, put_sale


@pytest.fixture
def ask(shop, tmp_path):
    """Ask the command line; answers (code, what it said)."""

    def asked(*words: str, file: str | None = None) -> tuple[int, list[str]]:
        path = tmp_path / "programme.toml"
        if file is not None:
            path.write_text(file, "utf-8")
        parser = argparse.ArgumentParser()
        programme.add_arguments(parser.add_subparsers())
        said: list[str] = []
        args = parser.parse_args(["programme", *(w.replace("FILE", str(path)) for w in words)])
        code = programme.run(args, shop.database, shop.till, said.append, clock=shop.clock)
        return code, [line.replace(str(path), "FILE") for line in said]

    return asked


# -- publishing ----------------------------------------------------------------------------------


def test_a_new_version_begins_when_it_was_promised_and_not_before(shop, minding):
    member = shop.enrol("Eleni")
    doubled = read(PLAIN.replace("points = 1,", "points = 2,"))
    made = minding.publish(doubled, START + timedelta(days=10))
    assert made.version == 2
    assert minding.current().version == 1
    before = shop.sell(member, shop.open_price(1_000)).entries[-1]
    shop.later(days=10)
    after = shop.sell(member, shop.open_price(1_000)).entries[-1]
    assert (before.points, before.program_version) == (10, 1)
    assert (after.points, after.program_version) == (20, 2)
    assert [(v.program.version, v.state) for v in minding.versions()] == [
        (1, "past"), (2, "in_force")
    ]  # fmt: skip


def test_the_next_number_follows_whatever_is_there_and_replaces_nothing(minding):
    first = minding.publish(read(PLAIN), START + timedelta(days=10))
    second = minding.publish(read(PLAIN), START + timedelta(days=5))
    assert (first.version, second.version) == (2, 3)
    assert [(v.program.version, v.state) for v in minding.versions()] == [
        (1, "in_force"), (3, "coming"), (2, "coming")
    ]  # fmt: skip


def test_nothing_begins_in_the_past_or_at_no_time(minding):
    with pytest.raises(ProgramDateRefused, match="past"):
        minding.publish(read(PLAIN), START - timedelta(seconds=1))
    with pytest.raises(ProgramDateRefused, match="missing"):
        minding.publish(read(PLAIN))
    assert minding.publish(read(PLAIN), START).effective_from == START


def test_a_moment_in_the_file_is_enough(minding):
    assert minding.publish(read(f"effective_from = 2026-12-01\n{PLAIN}")).version == 2


def test_a_machine_for_points_and_another_currency_are_refused(minding):
    with pytest.raises(ProgramRefused):
        minding.publish(read(PLAIN.replace("value = 100", "value = 10000")), START)
    with pytest.raises(OtherCurrency):
        minding.publish(read(PLAIN.replace("EUR", "PLN")), START)
    assert len(minding.versions()) == 1


def test_a_campaign_that_is_over_before_it_begins_is_seen_with_its_moment(minding):
    late = PLAIN + 'when.ends = "2026-12-01"\n'
    assert minding.check(read(late)) == []
    dated = read(f"effective_from = 2026-12-02\n{late}")
    assert [finding.code for finding in minding.check(dated)] == ["never_applies"]


def test_what_is_exported_is_what_is_there(minding):
    minding.publish(read(PLAIN), START + timedelta(days=1))
    assert minding.load(minding.export()) == minding.current()
    assert minding.load(minding.export(2)) == minding.version(2)
    assert minding.diff(minding.version(1)) == []
    assert [change.where for change in minding.diff(minding.version(1), against=2)][:1] == [
        ("redemption",)
    ]
    with pytest.raises(NoSuchVersion):
        minding.version(3)


def test_before_any_programme_there_is_none(shop):
    early = Programming(shop.database, shop.till, lambda: datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(NoProgram):
        early.current()
    assert [version.state for version in early.versions()] == ["coming"]


# -- the command ---------------------------------------------------------------------------------


def test_the_programme_in_force_is_shown_in_words(ask, minding):
    code, said = ask("show")
    assert code == 0
    assert said[:4] == ["Elia 1, 1 Jan 2024", "", "Rules", "  1 point per €1"]
    minding.publish(read(COUPONED + "[referral]\npoints = 5\nminimum = 900\n"), START)
    code, said = ask("show", "2")
    assert "  50 points → €0.50 off" in said
    assert "  5 points for bringing a friend" in said
    assert "Levels" not in said


def test_a_programme_without_points_as_money_is_shown_without(ask, minding):
    minding.publish(read('code = "Stamps"\ncurrency = "EUR"\n'), START)
    assert "Points as money" not in ask("show")[1]


def test_a_file_is_checked_compared_tried_and_published(ask, shop):
    bought(shop, "Eleni", 1_000)
    file = (
        ask("export")[1][0]
        .replace("points = 1, per", "points = 2, per")
        .replace("effective_from", "# effective_from")
    )
    assert ask("check", "FILE", file=file) == (0, ["Nothing to be said against it."])
    assert ask("diff", "FILE") == (0, ["accrual: points 1 → 2"])
    _, said = ask("simulate", "FILE", "--days", "7")
    assert said[:3] == ["1 purchase, 1 member", "Points earned: 10 → 20", "Worth: €0.10 → €0.20"]
    assert said[-1] == "  accrual: Points 10 → 20, Worth €0.10 → €0.20, 1 member, To pay €10.00"
    assert ask("publish", "FILE") == (2, ["Say when it begins: --from 2026-12-01."])
    assert ask("publish", "FILE", "--from", "soon") == (2, ["soon is no day and no moment."])
    assert ask("publish", "FILE", "--from", "2026-12-01") == (
        0, ["Version 2 begins 1 Dec 2026 00:00."]
    )  # fmt: skip
    assert ask("publish", "FILE", "--from", "2026-12-02T09:00:00+02:00") == (
        0, ["Version 3 begins 2 Dec 2026 09:00."]
    )  # fmt: skip
    assert ask("versions")[1] == [
        "1  Elia  1 Jan 2024 02:00  in force", "2  Elia  1 Dec 2026 00:00  to come",
        "3  Elia  2 Dec 2026 09:00  to come",
    ]  # fmt: skip
    assert ask("diff", "FILE", file=ask("export", "1")[1][0]) == (0, ["Nothing changes."])


def test_what_is_wrong_is_said_and_nothing_happens(ask, shop, minding):
    code, said = ask("check", "FILE", file=PLAIN.replace("per =", "pre ="))
    assert code == 2
    assert said[0].startswith("FILE: line 12, rules[1].gives")
    machine = PLAIN.replace("value = 100", "value = 10000")
    refused = (
        "Refused: redemption: Points give back too much: 100 points are earned by spending "
        "€100.00 and are worth €100.00."
    )
    assert ask("check", "FILE", file=machine) == (2, [refused])
    assert ask("publish", "FILE", "--from", "2026-12-01") == (2, [refused])
    assert ask("check", "nowhere.toml") == (2, ["nowhere.toml: No such file or directory"])
    assert ask("show", "9") == (2, ["There is no version 9."])
    assert ask("simulate", "FILE", "--campaign", "x", file=PLAIN) == (
        2, ["There is no rule, promotion or reward x."]
    )  # fmt: skip
    assert ask("publish", "FILE", "--from", "2020-01-01")[1] == [
        "2020-01-01 00:00:00+02:00 is over: a version begins in time to come."
    ]
    assert ask("publish", "FILE", "--from", "2027-01-01", file=PLAIN.replace("EUR", "PLN")) == (
        2, ["The file counts in PLN, the shop in EUR."]
    )  # fmt: skip
    assert len(minding.versions()) == 1


def test_a_shop_without_a_programme_says_so(tmp_path, ask, shop):
    shop.moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert ask("show") == (2, ["No programme is in force."])


def test_a_dry_run_and_what_is_taken_off_is_reported(ask, shop):
    bought(shop, "Eleni", 1_000)
    put_sale(shop, currency="USD")
    shop.later(days=1)
    off = PLAIN + '[[promotions]]\ncode = "p"\ngives = { kind = "money_off", amount = 100 }\n'
    _, said = ask("simulate", "FILE", "--campaign", "p", file=off)
    assert said[1] == "1 purchase left out"
    assert "  p: Points 0 → 0, Worth €0.00 → €1.00, 1 member, To pay €9.00" in said


def test_a_long_simulation_says_how_far_it_is(ask, shop, monkeypatch):
    monkeypatch.setattr(programme, "_EVERY", 2)
    bought(shop, "Eleni", 1_000, 1_000)
    assert ask("simulate", "FILE", file=PLAIN)[1][0] == "2 purchases …"


def test_without_another_clock_it_is_now(shop):
    parser = argparse.ArgumentParser()
    programme.add_arguments(parser.add_subparsers())
    said: list[str] = []
    args = parser.parse_args(["programme", "versions"])
    assert programme.run(args, shop.database, shop.till, said.append) == 0
    assert said == ["1  Elia  1 Jan 2024 02:00  in force"]


def test_a_version_is_exported_to_a_file(ask, shop, tmp_path, minding):
    target = tmp_path / "out.toml"
    assert ask("export", "--to", str(target)) == (0, [])
    assert target.read_text("utf-8") == write(minding.current())


def test_points_are_explained_by_the_slip_or_by_the_entry(ask, shop, minding):
    minding.publish(
        read(PLAIN.replace('code = "accrual"', 'code = "a"\nname = { en = "Oil points" }')), START
    )
    member = bought(shop, "Eleni", 20_000)
    done = shop.sell(member, shop.open_price(1_050), points=100)
    explained = [
        "-100 points, 22 Nov 2026", "  Paid €1.00: 100 points are worth €1",
        "  Programme Elia, version 2", "+9 points, 22 Nov 2026",
        "  Oil points, on €9.50, 1 point per €1: +9", "  Programme Elia, version 2",
    ]  # fmt: skip
    assert ask("explain", done.sale.ref.lower()) == (0, explained)
    assert ask("explain", done.entries[-1].id)[1] == explained[3:]
    assert ask("explain", "T9-1") == (2, ["Nothing was found under T9-1."])
