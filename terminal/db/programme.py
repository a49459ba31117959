"""Uses of rules, levels given by hand, badges, friends and returns that wait, in SQLite."""

from collections.abc import Collection

import msgspec
from sqlalchemy import Table, func, select

from terminal.db import programme_tables as tables
from terminal.db.failures import RuleError
from terminal.db.statements import (
    AnyRow,
    Params,
    Runner,
    Statement,
    insert_once,
    limited,
    param,
    plain_insert,
    upsert,
    word,
)
from terminal.db.values import (
    id_list,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    to_json,
)
from terminal.errors import UnknownMember
from terminal.ids import MemberId, ReturnId, StaffId
from terminal.programs.facts import Uses
from terminal.records import (
    HeldBadge,
    Referral,
    ReferralState,
    RuleUse,
    TierGrant,
)
from terminal.returns import PendingReturn

_U, _T, _G = tables.rule_uses, tables.rule_totals, tables.tier_grants
_B, _F, _W = tables.member_badges, tables.referrals, tables.pending_returns


def _counting(table: Table, key: "list[str]") -> Statement:
    """INSERT, or count on under the key."""
    new = plain_insert(table)
    more = {n: table.c[n] + new.excluded[n] for n in ("times", "points", "money")}
    return Statement(new.on_conflict_do_update(index_elements=key, set_=more))


_COUNT_USE = _counting(_U, ["member_id", "day", "rule"])
_COUNT_TOTAL = _counting(_T, ["rule"])
_USES_OF = Statement(
    select(_U.c.rule, _U.c.day, _U.c.times, _U.c.points, _U.c.money)
    .where(_U.c.member_id == param("member_id"), _U.c.day >= param("since"))
    .order_by(_U.c.day, _U.c.rule)
)
_RULES = func.json_each(param("rules")).table_valued("value")
_TOTALS = Statement(select(_T).where(_T.c.rule.in_(select(_RULES.c.value))))

_PUT_GRANT = upsert(_G, ["id"], "no")
_GRANTS_OF = Statement(
    select(_G).where(_G.c.member_id == param("member_id")).order_by(_G.c.at, _G.c.no)
)
_PUT_BADGE = insert_once(_B, ["member_id", "badge"])
_BADGES_OF = Statement(
    select(_B).where(_B.c.member_id == param("member_id")).order_by(_B.c.at, _B.c.badge)
)
_PUT_REFERRAL = upsert(_F, ["friend_id"])
_REFERRAL = Statement(select(_F).where(_F.c.friend_id == param("friend_id")))
_REFERRALS_BY = Statement(
    select(_F).where(_F.c.referrer_id == param("referrer_id")).order_by(_F.c.at, _F.c.friend_id)
)
_OPEN_REFERRALS = Statement(
    limited(
        select(_F)
        .where(_F.c.state == word(ReferralState.OPEN.value))
        .order_by(_F.c.at, _F.c.friend_id)
    )
)
_PUT_PENDING = upsert(_W, ["id"], "no")
_PENDING_OF = Statement(
    select(_W.c.body).where(_W.c.sale_ref == param("sale_ref")).order_by(_W.c.returned_at, _W.c.no)
)
_PENDING = Statement(select(_W.c.body).order_by(_W.c.returned_at, _W.c.no))
_pending = msgspec.json.Decoder(PendingReturn).decode
_DROP_PENDING = Statement(_W.delete().where(_W.c.id == param("id")))


class SqlUses:
    """``UsageRecords`` over the tables rule_uses and rule_totals."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def add(
        self, rule: str, member_id: MemberId | None, day: str, times: int, points: int, money: int
    ) -> None:
        gave = {"rule": rule, "times": times, "points": points, "money": money}
        if member_id is not None:
            self._runner.do(_COUNT_USE, member_id=member_id, day=day, **gave)
        self._runner.do(_COUNT_TOTAL, **gave)

    def of_member(self, member_id: MemberId, since_day: str) -> list[RuleUse]:
        rows = self._runner.all(_USES_OF, member_id=member_id, since=since_day)
        return [RuleUse(*row) for row in rows]

    def totals(self, rules: Collection[str]) -> dict[str, Uses]:
        if not rules:
            return {}
        rows = self._runner.all(_TOTALS, rules=id_list(sorted(rules)))
        return {rule: Uses(times, points, money) for rule, times, points, money in rows}


class SqlTiers:
    """``TierRecords`` over the table tier_grants."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, grant: TierGrant) -> None:
        columns = {
            "id": grant.id,
            "member_id": grant.member_id,
            "tier": grant.tier,
            "starts": micros(grant.starts),
            "ends": micros_or_none(grant.ends),
            "reason": grant.reason,
            "cashier_id": grant.cashier_id,
            "at": micros(grant.at),
        }
        put_of_member(self._runner, _PUT_GRANT, columns, grant.member_id)

    def of_member(self, member_id: MemberId) -> list[TierGrant]:
        return [_grant(row) for row in self._runner.all(_GRANTS_OF, member_id=member_id)]


