"""The dry run: what connecting would link, make, send and mail, counted before it is done."""

from PySide6.QtCore import QObject, Signal

from terminal.connecting import Part, Rehearsal
from ui.viewmodels.connecting.step import Desk, StepModel


class RehearsalModel(StepModel):
    """Counts on entering; the filled button connects the store."""

    _counted = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.part: Part | None = None
        self._counted.connect(self._count)

    def enter(self) -> None:
        """Count, unless it is counted."""
        if self.plan.rehearsal is None:
            self.again()

    def again(self) -> None:
        """Count anew."""
        draft = self.plan.draft()
        self.part = None
        self._ask(lambda: self._service.rehearse(draft, self._counted.emit), self._seen)

    def _count(self, part: Part) -> None:
        """On the GUI thread, however it was told."""
        if self.busy:
            self.part = part
            self.changed.emit()

    def waits(self) -> str:
        """How far the counting is."""
        if not self.busy or self.part is None or not self.part.done:
            return super().waits()
        w = self.words
        number = w.number(self.part.done)
        if self.part.name == "orders":
            return w.t("Counting: {n} orders so far", n=number)
        return w.t("Counting: {n} customers so far", n=number)

    def _seen(self, counted: Rehearsal) -> None:
        self.plan.rehearsal = counted
        w, warned = self.words, []
        if counted.mails:
            warned.append((
                w.t("The store would write to people"),
                w.t("Go back and switch its mails off first, if nobody should be surprised."),
            ))  # fmt: skip
        if counted.would_change:
            warned.append((
                w.t("Some people would see other points there"),
                w.n(
                    "To {n} customer the store shows points that are not those of this till. It"
                    " would show those of this till.",
                    "To {n} customers the store shows points that are not those of this till. It"
                    " would show those of this till.",
                    counted.would_change,
                ),
            ))  # fmt: skip
        if warned:
            self.say(warned[0][0], " ".join(more for _title, more in warned), "warning")
        else:
            self.say(
                w.t("Nothing of this is done yet"),
                w.t("The button below connects the store and begins."),
                "accent",
            )

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What would happen, in the order in which people ask."""
        counted = self.plan.rehearsal
        if counted is None:
            return []
        w = self.words
        rows = [
            (w.t("Customers there"), counted.customers),
            (w.t("… who are members here already: linked"), counted.linked),
            (w.t("… who become members here"), counted.created),
            (w.t("… who stay with the online store alone"), counted.left),
            (w.t("Paid orders that are brought in"), counted.orders),
            (w.t("Points that these bring"), counted.would_earn),
            (w.t("Sales of this till that are sent there"), counted.sales_to_send),
            (w.t("E-mails that the store sends"), counted.mails),
            (w.t("Customers who would see other points there"), counted.would_change),
        ]
        return [(label, w.number(value)) for label, value in rows]

    @property
    def action(self) -> str:
        """What the filled button does."""
        t = self.words.t
        return t("Connect it") if self.plan.rehearsal is not None else t("Count again")

    def go(self) -> None:
        """Connect the store."""
        if self.plan.rehearsal is None:
            self.again()
            return
        self._keep()
