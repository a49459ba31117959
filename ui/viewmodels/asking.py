"""The open consent question: read out, answered yes or no, recorded with its wording."""

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.ids import MemberId, StaffId
from terminal.members import Purpose
from terminal.services.enrolment import Answer, EnrolmentService
from terminal.services.models import MemberView
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels.member_texts import consent_question
from ui.viewmodels.notices import Notice


class AskViewModel(QObject):
    """``answered`` carries the member's fresh view. A no is not asked again while this till runs.

    Being on somebody's card is never worth less for a no.
    """

    changed = Signal()
    answered = Signal(object)
    told = Signal(object)

    def __init__(
        self, enrolment: EnrolmentService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._enrolment = enrolment
        self._runs = runs
        self._words = words
        self._asked: dict[MemberId, frozenset[Purpose]] = {}
        self._member: MemberView | None = None
        self._purpose = Purpose.EMAIL
        self._cashier: StaffId | None = None
        self.question = ""

    def start(self, view: MemberView, purpose: Purpose, cashier: StaffId) -> None:
        """Open the question for a member."""
        self._member, self._purpose, self._cashier = view, purpose, cashier
        self.question = consent_question(view, self._words)
        self.changed.emit()

    def asked(self, member_id: MemberId) -> frozenset[Purpose]:
        """What this member answered just now."""
        return self._asked.get(member_id, frozenset())

    def answer(self, granted: bool) -> None:
        """What the customer said."""
        view, cashier = self._member, self._cashier
        if view is None or cashier is None:
            return
        self._member = None  # a second press answers nothing
        answer = Answer(self._purpose, granted, self.question, self._words.language)
        record, member_id = self._enrolment.record_answer, view.member.id

        def refused(error: TerminalError) -> None:
            self._member = view
            self.told.emit(Notice(refusal(error, self._words), "warning"))

        self._runs.run(lambda: record(member_id, answer, cashier), self._recorded, refused)

    def _recorded(self, view: MemberView) -> None:
        known = self.asked(view.member.id)
        self._asked[view.member.id] = known | {self._purpose}
        self.told.emit(Notice(self._words.t("The answer is recorded")))
        self.answered.emit(view)