class SqlBadges:
    """``BadgeRecords`` over the table member_badges."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put_once(self, badge: HeldBadge) -> bool:
        columns = {
            "member_id": badge.member_id,
            "badge": badge.badge,
            "at": micros(badge.at),
            "source": badge.source,
        }
        return put_of_member(self._runner, _PUT_BADGE, columns, badge.member_id) == 1

    def of_member(self, member_id: MemberId) -> list[HeldBadge]:
        rows = self._runner.all(_BADGES_OF, member_id=member_id)
        return [
            HeldBadge(member_id=member_id, badge=row.badge, at=moment(row.at), source=row.source)
            for row in rows
        ]


class SqlReferrals:
    """``ReferralRecords`` over the table referrals."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, referral: Referral) -> None:
        columns = {
            "friend_id": referral.friend_id,
            "referrer_id": referral.referrer_id,
            "at": micros(referral.at),
            "state": referral.state.value,
            "first_sale_id": referral.first_sale_id,
            "settled_at": micros_or_none(referral.settled_at),
        }
        put_of_member(self._runner, _PUT_REFERRAL, columns, referral.friend_id)

    def of_friend(self, friend_id: MemberId) -> Referral | None:
        row = self._runner.one(_REFERRAL, friend_id=friend_id)
        return None if row is None else _referral(row)

    def by_referrer(self, referrer_id: MemberId) -> list[Referral]:
        return [_referral(row) for row in self._runner.all(_REFERRALS_BY, referrer_id=referrer_id)]

    def open(self, limit: int) -> list[Referral]:
        return [_referral(row) for row in self._runner.all(_OPEN_REFERRALS, limit=limit)]


class SqlPendingReturns:
    """``PendingReturnRecords`` over the table pending_returns."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, pending: PendingReturn) -> None:
        self._runner.do(
            _PUT_PENDING, id=pending.id, ref=pending.ref, sale_ref=pending.sale_ref,
            till=pending.till, seq=pending.seq, returned_at=micros(pending.returned_at),
            body=to_json(pending),
        )  # fmt: skip

    def of_sale(self, sale_ref: str) -> list[PendingReturn]:
        rows = self._runner.all(_PENDING_OF, sale_ref=sale_ref)
        return [_pending(row[0]) for row in rows]

    def all(self) -> list[PendingReturn]:
        return [_pending(row[0]) for row in self._runner.all(_PENDING)]

    def drop(self, return_id: ReturnId) -> None:
        self._runner.do(_DROP_PENDING, id=return_id)


def put_of_member(
    runner: Runner, statement: Statement, columns: Params, member_id: MemberId | None
) -> int:
    """Run a change that names a member; how many rows it touched. Raises UnknownMember."""
    try:
        return runner.run(statement, columns).rowcount
    except RuleError as error:
        if error.foreign:
            raise UnknownMember(member_id=member_id) from error
        raise


def _grant(row: AnyRow) -> TierGrant:
    return TierGrant(
        id=row.id,
        member_id=MemberId(row.member_id),
        tier=row.tier,
        starts=moment(row.starts),
        ends=moment_or_none(row.ends),
        reason=row.reason,
        cashier_id=None if row.cashier_id is None else StaffId(row.cashier_id),
        at=moment(row.at),
    )


def _referral(row: AnyRow) -> Referral:
    return Referral(
        friend_id=MemberId(row.friend_id),
        referrer_id=MemberId(row.referrer_id),
        at=moment(row.at),
        state=ReferralState(row.state),
        first_sale_id=row.first_sale_id,
        settled_at=moment_or_none(row.settled_at),
    )
