"""The command line: every command with its arguments, and what it does handed in by ``main``.

Reports and imports are parsed by their own modules, loaded only when one of them is asked for: the
window opens without them.
"""

import argparse
import importlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from terminal.members import LANGUAGES
from terminal.place import data_folder, must_hold_a_shop

Action = Callable[[argparse.Namespace], int]

OFFICE = {
    "programme": "Show, check, compare, simulate and publish the shop's programme.",
    "books": "What points are owed, for the accountant.",
    "import": "Members, cards and points from another system.",
    "day": "A till's end of day, on the screen and on paper.",
    "cards": "Cards of the shop's own: sheets to print, cards for phones, digital slips.",
    "staff": "Who works here, and their badges.",
}
ELSEWHERE = {"hub": "Several tills with one ledger on PostgreSQL."}
"""Commands whose own module ``main`` hands in, since it is none of the terminal's."""
_OF_A_SHOP = ("sync", "verify", *OFFICE)
"""Commands that need a shop and never make one; the doctor says by itself that there is none."""
_MODULES = {
    "programme": "programme", "books": "books", "import": "importing", "day": "day",
    "cards": "cards", "staff": "staff",
}  # fmt: skip


def parser(actions: Mapping[str, Action]) -> argparse.ArgumentParser:
    """The command line of ``main.py``; ``actions`` by the command's name."""
    top = argparse.ArgumentParser(
        prog="main.py", description="Loyalty terminal: cards, points, slips, and the online store."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str) -> argparse.ArgumentParser:
        text = (actions[name].__doc__ or "").strip()
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(action=_in_its_place(name, actions[name]))
        return added

    running = command("run")
    _data(running)
    running.add_argument("--setup", action="store_true", help="begin with setting up the devices")
    touring = command("tour")
    touring.add_argument("--out", metavar="DIR", required=True, help="where pictures and facts go")
    touring.add_argument("--language", choices=LANGUAGES, default="en")
    touring.add_argument("--online-store", choices=("vendure", "none"), default="vendure")
    syncing = command("sync")
    _data(syncing, demo=False)
    syncing.add_argument("--once", action="store_true", help="one round, then stop")
    syncing.add_argument(
        "--port", type=int, help="answer /health and /metrics on this port of this machine"
    )
    syncing.add_argument(
        "--health", metavar="FILE", help="write health as JSON there, again and again"
    )
    syncing.add_argument("--json-log", action="store_true", help="log as JSON, a line a record")
    keeping = command("secret")
    _data(keeping, demo=False)
    keeping.add_argument(
        "name",
        nargs="?",
        default="online-store",
        metavar="NAME",
        help="online-store (the usual one), online-store-NAME of a further one, proxy, hub",
    )
    _data(command("verify"))
    examining = command("doctor")
    _data(examining)
    examining.add_argument("--json", action="store_true", help="for a program that watches tills")
    for name, text in (OFFICE | ELSEWHERE).items():
        commands.add_parser(name, help=text)
    benching = command("bench")
    benching.add_argument("names", nargs="*", metavar="NAME", help="which ones; none: all")
    benching.add_argument("--json", metavar="FILE", help="write the figures there too")
    return top


def parsed(
    actions: Mapping[str, Action],
    arguments: Sequence[str],
    elsewhere: Mapping[str, Callable[[], Any]] = MappingProxyType({}),
) -> argparse.Namespace:
    """What was typed. A report's own arguments are read by its module; ``runs`` is its ``run``.

    ``elsewhere`` loads the modules of commands that are not the terminal's own.
    """
    if arguments and arguments[0] in OFFICE:
        module = importlib.import_module(f"terminal.commands.{_MODULES[arguments[0]]}")
        return _office(module, arguments[0], arguments[1:], actions["office"])
    if arguments and arguments[0] in ELSEWHERE:
        given = actions[arguments[0]]
        return _office(elsewhere[arguments[0]](), arguments[0], arguments[1:], given)
    return parser(actions).parse_args(arguments)


def _office(
    module: Any,  # noqa: ANN401 - a module with add_arguments and run
    command: str,
    rest: Sequence[str],
    action: Action,
) -> argparse.Namespace:
    # Where the data are can be said anywhere on the line, not only before the report's name.
    shared = argparse.ArgumentParser(add_help=False)
    _data(shared)
    where, own = shared.parse_known_args(rest)
    top = argparse.ArgumentParser(prog="main.py")
    made = module.add_arguments(top.add_subparsers(dest="command", required=True))
    made.epilog = "Everywhere: --data DIR (where the till keeps its data), --demo (the demo shop)."
    given = top.parse_args([command, *own])
    given.data, given.demo = where.data, where.demo
    given.runs, given.action = module.run, _in_its_place(command, action)
    return given


def _in_its_place(command: str, action: Action) -> Action:
    if command not in _OF_A_SHOP:
        return action

    def act(args: argparse.Namespace) -> int:
        must_hold_a_shop(data_folder(args.data, demo=getattr(args, "demo", False)))
        return action(args)

    return act


def _data(added: argparse.ArgumentParser, *, demo: bool = True) -> None:
    added.add_argument("--data", metavar="DIR", help="where the till keeps its data")
    if demo:
        added.add_argument("--demo", action="store_true", help="the demo shop")
