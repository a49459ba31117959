"""The search field: members and products as one types; Enter does what a scan would.

Digits and slip numbers are tried as a code first; what is no code is looked for by words. A card
number with a digit wrong or missing attaches nobody by itself: it may be the beginning of another.
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal.cards import last_four
from terminal.errors import InvalidCard, TerminalError, UnknownCode
from terminal.explain import tier_name
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.sales import Product
from terminal.services.models import Identified, MemberHit
from ui.tasks import Runs
from ui.viewmodels.services import CounterServices

MOST = 5
"""Members and products each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line under the field: exactly one of ``member`` and ``product`` is set."""

    title: str
    detail: str
    end: str
    icon: str
    member: MemberId | None = None
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    """What Enter found: a code that is known, or else lines to choose from."""

    found: Identified | None
    hits: tuple[Hit, ...]
    refused: TerminalError | None


class SearchViewModel(QObject):
    """``chosen`` carries a Hit, ``found`` what a typed code was, ``refused`` a TerminalError."""

    changed = Signal()
    chosen = Signal(object)
    found = Signal(object)
    refused = Signal(object)

    def __init__(
        self, services: CounterServices, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._runs = runs
        self._words = words
        self.text = ""
        self.hits: tuple[Hit, ...] = ()
        self.current = -1
        self.is_open = False

    def typed(self, text: str) -> None:
        """The field's text changed under the cashier's hands."""
        self.text = text
        wanted = text.strip()
        if len(wanted) < 2:
            self._runs.run(tuple, self._show, self._ignore, key="search")
            return
        self._runs.run(lambda: self._hits(wanted), self._show, self._ignore, key="search")

    def _show(self, hits: tuple[Hit, ...]) -> None:
        self.hits, self.current = hits, -1
        self.is_open = len(self.text.strip()) >= 2
        self.changed.emit()

    def _ignore(self, error: TerminalError) -> None:
        self._show(())

    def clear(self) -> None:
        """Empty the field and put the list away; answers under way are dropped."""
        self.text = ""
        self._runs.run(tuple, self._show, self._ignore, key="search")

    def move(self, by: int) -> None:
        """Go down or up in the list."""
        if self.hits:
            self.current = max(-1, min(self.current + by, len(self.hits) - 1))
            self.changed.emit()

    def choose(self, index: int) -> None:
        """Take a line of the list."""
        if 0 <= index < len(self.hits):
            hit = self.hits[index]
            self.clear()
            self.chosen.emit(hit)

    def submit(self) -> None:
        """Enter: the line that is marked, else the text as a code, else the only one found."""
        wanted = self.text.strip()
        if self.current >= 0:
            self.choose(self.current)
        elif wanted:
            self._runs.run(lambda: self._look(wanted), self._looked, self._refuse, key="search")

    def _look(self, text: str) -> _Looked:
        try:
            return _Looked(self._services.counter.identify(text), (), None)
        except (UnknownCode, InvalidCard) as refused:
            return _Looked(None, self._hits(text), refused)

    def _looked(self, looked: _Looked) -> None:
        if looked.found is not None:
            self.clear()
            self.found.emit(looked.found)
        elif len(looked.hits) == 1 and not isinstance(looked.refused, InvalidCard):
            self.hits = looked.hits
            self.choose(0)
        elif looked.hits:
            self._show(looked.hits)
            self.move(1)
        else:
            self._show(())
            self.refused.emit(looked.refused)

    def _refuse(self, error: TerminalError) -> None:
        self.refused.emit(error)

    def _hits(self, text: str) -> tuple[Hit, ...]:
        members = self._services.members.search(text, MOST)
        products = self._services.counter.products(text, MOST)
        return (*map(self._member, members), *map(self._product, products))

    def _member(self, hit: MemberHit) -> Hit:
        number = f"···· {last_four(hit.card)}" if hit.card else ""
        parts = (tier_name(hit.tier, self._words), number)
        points = self._words.n("{n} point", "{n} points", hit.balance)
        detail = " · ".join(self._words.isolate(part) for part in parts if part)
        return Hit(hit.member.name, detail, points, "", member=hit.member.id)

    def _product(self, product: Product) -> Hit:
        price = self._words.money(product.price, product.currency)
        detail = self._words.isolate(product.detail or product.sku)
        return Hit(product.name, detail, price, "tag", product=product)
