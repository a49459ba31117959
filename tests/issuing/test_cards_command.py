"""``main.py cards``: sheets, cards for phones, slips, the key."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.commands import cards
from terminal.commands.line import parsed
from terminal.commands.means import Means
from terminal.errors import FileNotWritten, IssuerFileBroken
from terminal.services.issuing import code_key
from terminal.settings import SlipSettings, WalletSettings
from tests.issuing.conftest import Desk, Drawer
from tests.issuing.issuers import Files

Run = Callable[..., list[str]]


@pytest.fixture
def run(desk: Desk) -> Run:
    """Types a command; answers what was said."""

    def typed(
        *words: str, slips: SlipSettings | None = None, wallet: WalletSettings | None = None
    ) -> list[str]:
        args = parsed({"office": lambda args: 0}, ["cards", *words])
        args.means = Means(desk.issuing(slips, wallet), desk.secrets, lambda: desk.papers)
        said: list[str] = []
        assert cards.run(args, desk.shop.database, desk.shop.till, said.append) == 0
        return said

    return typed


def test_a_sheet_says_which_cards_it_holds(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "cards.pdf"
    said = run("sheet", "--count", "12", "--out", str(out))
    assert said[0] == "12 cards: 1 to 12"
    assert out.read_text("utf-8").startswith("Elia Deli en a4 0\n2950")
    said = run("sheet", "--count", "1", "--from", "50", "--paper", "letter", "--out", str(out))
    assert said[0] == "1 card: 50"
    assert "letter" in out.read_text("utf-8")


def test_a_sheet_that_cannot_be_kept_takes_no_numbers(run: Run, tmp_path: Path) -> None:
    for nowhere in (tmp_path / "there-is-none" / "cards.pdf", tmp_path):
        with pytest.raises(FileNotWritten) as refused:
            run("sheet", "--count", "5", "--out", str(nowhere))
        assert refused.value.details["path"] == str(nowhere)
    out = tmp_path / "cards.pdf"
    assert run("sheet", "--count", "2", "--out", str(out))[0] == "2 cards: 1 to 2"
    assert [path.name for path in tmp_path.iterdir() if "cards.pdf" in path.name] == [out.name]


def test_a_members_card_is_printed_once_more(desk: Desk, run: Run, tmp_path: Path) -> None:
    numbers = [desk.shop.enrol(name).card_number or "" for name in ("Eleni", "Nikos")]
    out = tmp_path / "cards.pdf"
    said = run("sheet", "--member", numbers[1], "--member", numbers[0], "--out", str(out))
    assert said[0] == f"2 cards: {numbers[1]} to {numbers[0]}"
    assert numbers[1] in out.read_text("utf-8").splitlines()[1]


@pytest.mark.parametrize("count", ["0", "-3", "1001", "many"])
def test_a_count_that_makes_no_sense_is_refused(
    run: Run, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("sheet", "--count", count, "--out", "x.pdf")
    assert "--count" in capsys.readouterr().err


def test_a_members_card_becomes_a_file_and_a_link(desk: Desk, run: Run, tmp_path: Path) -> None:
    number = desk.shop.enrol().card_number or ""
    out = tmp_path / "card.PNG"
    assert run("wallet", "--member", number, "--out", str(out)) == []
    assert out.read_text("utf-8") == f"picture {number} 0"
    (link,) = run("wallet", "--member", number, "--google", wallet=Files(tmp_path).wallet())
    assert link.startswith("https://pay.google.com/")


def test_a_slip_becomes_a_file_and_says_where_it_can_be_seen(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    ref = desk.shop.sell(None, desk.shop.basket("OIL-500")).sale.ref
    out = tmp_path / "slip.html"
    assert run("slip", ref, "--out", str(out)) == []
    assert ref in out.read_text("utf-8")
    (seen,) = run(
        "slip", ref, "--out", str(out), slips=SlipSettings(digital_url="https://x.example/{code}")
    )
    assert seen.startswith(f"https://x.example/v1.{ref}.")


def test_the_key_goes_to_the_other_till_by_a_file_for_its_owner_only(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    run("key", "--write", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert base64.b64decode(file.read_text("ascii")) == code_key(desk.secrets)
    there = Desk(desk.shop, Drawer())
    code_key(there.secrets)
    args = parsed({"office": lambda args: 0}, ["cards", "key", "--read", str(file)])
    args.means = Means(there.issuing(), there.secrets, lambda: there.papers)
    assert cards.run(args, desk.shop.database, desk.shop.till, print) == 0
    assert code_key(there.secrets) == code_key(desk.secrets)


def test_a_file_that_holds_no_key_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(IssuerFileBroken, match="unreadable"):
        run("key", "--read", str(tmp_path / "nowhere"))
