"""``hub``: several tills with one ledger. What its owner does, and how a till joins.

    hub create --address hub.example.com:5432/hub --ca ca.crt     make it, in an empty database
    hub upgrade                                                   bring it up to date
    hub invite TILL --hours 48                                    a one-time code
    hub join                                                      use a code up, at the till
    hub tills · hub revoke TILL · hub status · hub set-back

The owner's address is asked from the environment (``HUB_OWNER``) or ``--owner``; its password best
comes from PostgreSQL's own password file. What is to be read goes through ``say``; nothing here
prints. Failures are ``sync.errors``, said by whoever calls.
"""

import argparse
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sync.errors import Misconfigured, Refused, SyncError
from sync.hub import addresses, codes, joining, owning
from sync.hub.parts import join_books, new_identity
from sync.hub.remote import Identity
from terminal.clauses import JOIN
from terminal.files import write_whole
from terminal.i18n import Words
from terminal.ids import Clock, id_maker
from terminal.policies_told import offline_clauses
from terminal.ports import Database
from terminal.programs.policies import Offline
from terminal.secrets import Secrets
from terminal.settings import Settings
from terminal.settings_file import change

_TILL = re.compile(r"[A-Z0-9]{1,6}")
"""As ``[till] code`` may be."""
SECRET = "hub"  # noqa: S105 - the name of a secret, not one
Say = Callable[[str], None]
Keep = Callable[[joining.Credentials], None]
"""Puts the password among the secrets and the address among the settings."""


@dataclass(frozen=True, slots=True)
class Here:
    """The till that a command runs at: who it is, and where its files are. ``ask`` reads a line
    without showing it."""

    me: Identity
    folder: Path
    ask: Callable[[str], str]
    keep: Keep
    clock: Clock


def till_here(
    folder: Path,
    settings: Settings,
    database: Database,
    secrets: Secrets,
    *,
    ask: Callable[[str], str],
    clock: Clock,
) -> Here:
    """The till whose data are in ``folder``. What it keeps of joining: its password first, since
    the code is used up by then."""
    me = new_identity(settings.till.code, id_maker(clock))

    def keep(made: joining.Credentials) -> None:
        secrets.put(SECRET, made.password)
        place = {("hub", "address"): made.address, ("hub", "ca"): made.ca}
        change(folder / "settings.toml", {k: v or None for k, v in place.items()})
        join_books(database, me.instance)

    return Here(me, folder, ask, keep, clock)


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "Several tills with one ledger on PostgreSQL."
    parser = subparsers.add_parser("hub", help=about, description=about)
    parser.add_argument(
        "--owner", metavar="URL", default=os.environ.get("HUB_OWNER", ""),
        help="the hub's database, as its owner (or HUB_OWNER in the environment)",
    )  # fmt: skip
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    made = kinds.add_parser("create", help="make the hub in an empty database")
    made.add_argument("--address", required=True, help="how tills reach it: host:port/database")
    made.add_argument("--ca", type=Path, help="the certificate of who vouches for the server")
    kinds.add_parser("upgrade", help="bring the hub up to date")
    invited = kinds.add_parser("invite", help="a one-time code for a till")
    invited.add_argument("till", metavar="TILL", help="its code: 1 to 6 of A-Z and 0-9")
    invited.add_argument("--hours", type=float, default=owning.HOURS, help="how long it is good")
    invited.add_argument("--again", action="store_true", help="for a new computer of a till")
    invited.add_argument("--out", type=Path, help="write the code to a file, readable by you")
    joined = kinds.add_parser("join", help="make this till one of the hub's")
    joined.add_argument("--code-file", type=Path, help="the code; none: it is asked for")
    kinds.add_parser("tills", help="everyone who was invited")
    let_go = kinds.add_parser("revoke", help="let a till in no more")
    let_go.add_argument("till", metavar="TILL")
    shown = kinds.add_parser("status", help="how the hub is")
    shown.add_argument("--json", action="store_true", help="for monitoring")
    kinds.add_parser("set-back", help="after the hub was put back to an older state while it ran")
    return parser


def run(args: argparse.Namespace, say: Say, words: Words, here: Here | None = None) -> int:
    """Do it; the exit code. ``here`` is needed to join. Raises SyncError."""
    if args.kind == "join":
        assert here is not None  # noqa: S101 - main gives it
        return join(here, say, words, _read(args.code_file))
    if not args.owner:
        raise Misconfigured("no_owner")
    try:
        return _OWNERS[args.kind](args, say, words)
    except SyncError as error:
        raise _owners(error) from error


def said(
    args: argparse.Namespace,
    say: Say,
    words: Words,
    here: Here | None,
    say_problem: Callable[[str], str],
) -> int:
    """``run``, with a refusal as a sentence and exit code 2."""
    try:
        return run(args, say, words, here)
    except SyncError as error:
        say(say_problem(error.problem))
        return 2


def _owners(error: SyncError) -> SyncError:
    """As it concerns the owner, whom no one-time code helps."""
    known = _OF_OWNER.get(error.problem)
    return Misconfigured(known) if known else error


def join(here: Here, say: Say, words: Words, code: str = "") -> int:
    """Make this till one of the hub's; its password is kept before anything is said."""
    given = code or here.ask(words.t("One-time code"))
    made = joining.join(given, here.me, folder=here.folder, clock=here.clock)
    here.keep(made)
    say(words.t("This till is {till} now.", till=words.quoted(made.till)))
    say(_bounds(words))
    if made.last_seq:
        known = words.number(made.last_seq)
        say(words.t("The hub knows {number} facts of it from before.", number=known))
    return 0


