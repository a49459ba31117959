"""What a customer's two lines of twenty characters say, moment by moment.

Pure: words in, frames out. A frame is exactly as wide as the display and holds only characters that
this display has; letters it lacks are transliterated first, because that changes how wide a text
is. Figures are never cut (up to a hundred million of money there is room for them): a label gives
way to its figure word by word.

Prices and totals may be shown here in every country, Bulgaria included: what the rules there forbid
(``terminal.countries``) is a slip that could be taken for a receipt; a display hands nothing out.
The display is seen by everyone in the queue, so it never says more of a member than the name they
like to be called by and their points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from terminal.i18n import RTL_LANGUAGES, Words
from terminal.transliteration import Holds, shown_with

COLUMNS = 20


class ShowsLines(Protocol):
    """A display of two lines; ``show`` returns at once, and the newest frame wins."""

    def can_show(self, char: str, /) -> bool: ...
    def show(self, upper: str, lower: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """Both lines, each ``COLUMNS`` characters wide."""

    upper: str
    lower: str


class PoleTexts:
    """Frames in one language for one display.

    No such display runs from right to left: Hebrew customers get the shop's sentences in English,
    which they read more easily than Hebrew without its letters, and names transliterated.
    """

    def __init__(self, language: str, holds: Holds, currency: str) -> None:
        self._words = Words("en" if language in RTL_LANGUAGES else language, paper=True)
        self._holds = holds
        self._currency = currency

    # -- between customers -------------------------------------------------------------------

    def idle(self, shop: str, offers: Sequence[str] = ()) -> tuple[Frame, ...]:
        """What takes turns while nobody is served: the welcome, then offers."""
        name = self._shown(shop)
        welcome = Frame(self._centred(self._fit(self._words.t("Welcome!"))), self._centred(name))
        if len(name) > COLUMNS:
            welcome = Frame(*self._two_lines(shop))
        return (welcome, *(Frame(*self._two_lines(offer)) for offer in offers))

    def closed(self, shop: str) -> Frame:
        """Nobody is at this till."""
        text = self._fit(self._words.t("Till closed"))
        return Frame(self._centred(self._fit(shop)), self._centred(text))

    # -- a sale ------------------------------------------------------------------------------

    def hello(self, name: str, points: int) -> Frame:
        """The member was recognised."""
        greeting = self._naming(self._words.t("Hello, {name}!", name=name), name)
        return Frame(self._left(greeting), self._pair(self._words.t("Points"), self._n(points)))

    def line(self, name: str, quantity: int, unit_price: int) -> Frame:
        """Something was added, or there is more or less of it."""
        total, each = self._money(unit_price * quantity), self._money(unit_price)
        bare = "".join(sign for sign in each if sign.isdigit() or sign in ".,")
        times = self._shown(f"{self._n(quantity)} ×")
        labels = (f"{times} {each}", f"{times} {bare}", times) if quantity != 1 else ()
        return Frame(self._left(self._fit(name)), self._first_pair(labels, total))

    def total(self, amount: int, points: int = 0) -> Frame:
        """The sum so far, and the points that it would give."""
        upper = self._sum(self._words.t("Total"), amount)
        if not points:
            return Frame(upper, " " * COLUMNS)
        return Frame(upper, self._pair(self._words.t("You earn"), f"+{self._n(points)}"))

    def to_pay(self, amount: int, change: int | None = None) -> Frame:
        """Cash is being counted: what is to pay, and what would come back."""
        upper = self._sum(self._words.t("To pay"), amount)
        lower = self._sum(self._words.t("Change"), change) if change else ""
        return Frame(upper, lower.ljust(COLUMNS))

    def paid(self, amount: int, change: int = 0) -> Frame:
        """It is paid."""
        upper = self._sum(self._words.t("Paid"), amount)
        lower = self._sum(self._words.t("Change"), change) if change else ""
        return Frame(upper, lower.ljust(COLUMNS))

    def thanks(self, name: str = "", points: int | None = None) -> Frame:
        """Goodbye, with the points now; a guest is thanked without."""
        if points is None:
            return Frame(*self._two_lines(self._words.t("Thank you! See you again soon.")))
        text = self._words.t("Thank you, {name}!", name=name)
        lower = self._pair(self._words.t("Points now"), self._n(points))
        return Frame(self._left(self._naming(text, name)), lower)

    def _naming(self, text: str, name: str) -> str:
        """The whole sentence, or the name alone: a greeting cut short would lose the name."""
        shown = self._shown(text)
        return shown if len(shown) <= COLUMNS else self._fit(name)

    # -- how it is laid out ------------------------------------------------------------------

    def _n(self, value: int) -> str:
        return self._shown(self._words.number(value))

    def _money(self, minor: int) -> str:
        return self._shown(self._words.money(minor, self._currency))

    def _shown(self, text: str) -> str:
        """As this display can say it, on one line."""
        return " ".join(shown_with(text, self._holds).split())

    def _fit(self, text: str) -> str:
        return cut(self._shown(text), COLUMNS)

    @staticmethod
    def _left(text: str) -> str:
        return text.ljust(COLUMNS)

    @staticmethod
    def _centred(text: str) -> str:
        return text.center(COLUMNS)

    def _pair(self, label: str, figure: str) -> str:
        """A label and its figure at the end; a label of several words may lose the last of them,
        but a word is whole or not there."""
        words = self._shown(label).split(" ")
        fewer = tuple(" ".join(words[:count]) for count in range(len(words), 0, -1))
        return self._first_pair(fewer, figure)

    def _sum(self, label: str, amount: int) -> str:
        """A label and its amount; before the label, the currency gives way."""
        figure, shown = self._money(amount), self._shown(label)
        if len(shown) + len(figure) >= COLUMNS:
            bare = "".join(sign for sign in figure if sign.isdigit() or sign in " .,").strip()
            figure = bare if len(shown) + len(bare) < COLUMNS else figure
        return self._pair(label, figure)

    def _first_pair(self, labels: Sequence[str], figure: str) -> str:
        """The first label that fits whole beside the figure; else the figure alone."""
        room = COLUMNS - len(figure) - 1
        label = next((label for label in labels if len(label) <= room), "")
        return label + figure.rjust(COLUMNS - len(label))

    def _two_lines(self, text: str) -> tuple[str, str]:
        """A sentence over both lines, broken between words where there are any, centred."""
        shown = self._shown(text)
        upper = shown[: COLUMNS + 1].rpartition(" ")[0] or shown
        upper = shown if len(shown) <= COLUMNS else upper[:COLUMNS]
        lower = cut(shown[len(upper) :].strip(), COLUMNS)
        return self._centred(upper), self._centred(lower)


def cut(text: str, room: int) -> str:
    """So much of a text as fits, to the end of a word unless that takes more than half of it."""
    if len(text) <= room:
        return text
    whole = text[: room + 1].rpartition(" ")[0]
    kept = whole if len(whole) * 2 >= room else text[:room]
    return kept.rstrip(" ,;:-")
