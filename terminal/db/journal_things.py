"""The journal in SQLite, the part that finds things by their keys and writes what only facts of
other tills may write."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import select, update

from terminal.cards import Card
from terminal.db import programme_tables, tables
from terminal.db.members import _card, _card_columns, _consent
from terminal.db.programme import _grant, put_of_member
from terminal.db.shop import _product
from terminal.db.statements import Runner, Statement, insert_once, param, upsert, word
from terminal.db.values import micros, moment
from terminal.db.vouchers import _columns as voucher_columns
from terminal.db.vouchers import _entry as value_entry_of
from terminal.db.vouchers import _entry_columns as value_columns
from terminal.folding import digits
from terminal.ids import CardNumber, MemberId
from terminal.members import Consent, Member
from terminal.records import HeldBadge, TierGrant
from terminal.returns import PendingReturn
from terminal.sales import Product
from terminal.vouchers import ValueEntry, Voucher

_M, _C, _A = tables.members, tables.cards, tables.consents
_P = tables.products
_V, _U, _L = (
    programme_tables.vouchers, programme_tables.voucher_uses, programme_tables.voucher_entries
)  # fmt: skip
_G, _B, _W = (
    programme_tables.tier_grants, programme_tables.member_badges, programme_tables.pending_returns
)  # fmt: skip
_CARD = Statement(select(_C).where(_C.c.number == param("number")))
_PUT_CARD = upsert(_C, ["number"])
_DROP_CARD = Statement(_C.delete().where(_C.c.number == param("number")))
_DROP_CONSENT = Statement(_A.delete().where(_A.c.id == param("id")))
_CONSENT = Statement(select(_A).where(_A.c.id == param("id")))
_OPPOSITES = Statement(
    select(_A)
    .where(
        _A.c.member_id == param("member_id"),
        _A.c.purpose == param("purpose"),
        _A.c.granted != param("granted"),
        _A.c.no < select(_A.c.no).where(_A.c.id == param("id")).scalar_subquery(),
    )
    .order_by(_A.c.no)
)
_VALUE = Statement(select(_L).where(_L.c.id == param("id")))
_USES = Statement(select(_U.c.sale_id, _U.c.member_id).where(_U.c.code == param("code")))
_GRANT = Statement(select(_G).where(_G.c.id == param("id")))
_BADGE = Statement(
    select(_B).where(_B.c.member_id == param("member_id"), _B.c.badge == param("badge"))
)
_MOVE_BADGE = Statement(
    update(_B)
    .where(_B.c.member_id == param("of_member"), _B.c.badge == param("of_badge"))
    .values(at=param("at"), source=param("source"))
)
_PENDING = Statement(select(_W.c.body).where(_W.c.id == param("id")))
_PRODUCT = Statement(select(_P).where(_P.c.sku == param("sku")))
_SAME_EMAIL = Statement(
    select(_M.c.id)
    .where(_M.c.email == param("email"), _M.c.email != word(""), _M.c.id != param("id"))
    .order_by(_M.c.no)
)
_SAME_PHONE = Statement(
    select(_M.c.id)
    .where(
        _M.c.phone_digits == param("digits"),
        _M.c.phone_digits != word(""),
        _M.c.phone == param("phone"),
        _M.c.id != param("id"),
    )
    .order_by(_M.c.no)
)
_REPLACE_VALUE = Statement(
    update(_L)
    .where(_L.c.id == param("of_id"))
    .values({c.name: param(c.name) for c in _L.c if c.name not in ("no", "id")})
)
_PUT_USE = insert_once(_U, ["code", "sale_id"])
_DROP_USE = Statement(
    _U.delete().where(_U.c.code == param("code"), _U.c.sale_id == param("sale_id"))
)
_PUT_VOUCHER = upsert(_V, ["code"], "no")


class SqlThings:
    """A part of ``JournalRecords``."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def card(self, number: CardNumber) -> Card | None:
        row = self._runner.one(_CARD, number=number)
        return None if row is None else _card(row)

    def consent(self, consent_id: str) -> Consent | None:
        row = self._runner.one(_CONSENT, id=consent_id)
        return None if row is None else _consent(row)

    def opposites_before(self, consent: Consent) -> list[Consent]:
        rows = self._runner.all(
            _OPPOSITES, id=consent.id, member_id=consent.member_id,
            purpose=consent.purpose.value, granted=int(consent.granted),
        )  # fmt: skip
        return list(map(_consent, rows))

    def value_entry(self, entry_id: str) -> ValueEntry | None:
        row = self._runner.one(_VALUE, id=entry_id)
        return None if row is None else value_entry_of(row)

    def uses(self, code: str) -> Mapping[str, str]:
        return {row[0]: row[1] for row in self._runner.all(_USES, code=code)}

    def grant(self, grant_id: str) -> TierGrant | None:
        row = self._runner.one(_GRANT, id=grant_id)
        return None if row is None else _grant(row)

    def badge(self, member_id: MemberId, badge: str) -> HeldBadge | None:
        row = self._runner.one(_BADGE, member_id=member_id, badge=badge)
        if row is None:
            return None
        return HeldBadge(member_id=member_id, badge=badge, at=moment(row.at), source=row.source)

    def pending(self, return_id: str) -> PendingReturn | None:
        body = self._runner.value(_PENDING, id=return_id)
        return None if body is None else msgspec.json.decode(body, type=PendingReturn)

    def product(self, sku: str) -> Product | None:
        row = self._runner.one(_PRODUCT, sku=sku)
        return None if row is None else _product(row)

    def namesakes(self, member: Member) -> list[MemberId]:
        found = [*self._runner.all(_SAME_EMAIL, email=member.email, id=member.id)]
        if member.phone:
            found += self._runner.all(
                _SAME_PHONE, digits=digits(member.phone), phone=member.phone, id=member.id
            )
        return list(dict.fromkeys(MemberId(row[0]) for row in found))

    def move_card(self, card: Card) -> None:
        put_of_member(self._runner, _PUT_CARD, _card_columns(card), card.member_id)

    def drop_card(self, number: CardNumber) -> None:
        self._runner.do(_DROP_CARD, number=number)

    def drop_consent(self, consent_id: str) -> None:
        self._runner.do(_DROP_CONSENT, id=consent_id)

    def replace_value_entry(self, entry: ValueEntry) -> None:
        columns = {**value_columns(entry), "of_id": entry.id}
        del columns["id"]
        self._runner.do(_REPLACE_VALUE, **columns)

    def move_badge(self, badge: HeldBadge) -> None:
        self._runner.do(
            _MOVE_BADGE, of_member=badge.member_id, of_badge=badge.badge, at=micros(badge.at),
            source=badge.source,
        )  # fmt: skip

    def put_use(self, code: str, sale_id: str, member_id: str) -> bool:
        use = {"code": code, "sale_id": sale_id, "member_id": member_id}
        return self._runner.do(_PUT_USE, **use) == 1

    def drop_use(self, code: str, sale_id: str) -> bool:
        return self._runner.do(_DROP_USE, code=code, sale_id=sale_id) == 1

    def put_voucher(self, voucher: Voucher) -> None:
        put_of_member(self._runner, _PUT_VOUCHER, voucher_columns(voucher), voucher.owner)