def create(args: argparse.Namespace, say: Say, words: Words) -> int:
    """Make the hub, or bring it up to date."""
    try:
        addresses.parse(args.address)
    except Misconfigured as error:
        raise Misconfigured("tills_address") from error
    done = owning.create_hub(args.owner, address=args.address, ca=args.ca)
    _said_version(done, say, words)
    if not done[0]:
        say(_bounds(words))
    return 0


def upgrade(args: argparse.Namespace, say: Say, words: Words) -> int:
    """Bring the hub up to date."""
    return _said_version(owning.upgrade(args.owner), say, words)


def invite(args: argparse.Namespace, say: Say, words: Words) -> int:
    """Say a one-time code, or write it down; for a till as its settings can name it."""
    if not _TILL.fullmatch(args.till):
        raise Refused("till_code")
    code = owning.invite(args.owner, args.till, hours=args.hours, again=args.again)
    expires = codes.read(code).expires
    if args.out:
        _write(args.out, code)
        say(words.t("The code is in {file}.", file=words.quoted(str(args.out))))
    else:
        say(code)
    until = f"{words.day(expires)} {words.time(expires)}"
    say(words.t("Good once, until {time}.", time=until))
    return 0


def tills(args: argparse.Namespace, say: Say, words: Words) -> int:
    """A line for each till; 1 if any of them is there twice."""
    states = _states(words)
    rows = owning.tills(args.owner)
    if not rows:
        say(words.t("Nobody was invited yet."))
    for row in rows:
        seen = f"{words.day(row.last_seen)} {words.time(row.last_seen)}" if row.last_seen else "–"
        twice = words.t("there twice!") if row.clones else ""
        told = words.number(row.last_seq)
        say(f"{row.code:<20} {states[row.state]:<12} {told:>12} {seen:<18} {twice}".rstrip())
    return int(any(row.clones for row in rows))


def revoke(args: argparse.Namespace, say: Say, words: Words) -> int:
    """Let a till in no more."""
    owning.revoke(args.owner, args.till)
    say(words.t("{till} is let in no more. What it told stays.", till=words.quoted(args.till)))
    return 0


def status(args: argparse.Namespace, say: Say, words: Words) -> int:
    """How the hub is; 1 if a person should look."""
    found = owning.status(args.owner)
    wrong = found.held_seconds > LONG_HELD or found.version != found.latest or bool(found.twice)
    if args.json:
        say(json.dumps({**asdict(found), "ok": not wrong}, sort_keys=True))
        return int(wrong)
    for name, value in _told(found, words).items():
        say(f"{name}: {value}")
    return int(wrong)


def set_back(args: argparse.Namespace, say: Say, words: Words) -> int:
    """Begin a new era."""
    owning.set_back(args.owner)
    say(words.t("The hub begins a new era. Tills tell again what it lacks."))
    return 0


_OF_OWNER: Mapping[str, str] = {
    "wrong_address": "owner_address", "wrong_key": "owner_login", "forbidden": "owner_rights",
    "certificate_file": "owner_certificate", "server_error": "owner_refused",
}  # fmt: skip
"""What a problem is called where it is the owner's to mend."""
LONG_HELD = 30.0
"""Seconds after which facts that are held back are nobody's ordinary transaction any more."""
_OWNERS: Mapping[str, Callable[[argparse.Namespace, Say, Words], int]] = {
    "create": create, "upgrade": upgrade, "invite": invite, "tills": tills, "revoke": revoke,
    "status": status, "set-back": set_back,
}  # fmt: skip


def _said_version(done: tuple[int, int], say: Say, words: Words) -> int:
    before, after = done
    if before == after:
        say(words.t("The hub is up to date: version {version}.", version=after))
    else:
        say(words.t("The hub went from version {old} to {new}.", old=before, new=after))
    return 0


def _bounds(words: Words) -> str:
    """What a till may redeem unasked: nobody thinks of it before the line is down."""
    limits = JOIN.join(offline_clauses(Offline(), words))
    return words.t(
        "While a till can't ask the hub it redeems, unless the programme says otherwise"
        " ({key}): {limits}.",
        key="offline", limits=limits,
    )  # fmt: skip


def _states(words: Words) -> dict[str, str]:
    return {
        "invited": words.t("invited"), "expired": words.t("code expired"),
        "joined": words.t("joined"), "revoked": words.t("let go"),
    }  # fmt: skip


def _told(found: owning.HubStatus, words: Words) -> dict[str, Any]:
    return {
        words.t("Version"): str(found.version),
        words.t("Tills"): words.number(found.tills),
        words.t("Connections"): words.number(found.connections),
        words.t("Facts"): words.number(found.facts),
        words.t("Size"): f"{words.number(found.bytes // 1024)} KiB",
        words.t("Reserved for sales"): words.number(found.reserved),
        words.t("Held back"): f"{words.number(found.held_back)} ({found.held_seconds:.0f} s)",
        words.t("Talks to online stores"): ", ".join(found.elected) or "–",
        **({words.t("there twice!"): ", ".join(found.twice)} if found.twice else {}),
    }


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text("ascii")
    except OSError:
        raise Refused("code_file") from None
    except UnicodeDecodeError:
        raise Refused("code_broken") from None


def _write(path: Path, code: str) -> None:
    write_whole(path, f"{code}\n".encode("ascii"), mode=0o600)
