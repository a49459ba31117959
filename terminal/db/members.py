"""Members, cards and consents in SQLite."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from terminal.cards import Card, CardState
from terminal.db import tables
from terminal.db.failures import RuleError
from terminal.db.search_sql import WordSearch, starts
from terminal.db.searching import Query, joined, name_key, name_words, parse
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    beyond,
    limited,
    param,
    plain_insert,
    upsert,
    word,
)
from terminal.db.values import micros, moment, texts, to_json
from terminal.errors import CardTaken, UnknownMember
from terminal.folding import digits
from terminal.ids import CardNumber, MemberId, StaffId, TillCode
from terminal.members import Consent, Member, Purpose

_T, _C = tables.members, tables.cards
_MEMBER = tuple(_T.c)
_WIDTH = len(_MEMBER)
_PLAIN = tuple(each.name for each in fields(Member))

_BY_ID = Statement(select(*_MEMBER).where(_T.c.id == param("id")))
_BY_CARD = Statement(
    select(*_MEMBER, *_C.c).join_from(_C, _T).where(_C.c.number == param("number"))
)
_BY_PHONE = Statement(
    select(*_MEMBER)
    .where(
        _T.c.phone_digits == param("digits"),
        _T.c.phone_digits != word(""),
        _T.c.phone == param("phone"),
    )
    .order_by(_T.c.joined_at, _T.c.no)
)
_BY_EMAIL = Statement(
    select(*_MEMBER)
    .where(_T.c.email == param("email"), _T.c.email != word(""))
    .order_by(_T.c.joined_at, _T.c.no)
)
_OF_HOUSEHOLD = Statement(
    select(*_MEMBER)
    .where(_T.c.household == param("household"), _T.c.household != word(""))
    .order_by(_T.c.name_key, _T.c.no)
)
_NEWEST = Statement(limited(select(*_MEMBER).order_by(_T.c.joined_at.desc(), _T.c.no.desc())))
_COUNT = Statement(select(func.count()).select_from(_T))
_JOINED = Statement(
    select(func.count())
    .select_from(_T)
    .where(_T.c.joined_at >= param("since"), _T.c.joined_at < param("until"))
)
_PUT = upsert(_T, ["id"], "no")
_PUT_WORD = Statement(plain_insert(tables.member_words))
_DROP_WORDS = Statement(
    tables.member_words.delete().where(
        tables.member_words.c.word == param("word"),
        tables.member_words.c.name_key == param("name_key"),
        tables.member_words.c.member_no == param("member_no"),
    )
)

_CARDS_OF = Statement(
    select(_C).where(_C.c.member_id == param("member_id")).order_by(_C.c.issued_at, _C.c.number)
)
_CARD = Statement(select(_C).where(_C.c.number == param("number")))
_PUT_CARD = upsert(_C, ["number"])
_MOVE_CARDS = Statement(
    update(_C).where(_C.c.member_id == param("of")).values(member_id=param("to"))
)
_DROP_CARDS = Statement(_C.delete().where(_C.c.member_id == param("of")))

_CONSENTS_OF = Statement(
    select(tables.consents)
    .where(tables.consents.c.member_id == param("member_id"))
    # Of two answers of one moment a refusal is the later one, on every till.
    .order_by(tables.consents.c.recorded_at, tables.consents.c.granted.desc(), tables.consents.c.id)
)
_PUT_CONSENT = upsert(tables.consents, ["id"], "no")
_DROP_CONSENTS = Statement(
    tables.consents.delete().where(tables.consents.c.member_id == param("of"))
)

_WORDS = WordSearch(_T, tables.member_words, tables.member_words.c.member_no)
_PHONE_STARTS = Statement(
    select(*_MEMBER)
    .where(starts(_T.c.phone_digits, indexed_non_empty=True))
    .order_by(_T.c.phone_digits, _T.c.no)
)
_PHONE_ENDS = Statement(
    select(*_MEMBER)
    .where(starts(_T.c.phone_reversed, indexed_non_empty=True))
    .order_by(_T.c.phone_reversed, _T.c.no)
)
_EMAIL_STARTS = Statement(
    select(*_MEMBER).where(starts(_T.c.email, indexed_non_empty=True)).order_by(_T.c.email, _T.c.no)
)
_CARD_STARTS = Statement(
    select(*_MEMBER).join_from(_C, _T).where(starts(_C.c.number)).order_by(_C.c.number)
)
_CARD_ENDS = Statement(
    select(*_MEMBER)
    .join_from(_C, _T)
    .where(starts(_C.c.reversed))
    .order_by(_C.c.reversed, _C.c.number)
)


class SqlMembers:
    """``MemberRecords`` over the tables members, member_words, cards and consents."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def get(self, member_id: MemberId) -> Member | None:
        row = self._runner.one(_BY_ID, id=member_id)
        return None if row is None else _member(row)

    def by_card(self, number: CardNumber) -> tuple[Member, Card] | None:
        row = self._runner.one(_BY_CARD, number=number)
        return None if row is None else (_member(row), _card(row[_WIDTH:]))

    def by_phone(self, phone: str) -> Member | None:
        """The oldest member with it."""
        row = self._runner.one(_BY_PHONE, digits=digits(phone), phone=phone)
        return None if row is None else _member(row)

    def by_email(self, email: str) -> Member | None:
        """The oldest member with it."""
        row = self._runner.one(_BY_EMAIL, email=email)
        return None if row is None else _member(row)

    def put(self, member: Member) -> None:
        """Insert or replace, with the folded names it is searched by."""
        known = self._runner.one(_BY_ID, id=member.id)
        found_by = _found_by(member)
        self._runner.do(_PUT, **_columns(member), **found_by)
        if known is None:
            row = self._runner.one(_BY_ID, id=member.id)
            self._put_words(row.no if row else 0, name_key(member), name_words(member))
        elif (known.name_key, known.words) != (found_by["name_key"], found_by["words"]):
            self._runner.do_each(
                _DROP_WORDS, _word_rows(known.no, known.name_key, known.words.split())
            )
            self._put_words(known.no, name_key(member), name_words(member))

    def search(self, query: str, limit: int) -> list[Member]:
        """Names first, then phones, cards and addresses, each kind in the order of its index."""
        asked = parse(query)
        if asked == Query():
            return [_member(row) for row in self._runner.all(_NEWEST, limit=limit)]
        found: dict[int, AnyRow] = {}
        for row in self._hits(asked):
            found.setdefault(row[0], row)
            if len(found) >= limit:
                break
        return [_member(row) for row in found.values()]

    def count(self) -> int:
        return int(self._runner.value(_COUNT))

    def joined(self, since: datetime, until: datetime) -> int:
        return int(self._runner.value(_JOINED, since=micros(since), until=micros(until)))

    def of_household(self, household: str) -> list[Member]:
        return [_member(row) for row in self._runner.all(_OF_HOUSEHOLD, household=household)]

    def cards(self, member_id: MemberId) -> list[Card]:
        """Oldest first."""
        return [_card(row) for row in self._runner.all(_CARDS_OF, member_id=member_id)]

    def put_card(self, card: Card) -> None:
        known = self._runner.one(_CARD, number=card.number)
        if known is not None and known.member_id != card.member_id:
            raise CardTaken(number=card.number, member_id=known.member_id)
        try:
            self._runner.do(_PUT_CARD, **_card_columns(card))
        except RuleError as error:
            raise _unknown(card.member_id, error) from error

    def move_cards(self, of: MemberId, to: MemberId) -> int:
        try:
            return self._runner.do(_MOVE_CARDS, of=of, to=to)
        except RuleError as error:
            raise _unknown(to, error) from error

    def drop_cards(self, member_id: MemberId) -> int:
        return self._runner.do(_DROP_CARDS, of=member_id)

    def drop_consents(self, member_id: MemberId) -> int:
        return self._runner.do(_DROP_CONSENTS, of=member_id)

    def put_consent(self, consent: Consent) -> None:
        try:
            self._runner.do(_PUT_CONSENT, **_consent_columns(consent))
        except RuleError as error:
            raise _unknown(consent.member_id, error) from error

    def consents(self, member_id: MemberId) -> list[Consent]:
        return [_consent(row) for row in self._runner.all(_CONSENTS_OF, member_id=member_id)]

    def _put_words(self, member_no: int, key: str, words: list[str]) -> None:
        self._runner.do_each(_PUT_WORD, _word_rows(member_no, key, words))

    def _hits(self, asked: Query) -> Iterator[AnyRow]:
        if asked.words:
            yield from _WORDS.rows(self._runner, asked.words)
        for statement, beginnings in (
            (_PHONE_STARTS, asked.phones),
            (_CARD_STARTS, (asked.card,)),
            (_PHONE_ENDS, tuple(phone[::-1] for phone in asked.phones)),
            (_CARD_ENDS, (asked.card[::-1],)),
            (_EMAIL_STARTS, (asked.email,)),
        ):
            for beginning in filter(None, beginnings):
                yield from self._runner.stream(statement, first=beginning, beyond=beyond(beginning))


