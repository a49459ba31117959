"""``staff``: who works here, and their badges.

``staff badge NAME CODE`` makes any code that is nothing else here somebody's badge, ``--new`` one
of the till's own making, to be printed as Code 128 or QR; ``--none`` takes a lost one back. A badge
says who it is and signs nobody in. What changes something asks for a manager's PIN; only the first
person of all needs none.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from terminal.errors import UnknownStaff
from terminal.folding import fold
from terminal.i18n import Words
from terminal.ids import Clock, StaffId, id_maker
from terminal.ports import Database
from terminal.services.badges import BadgeService
from terminal.services.desk import DeskService
from terminal.services.models import SignedIn, Till
from terminal.staff import Role, Staff, require

Say = Callable[[str], None]
Ask = Callable[[str], str]


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def unseen(question: str) -> str:
    """What is typed, without showing it; the next line where nobody types."""
    from getpass import getpass

    if sys.stdin.isatty():
        return getpass(f"{question}: ")
    line = sys.stdin.readline()
    if not line:
        raise EOFError  # an answer nobody gave is no wrong PIN
    return line.rstrip("\n")


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "Who works here, and their badges."
    parser = subparsers.add_parser("staff", help=about, description=about)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    kinds.add_parser("list", help="everyone who may sign in")
    added = kinds.add_parser("add", help="somebody new")
    added.add_argument("--manager", action="store_true", help="with a manager's rights")
    badge = kinds.add_parser("badge", help="give a badge, or take one back")
    for one in (added, badge):
        one.add_argument("name", metavar="NAME")
    code = badge.add_mutually_exclusive_group(required=True)
    code.add_argument("code", nargs="?", metavar="CODE", help="what the badge's code says")
    code.add_argument("--new", action="store_true", help="a code of the till's own making")
    code.add_argument("--none", action="store_true", help="no badge any more")
    return parser


def run(
    args: argparse.Namespace,
    database: Database,
    till: Till,
    say: Say,
    *,
    clock: Clock = now,
    ask: Ask = unseen,
) -> int:
    """Do what was asked for. Raises UnknownStaff, WrongPin, PinLocked, NotAllowed, and what giving
    a badge refuses with; then nothing is changed.
    """
    desk = _Desk(database, till, Words(till.language), say, clock, ask)
    if args.kind == "list":
        desk.tell()
    elif args.kind == "add":
        desk.add(args.name, Role.MANAGER if args.manager else Role.CASHIER)
    else:
        desk.badge(args.name, args.code or "", none=args.none)
    return 0


class _Desk:
    def __init__(
        self, database: Database, till: Till, words: Words, say: Say, clock: Clock, ask: Ask
    ) -> None:
        self._database, self._words, self._say, self._ask = database, words, say, ask
        new_id = id_maker(clock)
        self._desk = DeskService(database, clock=clock, new_id=new_id)
        self._badges = BadgeService(database, till, clock=clock, new_id=new_id)

    def _people(self) -> list[Staff]:
        with self._database.read() as uow:
            return uow.staff.all()

    def _called(self, name: str) -> Staff:
        found = [one for one in self._people() if fold(one.name) == fold(name.strip())]
        if len(found) != 1:
            raise UnknownStaff
        return found[0]

    def _manager(self) -> SignedIn:
        """A manager who has typed their PIN."""
        managers = [one for one in self._people() if one.role is Role.MANAGER]
        who = (
            managers[0] if len(managers) == 1 else self._called(self._ask(self._words.t("Manager")))
        )
        require(who, Role.MANAGER)
        question = self._words.t("PIN of {name}", name=who.name)
        return self._desk.sign_in(who.id, self._ask(question))

    def tell(self) -> None:
        w = self._words
        for one in self._people():
            role = w.t("Manager") if one.role is Role.MANAGER else w.t("Cashier")
            badge = w.t("badge ending in {end}", end=one.badge[-4:]) if one.badge else ""
            self._say(" · ".join(part for part in (one.name, role, badge) if part))

    def add(self, name: str, role: Role) -> None:
        if self._people():
            self._manager()
        else:
            role = Role.MANAGER
        pin = self._ask(self._words.t("PIN of {name}", name=name))
        self._say(
            self._words.t("{name} can sign in now.", name=self._desk.add(name, role, pin).name)
        )

    def badge(self, name: str, code: str, *, none: bool) -> None:
        wearer, by = self._called(name), self._manager().id
        self._say(self._changed(wearer, code, by, none=none))

    def _changed(self, wearer: Staff, code: str, by: StaffId, *, none: bool) -> str:
        t = self._words.t
        if none:
            self._badges.take(wearer.id, by)
            return t("{name} has no badge any more.", name=wearer.name)
        if code:
            self._badges.give(wearer.id, code, by)
            return t("This is the badge of {name} now.", name=wearer.name)
        made = self._badges.make(wearer.id, by)
        return t("The badge of {name}: {code}", name=wearer.name, code=made)
