"""Asking the hub for points while a customer waits: an answer in time, or none.

One thread of its own does the asking, on a connection of its own, so that a hub that hangs keeps
nobody longer than ``patience``. After a silence it is left alone for a while: the next customers
don't wait for it as well.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sync.bugs import log_bug
from sync.errors import SyncError
from sync.hub.remote import Hub, Wish, Word
from terminal.granting import Granted, Refused
from terminal.ids import MemberId, SaleId

log = logging.getLogger(__name__)

QUIET_SECONDS: Final = 15.0
"""How long nobody asks after a silence."""

HELD_SECONDS: Final = 4 * 3600
"""How long points stay granted to a sale that the hub was not told of: a till that is cut off right
after it was granted some must not have them spent elsewhere meanwhile."""


@dataclass(slots=True)
class _Question:
    wish: Wish | None
    sale_id: str
    answered: threading.Event = field(default_factory=threading.Event)
    word: Word | None = None
    given_up: bool = False


class HubGrants:
    """``GrantsPoints`` over a hub. ``seconds`` is a clock that only goes forward."""

    def __init__(
        self,
        connect: Callable[[], Hub],
        till: str,
        *,
        patience: float,
        seconds: Callable[[], float],
    ) -> None:
        self._connect = connect
        self._till = till
        self._patience = patience
        self._seconds = seconds
        self._quiet_until = float("-inf")
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def ask(self, sale_id: SaleId, member_id: MemberId, points: int) -> Granted | Refused | None:
        """See ``GrantsPoints``; never longer than the patience."""
        if self._seconds() < self._quiet_until:
            return None
        wish = Wish(
            sale_id=sale_id, member_id=member_id, till=self._till, points=points,
            seconds=HELD_SECONDS,
        )  # fmt: skip
        question = _Question(wish, sale_id)
        self._put(question)
        if not question.answered.wait(self._patience):
            question.given_up = True
        if question.word is None:
            self._quiet_until = self._seconds() + QUIET_SECONDS
            return None
        return Granted() if question.word.granted else Refused(question.word.available)

    def release(self, sale_id: SaleId) -> None:
        """See ``GrantsPoints``."""
        self._put(_Question(None, sale_id))

    def heard(self) -> None:
        """The hub answered somebody else: it may be asked again at once."""
        self._quiet_until = float("-inf")

    def close(self, patience: float = 5.0) -> None:
        """Ask nobody any more."""
        thread = self._thread
        if thread is not None:
            self._questions.put(None)
            thread.join(patience)

    def _put(self, question: _Question) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hub-points", daemon=True)
                self._thread.start()
        self._questions.put(question)

    def _run(self) -> None:
        hub: Hub | None = None
        while (question := self._questions.get()) is not None:
            if question.given_up:  # asked while an earlier question hung
                continue
            try:
                hub = hub or self._connect()
                self._answer(hub, question)
            except SyncError as failure:
                log.info("the hub does not say whether points may be redeemed: %s", failure)
            except Exception as error:  # noqa: BLE001 - the next customer asks too
                log_bug(log, "asking the hub for points failed", error)
                hub = None
            question.answered.set()
        if hub is not None:
            hub.close()

    def _answer(self, hub: Hub, question: _Question) -> None:
        if question.wish is None:
            hub.release(question.sale_id)
        else:
            question.word = hub.reserve(question.wish)