def _found_by(member: Member) -> dict[str, str]:
    phone = digits(member.phone)
    return {
        "name_key": name_key(member),
        "words": joined(name_words(member)),
        "phone_digits": phone,
        "phone_reversed": phone[::-1],
    }


def _columns(member: Member) -> dict[str, object]:
    return {
        **{name: getattr(member, name) for name in _PLAIN},
        "joined_at": micros(member.joined_at),
        "updated_at": micros(member.updated_at),
        "segments": to_json(member.segments) if member.segments else "[]",
        "ranking_opt_out": int(member.ranking_opt_out),
    }


def _card_columns(card: Card) -> dict[str, object]:
    return {
        "number": card.number,
        "member_id": card.member_id,
        "issued_at": micros(card.issued_at),
        "symbology": card.symbology,
        "state": card.state.value,
        "reversed": card.number[::-1],
    }


def _consent_columns(consent: Consent) -> dict[str, object]:
    return {
        **asdict(consent),
        "purpose": consent.purpose.value,
        "granted": int(consent.granted),
        "recorded_at": micros(consent.recorded_at),
    }


def _word_rows(member_no: int, key: str, words: list[str]) -> list[dict[str, object]]:
    return [{"word": each, "name_key": key, "member_no": member_no} for each in words]


def _unknown(member_id: MemberId, error: RuleError) -> Exception:
    return UnknownMember(member_id=member_id) if error.foreign else error


def _member(row: AnyRow) -> Member:
    return Member(
        id=MemberId(row[1]), given_name=row[2], family_name=row[3], call_name=row[4], phone=row[5],
        email=row[6], language=row[7], birthday=row[8], note=row[9], joined_at=moment(row[10]),
        updated_at=moment(row[11]), segments=texts(row[16]), town=row[17], household=row[18],
        referred_by=MemberId(row[19]), ranking_opt_out=bool(row[20]),
    )  # fmt: skip


def _card(row: "AnyRow | tuple[Any, ...]") -> Card:
    return Card(CardNumber(row[0]), MemberId(row[1]), moment(row[2]), row[3], CardState(row[4]))


def _consent(row: AnyRow) -> Consent:
    return Consent(
        id=row.id,
        member_id=MemberId(row.member_id),
        purpose=Purpose(row.purpose),
        granted=bool(row.granted),
        wording=row.wording,
        language=row.language,
        recorded_at=moment(row.recorded_at),
        cashier_id=StaffId(row.cashier_id),
        till=TillCode(row.till),
    )
