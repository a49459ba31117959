"""Coupons, gift cards and store credit in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.errors import UnknownCode
from terminal.ids import MemberId
from terminal.vouchers import ValueEntry, Voucher, VoucherCode, is_over, value_lots
from tests.memory.state import Books


@dataclass(slots=True)
class MemoryVouchers:
    """``VoucherRecords``."""

    _books: Books

    def put(self, voucher: Voucher) -> None:
        state = self._books.change()
        self._books.known_member(voucher.owner)
        state.vouchers[voucher.code] = voucher

    def get(self, code: VoucherCode) -> Voucher | None:
        return self._books.look().vouchers.get(code)

    def of_member(self, member_id: MemberId) -> list[Voucher]:
        return self._sorted(v for v in self._all() if v.owner == member_id)

    def unused(self, ended: datetime, limit: int) -> list[Voucher]:
        found = [
            v for v in self._all()
            if v.coupon.startswith("web:") and v.ends and v.ends <= ended and v.uses_left
            and not v.blocked
        ]  # fmt: skip
        return sorted(found, key=lambda v: (v.ends, v.code))[:limit]

    def of_source(self, source_id: str) -> list[Voucher]:
        return self._sorted(v for v in self._all() if source_id and v.source_id == source_id)

    def used(self, code: VoucherCode, member_id: MemberId | None, sale_id: str) -> bool:
        state = self._books.change()
        known = state.vouchers.get(code)
        if known is None or known.uses_left == 0 or (code, sale_id) in state.voucher_uses:
            return False
        state.voucher_uses[(code, sale_id)] = member_id or ""
        if known.uses_left is not None:
            state.vouchers[code] = replace(known, uses_left=known.uses_left - 1)
        return True

    def given_back(self, code: VoucherCode, sale_id: str) -> bool:
        state = self._books.change()
        if state.voucher_uses.pop((code, sale_id), None) is None:
            return False
        known = state.vouchers[code]
        if known.uses_left is not None:
            state.vouchers[code] = replace(known, uses_left=known.uses_left + 1)
        return True

    def uses_by(self, code: VoucherCode, member_id: MemberId) -> int:
        uses = self._books.look().voucher_uses.items()
        return sum(used == code and whose == member_id for (used, _sale), whose in uses)

    def uses(self, code: VoucherCode) -> list[str]:
        return sorted(sale for used, sale in self._books.look().voucher_uses if used == code)

    def append(self, entries: Sequence[ValueEntry]) -> list[str]:
        state = self._books.change()
        new = []
        for entry in entries:
            if entry.code not in state.vouchers:
                raise UnknownCode(text=entry.code)
            if entry.id not in state.voucher_entries:
                state.voucher_entries[entry.id] = entry
                new.append(entry.id)
        return new

    def entries(self, code: VoucherCode) -> list[ValueEntry]:
        theirs = [e for e in self._books.look().voucher_entries.values() if e.code == code]
        return sorted(theirs, key=lambda entry: (entry.decided_at, entry.seq, entry.id))

    def value(self, code: VoucherCode) -> int:
        return sum(entry.amount for entry in self.entries(code))

    def lapsing(self, now: datetime, limit: int) -> Iterable[VoucherCode]:
        found = []
        for voucher in self._all():
            entries = self.entries(voucher.code)
            over = [e.lapses_at for e in entries if e.lapses_at and e.lapses_at <= now]
            holds = self.value(voucher.code) > 0
            if over and holds and any(is_over(lot, now) for lot in value_lots(entries)):
                found.append((min(over), voucher.code))
        return [code for _at, code in sorted(found)][:limit]

    def _all(self) -> list[Voucher]:
        return list(self._books.look().vouchers.values())

    def _sorted(self, vouchers: Iterable[Voucher]) -> list[Voucher]:
        return sorted(vouchers, key=lambda voucher: voucher.issued_at)
