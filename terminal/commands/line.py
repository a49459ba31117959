"""The command line: every command with its arguments, and what it does handed in by ``main``.

Reports and imports are parsed by their own modules, loaded only when one of them is asked for: the
window opens without them.
"""

import argparse
import importlib
from collections.abc import Callable, Mapping, Sequence

from terminal.members import LANGUAGES

Action = Callable[[argparse.Namespace], int]

OFFICE = {
    "programme": "Show, check, compare, simulate and publish the shop's programme.",
    "books": "What points are owed, for the accountant.",
    "import": "Members, cards and points from another system.",
    "day": "A till's end of day, on the screen and on paper.",
    "cards": "Cards of the shop's own: sheets to print, cards for phones, digital slips.",
    "staff": "Who works here, and their badges.",
}
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
        added.set_defaults(action=actions[name])
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
    _data(command("secret"), demo=False)
    _data(command("verify"))
    examining = command("doctor")
    _data(examining)
    examining.add_argument("--json", action="store_true", help="for a program that watches tills")
    for name, text in OFFICE.items():
        commands.add_parser(name, help=text)
    benching = command("bench")
    benching.add_argument("names", nargs="*", metavar="NAME", help="which ones; none: all")
    benching.add_argument("--json", metavar="FILE", help="write the figures there too")
    return top


def parsed(actions: Mapping[str, Action], arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed. A report's own arguments are read by its module; ``runs`` is its ``run``."""
    if arguments and arguments[0] in OFFICE:
        return _office(arguments[0], arguments[1:], actions["office"])
    return parser(actions).parse_args(arguments)


def _office(command: str, rest: Sequence[str], action: Action) -> argparse.Namespace:
    # Where the data are can be said anywhere on the line, not only before the report's name.
    shared = argparse.ArgumentParser(add_help=False)
    _data(shared)
    where, own = shared.parse_known_args(rest)
    module = importlib.import_module(f"terminal.commands.{_MODULES[command]}")
    top = argparse.ArgumentParser(prog="main.py")
    made = module.add_arguments(top.add_subparsers(dest="command", required=True))
    made.epilog = "Everywhere: --data DIR (where the till keeps its data), --demo (the demo shop)."
    given = top.parse_args([command, *own])
    given.data, given.demo = where.data, where.demo
    given.runs, given.action = module.run, action
    return given


def _data(added: argparse.ArgumentParser, *, demo: bool = True) -> None:
    added.add_argument("--data", metavar="DIR", help="where the till keeps its data")
    if demo:
        added.add_argument("--demo", action="store_true", help="the demo shop")
