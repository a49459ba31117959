"""Between customers: the last sale, and slips that nobody has settled."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.ledger import earned
from terminal.sales import Sale
from terminal.services.models import MemberView, SaleDone
from terminal.slips import SlipJob
from ui.tasks import Runs
from ui.viewmodels.sale_texts import paid_how
from ui.viewmodels.services import CounterServices
from ui.viewmodels.slip import chip


@dataclass(frozen=True, slots=True)
class LastSale:
    """This till's last sale, and the ``points`` that it gave."""

    sale: Sale
    view: MemberView | None
    points: int
    slip: SlipJob | None


class IdleViewModel(QObject):
    """``changed`` when there is another last sale."""

    changed = Signal()

    def __init__(
        self, services: CounterServices, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._runs = runs
        self._words = words
        self.last: LastSale | None = None

    def load(self) -> None:
        """Read the last sale from the books."""
        self._runs.run(self._read, self._set, self._ignore, key="last")

    def _read(self) -> LastSale | None:
        sale = self._services.counter.last_sale()
        if sale is None:
            return None
        counter = self._services.counter
        view = counter.member(sale.member_id) if sale.member_id else None
        slip = self._services.slips.slip_of_sale(sale.id)
        return LastSale(sale, view, counter.points_earned(sale), slip)

    def _set(self, last: LastSale | None) -> None:
        self.last = last
        self.changed.emit()

    def _ignore(self, error: TerminalError) -> None:
        self._set(None)

    def sold(self, done: SaleDone) -> None:
        """A sale was booked just now."""
        self._set(LastSale(done.sale, done.view, earned(done.entries, done.sale.id), done.slip))

    @property
    def title(self) -> str:
        """ "€18.90 by card"."""
        return paid_how(self.last.sale, self._words) if self.last else ""

    @property
    def detail(self) -> str:
        """Who, how many points, and where the slip is."""
        if self.last is None:
            return ""
        last, w = self.last, self._words
        name = w.isolate(last.view.member.called) if last.view else w.t("Guest")
        points = ""
        if last.points:
            points = "+" + w.n("{n} point", "{n} points", last.points)
        return " · ".join(part for part in (name, points, w.isolate(last.sale.ref)) if part)

    @property
    def time(self) -> str:
        """When it was."""
        return self._words.time(self.last.sale.sold_at) if self.last else ""

    def ref_of(self, job: SlipJob) -> str:
        """What a person knows the slip by: the sale's or return's number, which stands on it."""
        return next((block.text for block in job.slip.blocks if block.kind == "qr"), "")

    def slip_line(self, job: SlipJob) -> tuple[str, str]:
        """An unsettled slip: what is with it, and what to do."""
        face = chip(job, self._words)
        return face.text, face.remedy
