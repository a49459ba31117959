"""The tabs beside the timeline: profile, cards with web coupons, consents; as long as they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.i18n import Words
from ui.theme import fonts, painting, theme
from ui.viewmodels.coupon_words import CouponRow
from ui.viewmodels.member_words import CardRow, ConsentRow, Pair
from ui.views.components.base import PaintedWidget, begin, grow
from ui.views.components.button import Button
from ui.views.components.label import Divider, Label
from ui.views.components.rows import FactRow
from ui.views.components.scroll import ScrollArea
from ui.views.components.surface import Sheet

_LABEL = 190
_LINE = 22
_PAD = 11


class KnownRow(PaintedWidget):
    """What is known and the thing itself, broken where it is long."""

    def __init__(self, pair: Pair, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair = pair
        grow(self)
        self.setAccessibleName(f"{pair.label}: {pair.value}")

    def _value(self) -> str:
        return painting.ltr(self._pair.value) if self._pair.code else self._pair.value

    def _lines(self, width: float) -> list[str]:
        return painting.wrap(self._value(), fonts.font("body", "medium"), width - _LABEL)

    def hasHeightForWidth(self) -> bool:
        """Long notes grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the broken value."""
        return 2 * _PAD + _LINE * len(self._lines(width))

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(420, self.heightForWidth(max(self.width(), 300)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(260, 2 * _PAD + _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint label, value and the line below."""
        painter, width = begin(self), float(self.width())
        room = painting.visual(QRectF(0, _PAD, _LABEL - 12, _LINE), width, self.rtl)
        font, muted = fonts.font("body"), theme.color("muted")
        painting.text(painter, room, self._pair.label, font, muted, rtl=self.rtl, elide=True)
        font, ink = fonts.font("body", "medium"), theme.color("text")
        for number, words in enumerate(self._lines(width)):
            row = QRectF(_LABEL, _PAD + number * _LINE, width - _LABEL, _LINE)
            place = painting.visual(row, width, self.rtl)
            painting.text(painter, place, words, font, ink, rtl=self.rtl)
        painting.hairline(painter, 0, self.height() - 1, width)


class Details(ScrollArea):
    """A column of rows that scrolls. ``fill`` replaces what is in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fill([])

    def fill(self, rows: Sequence[QWidget]) -> None:
        """Show other rows."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        for row in rows:
            column.addWidget(row)
        column.addStretch(1)
        self.take(page)


def profile_rows(pairs: Sequence[Pair]) -> list[QWidget]:
    """What the person told."""
    return [KnownRow(pair) for pair in pairs]


def card_rows(cards: Sequence[CardRow], nothing: str) -> list[QWidget]:
    """The member's cards."""
    made: list[QWidget] = []
    for card in cards:
        row = FactRow()
        tone = "accent" if card.active else "danger"
        icon = "identification-card" if card.active else "prohibit"
        row.setFact(icon, painting.ltr(card.number), card.detail, tone)  # type: ignore[arg-type]
        made.append(row)
    return made or [Label(nothing, "body", role="muted", wrap=True)]


class SureCard(Sheet):
    """What giving a coupon's points back does, asked before it is done."""

    given = Signal()
    kept = Signal()

    def __init__(self, told: str, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("warning_soft", line=None, parent=parent)
        self.give = Button(words.t("Give the points back now"), "danger-filled")
        self.keep = Button(words.t("Keep it"))
        self.give.clicked.connect(self.given)
        self.keep.clicked.connect(self.kept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(Label(told, "body", "medium", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.give)
        row.addWidget(self.keep)
        row.addStretch(1)
        column.addLayout(row)


@dataclass(frozen=True, slots=True)
class Backs:
    """What a person may do about a coupon: be asked first, then give its points back."""

    ask: Callable[[str], None]
    give: Callable[[str], None]


def coupon_rows(coupons: Sequence[CouponRow], words: Words, backs: Backs | None) -> list[QWidget]:
    """The member's web coupons under a heading; ``backs`` None: who stands here may not."""
    if not coupons:
        return []
    made: list[QWidget] = [_gap(), Label(words.t("Web coupons"), "body", "semibold")]
    for coupon in coupons:
        row = FactRow()
        row.setFact(coupon.icon, coupon.title, coupon.detail, coupon.tone)
        made.append(row)
        if backs is not None and coupon.sure:
            sure = SureCard(coupon.sure, words)
            sure.given.connect(partial(backs.give, coupon.code))
            sure.kept.connect(partial(backs.ask, ""))
            made += [sure, _gap()]
        elif backs is not None and coupon.code:
            row.setAction(words.t("Give the points back"))
            row.acted.connect(partial(backs.ask, coupon.code))
    return made


def consent_rows(answers: Sequence[ConsentRow], nothing: str, words: Words) -> list[QWidget]:
    """Every answer, with the words it was given to."""
    made: list[QWidget] = []
    for answer in answers:
        row = FactRow()
        row.setFact(
            "check-circle" if answer.granted else "x-circle", answer.title, answer.detail,
            "positive" if answer.granted else "neutral",
        )  # fmt: skip
        wording = Label(words.quoted(answer.wording), "caption", role="muted", wrap=True)
        made += [row, wording, _gap(), Divider(), _gap()]
    return made or [Label(nothing, "body", role="muted", wrap=True)]


def _gap() -> QWidget:
    gap = QWidget()
    gap.setFixedHeight(6)
    return gap
