"""Find your scanner: a code on the page, so that no card is needed."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.services.setup_learning import SCANS, TEST_CODE, TEST_QR
from ui.viewmodels.setup.scanner import ScannerModel
from ui.viewmodels.setup.step import Mark
from ui.views.components.field import TextField
from ui.views.counter.fitting import FitButton
from ui.views.setup.parts import CodeCard
from ui.views.setup.reader_keys import ReaderKeys
from ui.views.setup.step_view import StepView, show_those


class ScannerView(StepView):
    """Listens to the keys too, while it shows."""

    def __init__(self, model: ScannerModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model,
            t("Scanner"),
            t("Find your scanner"),
            model.words.n(
                "Point it at this code and pull the trigger, once.",
                "Point it at this code and pull the trigger, {n} times. "
                "No scanner? Type the number.",
                SCANS,
            ),
            parent,
        )
        self._scanner = model
        self.keys = ReaderKeys(self)
        self.code, self.matrix = CodeCard(TEST_CODE), CodeCard(TEST_QR, matrix=True)
        self.address = TextField(
            t("Or the path or address of its line"), ltr=True, placeholder="/dev/ttyUSB0, COM3"
        )
        self.listen = FitButton(t("Listen there too"))
        self.again = FitButton(t("Once more from the start"), "quiet")
        self.another = FitButton(t("Keep it and add another"), "quiet", icon="plus")
        self._lay_out()
        self.keys.typed.connect(model.keyed)
        self.listen.clicked.connect(self._listen)
        self.address.submitted.connect(self._listen)
        self.again.clicked.connect(model.again)
        self.another.clicked.connect(model.another)
        self.show_state()

    def _lay_out(self) -> None:
        codes = QHBoxLayout()
        codes.setSpacing(16)
        codes.addStretch(1)
        codes.addWidget(self.code)
        codes.addWidget(self.matrix)
        codes.addStretch(1)
        more = QHBoxLayout()
        more.setSpacing(8)
        more.addWidget(self.again, 2)
        more.addWidget(self.another, 2)
        more.addStretch(1)
        typed = QHBoxLayout()
        typed.setSpacing(8)
        typed.addWidget(self.address, 1)
        typed.addWidget(self.listen, 0, Qt.AlignmentFlag.AlignBottom)
        self.address.setReservesHelp(False)
        self.place(codes)
        self.place_results()
        self.place(more, None, typed)

    def show_state(self) -> None:
        """Show what was heard."""
        super().show_state()
        model = self._scanner
        before: list[QWidget] = [self.what, self.address, self.listen]
        after: list[QWidget] = [self.matrix, self.again, self.another]
        show_those({**dict.fromkeys(before, not model.done), **dict.fromkeys(after, model.done)})

    @property
    def known(self) -> list[Mark]:
        """What is known of the reader."""
        return self._scanner.marks

    @property
    def advised(self) -> str:
        """What would be better."""
        return self._scanner.advice

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to try with a reader that says nothing."""
        t = self.model.words.t
        return [
            (t("Nothing happens?"), t(
                "Unplug the cable, count to three, plug it in again. This page sees it at once."
            )),
            (t("It beeps, but nothing arrives"), t(
                "Its manual has a page of codes for the way it speaks. Scan the one for USB COM "
                "(also called virtual serial port) or, where there is none, USB keyboard."
            )),
            (t("What arrives is garbled"), t(
                "This page tries the usual speeds by itself: scan again after each try. "
                "Or scan the code for 9600 baud, 8 data bits, no parity in its manual."
            )),
            (t("This user may not open it"), t(
                "Add the user to the group dialout (Debian, Ubuntu) or uucp (Arch), then sign in "
                "to the computer anew."
            )),
            (t("Letters come out wrong"), t(
                "A reader that types follows the keyboard of the till. In COM mode nothing of "
                "that matters."
            )),
        ]  # fmt: skip

    def _listen(self) -> None:
        self._scanner.listen_to(self.address.text())
        self.address.clear()
        # Later, since its Enter is still on the way; then a reader that types is heard again.
        QTimer.singleShot(0, self.address.edit.clearFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the keys."""
        super().showEvent(event)
        self.keys.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the keys go."""
        super().hideEvent(event)
        self.keys.stop()
