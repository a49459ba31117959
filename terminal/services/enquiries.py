"""Enquiries: what somebody asks to have on paper without buying anything."""

from terminal.events import EventBus, SlipMoved
from terminal.ids import Clock, MemberId, NewId, SlipId
from terminal.ports import Database
from terminal.services.models import Till
from terminal.services.slip_jobs import paper_words, queue
from terminal.services.standing import view_member
from terminal.services.vouchers import card_of
from terminal.slip_writer import balance_slip, gift_card_slip
from terminal.slips import Slip, SlipJob


class EnquiryService:
    """Balances on paper. Nothing is booked but the slip."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def balance(self, member_id: MemberId) -> SlipJob:
        """How many points a member has. Raises UnknownMember, NoProgram."""
        with self._database.read() as uow:
            view = view_member(uow, member_id, self._clock())
        words = paper_words(self._till, view)
        return self.queue(balance_slip(SlipId(self._new_id()), self._till, view, words))

    def card(self, code: str) -> SlipJob:
        """What is on a gift card or store credit. Raises why it can't be used."""
        now = self._clock()
        with self._database.read() as uow:
            voucher, left = card_of(uow, code, self._till.currency, now)
        words = paper_words(self._till, None)
        slip_id = SlipId(self._new_id())
        return self.queue(gift_card_slip(slip_id, self._till, voucher, left, now, words))

    def queue(self, slip: Slip) -> SlipJob:
        """Put it in the queue and tell."""
        with self._database.write() as uow:
            job = queue(uow, slip, self._clock())
            uow.commit()
        self._bus.tell(SlipMoved(job.id, job.state, ""))
        return job
