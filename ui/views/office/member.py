"""The member page: header, figures, tabs, and at the end edge spending or the correction.

On narrow screens the spending folds away; the correction never does, it takes the whole place.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.viewmodels.member_page import FILTERS, MemberPageModel
from ui.viewmodels.member_words import Figure
from ui.views.components.button import Button
from ui.views.components.chip import Avatar, TierChip
from ui.views.components.choice import Segmented, Tabs
from ui.views.components.figures import KeyFigure
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.office.correct import CorrectPanel
from ui.views.office.details import (
    Backs,
    Details,
    SureCard,
    card_rows,
    consent_rows,
    coupon_rows,
    profile_rows,
)
from ui.views.office.spending import SpendingPanel
from ui.views.office.timeline import MemberTimeline

SIDE = 276
_NARROW = 720
_LEAST = 440
_METALS = ("bronze", "silver", "gold", "platinum")


class MemberSheet(QWidget):
    """One member. ``correcting_changed`` tells that the panel came or went; ``phone_card_asked``
    asks for the member's card for the phone.
    """

    correcting_changed = Signal()
    phone_card_asked = Signal()

    def __init__(self, model: MemberPageModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        w = model.words
        self.avatar = Avatar("", 52, tone="accent")
        self.name = Label("", "title", "semibold", elide=True)
        self.tier = TierChip("", "bronze")
        self.about = Label("", "body", role="muted", elide=True)
        self.correct_button = Button(w.t("Correct points"), icon="plus-minus", key="Ctrl E")
        self.figures = QHBoxLayout()
        texts = [w.t("Timeline"), w.t("Profile"), w.t("Cards"), w.t("Consents")]
        self.tabs = Tabs(texts)
        self.filter = Segmented([w.t("All"), w.t("Shop"), w.t("Online"), w.t("Points")])
        self.timeline = MemberTimeline()
        self.timeline.setHeads(w.t("amount"), w.t("points"), w.t("balance"))
        self.nothing = EmptyState("clock-counter-clockwise", w.t("Nothing yet"),
                                  w.t("Purchases, orders and points will stand here."))  # fmt: skip
        self.details = Details()
        self.spending = SpendingPanel(w.t("Spend by channel"), w.t("Buys most often"))
        self.panel = CorrectPanel(model)
        self._shown_figures: list[KeyFigure] = []
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.main = QWidget()
        self.body = QStackedWidget()
        for widget in (self.timeline, self.nothing, self.details):
            self.body.addWidget(widget)
        column = _column(self.main)
        column.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignLeading)
        column.addSpacing(4)
        column.addWidget(self.body, 1)
        self.side = QStackedWidget()
        self.side.addWidget(self.spending)
        self.side.addWidget(self.panel)
        self.side.setFixedWidth(SIDE)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.main, 1)
        row.addWidget(self.side)
        self.page = page = QVBoxLayout(self)
        page.setSpacing(0)
        page.addLayout(self._head())
        page.addSpacing(16)
        self.figures.setSpacing(8)
        page.addLayout(self.figures)
        page.addSpacing(8)
        page.addWidget(self.tabs)
        page.addSpacing(8)
        page.addLayout(row, 1)
        self._fold()

    def _head(self) -> QLayout:
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        self.first.setSpacing(12)
        self.second.setSpacing(10)
        self.first.addWidget(self.name)
        self.first.addWidget(self.tier)
        self.first.addStretch(1)
        self.second.addWidget(self.about, 1)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addLayout(self.first)
        names.addLayout(self.second)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.avatar)
        head.addLayout(names, 1)
        head.addWidget(self.correct_button)
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return head

    def _connect(self) -> None:
        self._model.changed.connect(self.show_member)
        self._model.corrected.connect(self._corrected)
        self.tabs.chosen.connect(self._tab_chosen)
        self.filter.chosen.connect(self._filter_chosen)
        self.correct_button.clicked.connect(self.start_correcting)
        self.panel.closed.connect(self.stop_correcting)

    # -- showing -----------------------------------------------------------------------------

    def show_member(self) -> None:
        """Show what the model has."""
        header = self._model.header
        if header is None:
            return
        self.avatar.setName(header.name)
        self.name.setText(header.name)
        metal = header.tier if header.tier in _METALS else "bronze"
        self.tier.setTier(metal, header.tier_name)  # type: ignore[arg-type]
        self.about.setText(header.about)
        self._show_figures(self._model.figures())
        self.tabs.setCount(2, str(len(self._model.cards())) if self._model.cards() else "")
        self._show_tab()
        self._show_spending()

    def _show_figures(self, figures: list[Figure]) -> None:
        while len(self._shown_figures) < len(figures):
            figure = KeyFigure(caption_first=True)
            if self._shown_figures:
                self.figures.addStretch(1)
            self.figures.addWidget(figure)
            self._shown_figures.append(figure)
        for number, widget in enumerate(self._shown_figures):
            widget.setVisible(number < len(figures))
            if number < len(figures):
                shown = figures[number]
                widget.setFigure(shown.value, shown.label, "warning" if shown.calls else "text")

    def _show_tab(self) -> None:
        w, tab = self._model.words, self.tabs.index()
        self.filter.setVisible(tab == 0)
        if tab == 0:
            rows = self._model.rows()
            self.timeline.set_rows(rows)
            self.body.setCurrentWidget(self.timeline if rows else self.nothing)
            return
        if tab == 1:
            self.details.fill(profile_rows(self._model.profile()))
        elif tab == 2:
            self.details.fill(
                [
                    *card_rows(self._model.cards(), w.t("No card yet.")),
                    self._phone_card(),
                    *coupon_rows(self._model.coupons(), w, self._backs()),
                ]
            )
        else:
            self.details.fill(
                consent_rows(self._model.consents(), w.t("Nothing was asked yet."), w)
            )
        self.body.setCurrentWidget(self.details)

    def _backs(self) -> Backs | None:
        if not self._model.may_give_back:
            return None
        return Backs(self._ask_back, self._model.give_back)

    def _ask_back(self, code: str) -> None:
        self._model.ask_back(code)
        asked = self.details.findChild(SureCard)
        if asked is not None:
            asked.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _phone_card(self) -> QWidget:
        button = Button(
            self._model.words.t("Card for the phone…"), icon="device-mobile", key="Ctrl Q"
        )
        button.clicked.connect(self.phone_card_asked)
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 14, 0, 0)
        row.addWidget(button)
        row.addStretch(1)
        return place

    def _show_spending(self) -> None:
        w = self._model.words
        shop, online = self._model.channels()
        self.spending.legend.set_parts((w.t("Shop"), shop), (w.t("Online"), online))
        self.spending.bars.set_months(self._model.months(), self._model.unit)
        self.spending.show_favourites(self._model.favourites())

    def _tab_chosen(self, _index: object) -> None:
        self._show_tab()

    def _filter_chosen(self, index: object) -> None:
        if isinstance(index, int):
            self._model.show(FILTERS[index])

    # -- correcting --------------------------------------------------------------------------

    @property
    def correcting(self) -> bool:
        """Whether the panel is open."""
        return self.side.currentWidget() is self.panel

    def start_correcting(self) -> None:
        """Open the panel."""
        if self._model.page is None:
            return
        self.panel.clear()
        self.side.setCurrentWidget(self.panel)
        self._fold()
        self.panel.start()
        self.correcting_changed.emit()

    def stop_correcting(self) -> None:
        """Close the panel; the focus goes back to its button."""
        if self.correcting:
            self.side.setCurrentWidget(self.spending)
            self._fold()
            self.correct_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.correcting_changed.emit()

    def _corrected(self, _text: object) -> None:
        self.stop_correcting()

    def minimumSizeHint(self) -> QSize:
        """Return the least room: what is left when the side has folded away."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the side away where there is no room for it."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        narrow = self.width() < _NARROW
        self.side.setVisible(not narrow or self.correcting)
        self.main.setVisible(not (narrow and self.correcting))
        edge = 16 if narrow else 24
        self.page.setContentsMargins(edge, 20, edge, 14)
        self.side.setFixedWidth(SIDE if not narrow else max(SIDE, self.width() - 2 * edge))
        self._place_tier(narrow)

    def _place_tier(self, narrow: bool) -> None:
        """Beside the name, or under it where the name needs all of the line."""
        row, other = (self.second, self.first) if narrow else (self.first, self.second)
        if row.indexOf(self.tier) < 0:
            other.removeWidget(self.tier)
            row.insertWidget(0 if narrow else 1, self.tier)
        self.correct_button.setKey("" if narrow else "Ctrl E")


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
