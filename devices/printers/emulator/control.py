"""Faults in words: `paper out`, `cover open`, `rate 200`; for the command line and for scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from devices.printers.emulator.machine import Second
from devices.printers.emulator.printer import PrinterEmulator
from devices.printers.emulator.status import Error, Paper

HELP = """paper ok|low|out      cover open|closed     drawer open|closed    button down|up
error none|cutter|mechanical|fatal|auto     mute on|off   freeze on|off   refuse on|off
rate BYTES_PER_SECOND|off    die BYTES|off    page NUMBER CODEC
second wait|refuse|serve    power off|on|cycle    unplug    plug    tear"""


class BadOrder(ValueError):  # noqa: N818 - it says what is wrong
    """The words mean nothing to the printer."""


def apply_order(printer: PrinterEmulator, order: str) -> None:
    """Do what one line of words says. Raises `BadOrder`."""
    words = order.split()
    action = _ACTIONS.get(words[0]) if words else None
    if action is None:
        raise BadOrder(order)
    try:
        action(printer, words[1:])
    except (IndexError, KeyError, ValueError, LookupError) as error:
        raise BadOrder(order) from error


def _switch(word: str) -> bool:
    return {"on": True, "open": True, "down": True, "off": False, "closed": False, "up": False}[
        word
    ]


def _number(word: str) -> int | None:
    return None if word == "off" else int(word)


def _paper(printer: PrinterEmulator, words: list[str]) -> None:
    papers: dict[str, Paper] = {name: name for name in get_args(Paper)}
    printer.paper = papers[words[0]]


def _error(printer: PrinterEmulator, words: list[str]) -> None:
    errors: dict[str, Error] = {name or "none": name for name in get_args(Error)}
    printer.error = errors[words[0]]


def _second(printer: PrinterEmulator, words: list[str]) -> None:
    ways: dict[str, Second] = {name: name for name in get_args(Second)}
    printer.second_client = ways[words[0]]


def _flag(name: str) -> Callable[[PrinterEmulator, list[str]], None]:
    def action(printer: PrinterEmulator, words: list[str]) -> None:
        setattr(printer, name, _switch(words[0]))

    return action


def _power(printer: PrinterEmulator, words: list[str]) -> None:
    actions = {"off": printer.power_off, "on": printer.power_on, "cycle": printer.power_cycle}
    actions[words[0]]()


def _rate(printer: PrinterEmulator, words: list[str]) -> None:
    printer.rate = _number(words[0])


_ACTIONS: dict[str, Callable[[PrinterEmulator, list[str]], object]] = {
    "paper": _paper,
    "error": _error,
    "cover": _flag("cover_open"),
    "drawer": _flag("drawer_open"),
    "button": _flag("feed_button"),
    "mute": _flag("mute"),
    "freeze": _flag("freeze"),
    "refuse": _flag("refuse"),
    "second": _second,
    "rate": _rate,
    "die": lambda printer, words: printer.die_after(_number(words[0])),
    "page": lambda printer, words: printer.set_page(int(words[0]), words[1]),
    "power": _power,
    "unplug": lambda printer, _: printer.unplug(),
    "plug": lambda printer, _: printer.plug_in(),
    "tear": lambda printer, _: printer.tear_off(),
}
