"""Coupons that are not good yet, in a store that knows no first day: told again when it comes.

Which they are stands among the links, by the moment, so that whoever goes on finds them; a coupon
that is no longer good by then is told as that.
"""

from datetime import datetime
from typing import Final

from terminal.ids import Clock, NewId
from terminal.outbox import MessageKind
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.whose import tell
from terminal.vouchers import VoucherCode

STARTS: Final = "coupon_start"
_AT_ONCE: Final = 100


def note_start(uow: UnitOfWork, store: str, code: VoucherCode, starts: datetime) -> None:
    """This one is to be told again then."""
    uow.sync.put_link(RemoteLink(store, STARTS, f"{starts.isoformat()}:{code}", code))


class Starting:
    """Looks whether the moment of a coupon has come."""

    def __init__(self, database: Database, store: str, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def look(self) -> None:
        """Queue those whose moment has come, a hundred at most; the others come next time."""
        now = self._clock()
        with self._database.read() as uow:
            noted = uow.sync.links(self._store, STARTS, "", _AT_ONCE)
        due = [link for link in noted if _moment(link) <= now]
        if not due:
            return
        with self._database.write() as uow:
            for link in due:
                uow.sync.drop_link(self._store, STARTS, link.local_id)
                voucher = uow.vouchers.get(VoucherCode(link.remote_id))
                owner = voucher.owner if voucher else None
                tell(
                    uow, (self._store,), MessageKind.COUPON, link.remote_id, owner, now,
                    self._new_id, once=True,
                )  # fmt: skip
            uow.commit()


def _moment(link: RemoteLink) -> datetime:
    return datetime.fromisoformat(link.local_id.removesuffix(f":{link.remote_id}"))
