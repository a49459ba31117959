"""Playing: a sealed offer, its reveal, and the prize in the books.

``offer`` settles a play, sets its prize aside and prints the commitment; ``play`` reveals it and
books what it won. Each is one transaction and repeatable: a play is offered once until it is
revealed, and revealing it again answers the same. Nothing that happens in between, not a power cut
and not a new programme, changes what was sealed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from typing import Protocol, cast

from terminal.errors import GameClosed, PlayLimitReached, UnknownGame, UnknownMember, UnknownPlay
from terminal.events import EventBus, MemberChanged
from terminal.game_slips import game_slip, offer_blocks, reveal_blocks
from terminal.games import (
    Audit,
    Finding,
    Game,
    GamePlay,
    PlayId,
    PlayView,
    audit,
    offered,
    published,
    shown,
)
from terminal.i18n import Words, utc
from terminal.ids import Clock, EntryId, MemberId, NewId, SlipId, StaffId, derived_id
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.ports import Database, UnitOfWork
from terminal.programs.calendar import zone
from terminal.programs.lapsing import is_held, lapse_of, usable_from
from terminal.services.messages import tell_coupons, tell_standing
from terminal.services.models import Till
from terminal.services.standing import expire_lapsed, program_at
from terminal.services.vouchers import Chance, issue_coupon
from terminal.slips import SlipJob
from terminal.vouchers import VoucherCode

BATCH = 500
Seeds = Callable[[], bytes]
"""Makes the secret of one play: 32 bytes of the best chance there is (``secrets.token_bytes``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRules:
    """What is in force at a moment: the games, the shop's zone, and how points given now live."""

    games: Sequence[Game]
    zone: tzinfo
    program: str
    program_version: int
    usable_at: datetime | None = None
    lapses_at: datetime | None = None
    held: bool = False


def rules_in_force(uow: UnitOfWork, now: datetime) -> GameRules:
    """As the programme has it. Raises NoProgram."""
    program = program_at(uow, now)
    return GameRules(
        games=program.games,
        zone=zone(program.zone),
        program=program.code,
        program_version=program.version,
        usable_at=usable_from(program, now),
        lapses_at=lapse_of(program, now),
        held=is_held(program),
    )


RulesInForce = Callable[[UnitOfWork, datetime], GameRules]


class IssuesVouchers(Protocol):
    """Whoever issues what was won besides points, in the transaction that is given.

    Called once a play, only for a coupon or a reward. Answers the code that the member shows, ""
    where there is none. What it issues carries the play's id as its source.
    """

    def __call__(self, uow: UnitOfWork, play: GamePlay, now: datetime, /) -> str: ...


class IssuesCoupons:
    """``IssuesVouchers``: coupons as the programme described them when the play was offered.

    A reward has no code: its name stands on the slip, and it is handed over at the counter.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def __call__(self, uow: UnitOfWork, play: GamePlay, now: datetime, /) -> str:
        won = play.drawn.won
        if won.kind != "coupon":
            return ""
        promised = program_at(uow, play.created_at)
        return issue_coupon(
            uow, promised, won.code, play.member_id, play.id, now, self._chance
        ).code


@dataclass(frozen=True, slots=True)
class Played:
    """A revealed play: what was won, the entry behind points, the balance now, and the slip."""

    view: PlayView
    entry: LedgerEntry | None
    balance: int
    slip: SlipJob


class GameService:
    """What a member does at the wheel, and what a manager asks about it."""

    def __init__(
        self,
        database: Database,
        till: Till,
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
        seed: Seeds,
        issue: IssuesVouchers,
        rules: RulesInForce = rules_in_force,
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._seed = seed
        self._rules = rules
        self._issue = issue

    # -- playing -----------------------------------------------------------------------------

    def playable(self, member_id: MemberId) -> list[Game]:
        """The games that ``offer`` would offer this member now."""
        now = self._clock()
        with self._database.read() as uow:
            rules = self._rules(uow, now)
            return [
                game for game in rules.games if self._may_play(uow, member_id, game, rules, now)
            ]

    def offer(self, member_id: MemberId, game_code: str) -> PlayView:
        """A sealed play; the one that is still open where there is one. Its slip is queued.

        Raises UnknownMember, UnknownGame, GameClosed, PlayLimitReached.
        """
        now = self._clock()
        with self._database.write() as uow:
            waiting = _open_play(uow, member_id, game_code, now)
            if waiting is not None:
                return shown(waiting)
            rules = self._rules(uow, now)
            game = _game(rules, game_code)
            _require_playable(uow, member_id, game, rules, now)
            play = self._settle(uow, member_id, game, now)
            uow.games.put_play(play)
            self._print(uow, play, "offer", rules, now)
            uow.commit()
        return shown(play)

    def play(self, play_id: PlayId, cashier_id: StaffId | None = None) -> Played:
        """Reveal a play and book its prize; once, however often it is asked. Raises UnknownPlay."""
        now = self._clock()
        with self._database.write() as uow:
            play = _play(uow, play_id)
            if play.played_at is not None:
                return _played(uow, play)
            done = self._reveal(uow, play, self._rules(uow, now), cashier_id, now)
            uow.commit()
        self._bus.tell(MemberChanged(play.member_id))
        return done

    def _may_play(
        self, uow: UnitOfWork, member_id: MemberId, game: Game, rules: GameRules, now: datetime
    ) -> bool:
        if _open_play(uow, member_id, game.code, now) is not None:
            return True
        try:
            _require_playable(uow, member_id, game, rules, now)
        except (GameClosed, PlayLimitReached):
            return False
        return True

    def _settle(self, uow: UnitOfWork, member_id: MemberId, game: Game, now: datetime) -> GamePlay:
        return offered(
            game, uow.games.totals(game.code), self._seed(), play_id=PlayId(self._new_id()),
            member_id=member_id, till=self._till.code, at=now,
        )  # fmt: skip

    def _reveal(
        self,
        uow: UnitOfWork,
        play: GamePlay,
        rules: GameRules,
        cashier_id: StaffId | None,
        now: datetime,
    ) -> Played:
        won, voucher = play.drawn.won, ""
        if won.points:
            expire_lapsed(uow, play.member_id, self._till.code, now)
            uow.ledger.append([self._entry(uow, play, rules, cashier_id, now)])
            tell_standing(uow, self._till, play.member_id, now, self._new_id)
        elif won.code:
            voucher = self._issue(uow, play, now)
            tell_coupons(uow, self._till, [VoucherCode(voucher)], now, self._new_id)
        revealed = replace(play, played_at=now, voucher=voucher)
        uow.games.put_play(revealed)
        self._print(uow, revealed, "reveal", rules, now)
        return _played(uow, revealed)

    def _entry(
        self,
        uow: UnitOfWork,
        play: GamePlay,
        rules: GameRules,
        cashier_id: StaffId | None,
        now: datetime,
    ) -> LedgerEntry:
        game, points = shown(play).game, play.drawn.won.points
        prize = game.prize(play.drawn.prize)
        rate = f"{prize.weight}/{game.out_of}"
        return LedgerEntry(
            id=_entry_id(play.id), member_id=play.member_id, kind=EntryKind.BONUS, points=points,
            decided_at=now, till=self._till.code, seq=uow.next_seq(self._till.code),
            cashier_id=cashier_id, usable_at=rules.usable_at, lapses_at=rules.lapses_at,
            held=rules.held,
            program=rules.program, program_version=rules.program_version,
            parts=(Part(f"game:{play.game}:{prize.code}", points, rate=rate),), rate=rate,
            source_id=play.id,
        )  # fmt: skip

    def _print(
        self, uow: UnitOfWork, play: GamePlay, which: str, rules: GameRules, now: datetime
    ) -> None:
        member = uow.members.get(play.member_id)
        language = member.language if member else self._till.language
        words = Words(language, paper=True, zone=rules.zone)
        if which == "offer":
            blocks = offer_blocks(shown(play), words)
        else:
            balance = uow.ledger.account(play.member_id).balance
            blocks = reveal_blocks(shown(play), balance, words)
        slip_id = _slip_id(play.id, which)
        slip = game_slip(slip_id, self._till, blocks, now, words)
        uow.slips.put(SlipJob(id=slip_id, slip=slip, sale_id=None, created_at=now))

    # -- looking -----------------------------------------------------------------------------

    def plays(self, member_id: MemberId, game_code: str = "") -> list[PlayView]:
        """A member's plays of one game or ("") of all, newest first; sealed ones stay sealed."""
        with self._database.read() as uow:
            return [shown(play) for play in uow.games.plays_of(member_id, game_code)][::-1]

    def record(self, play_id: PlayId) -> str:
        """A play as JSON to be handed out and checked by anybody. Raises UnknownPlay."""
        with self._database.read() as uow:
            return published(shown(_play(uow, play_id)))

    def audit(self, game_code: str) -> Audit:
        """Every play of a game drawn again, and held against the ledger."""
        with self._database.read() as uow:
            astray: list[Finding] = []
            found = audit(self._with_entries(uow, game_code, astray))
        return replace(found, findings=(*found.findings, *astray))

    def _with_entries(
        self, uow: UnitOfWork, game_code: str, astray: list[Finding]
    ) -> Iterator[GamePlay]:
        booked: dict[MemberId, dict[EntryId, int]] = {}
        for play in _all_plays(uow, game_code):
            if play.member_id not in booked:
                booked[play.member_id] = _bonuses(uow, play.member_id)
            due = play.drawn.won.points if play.played_at else 0
            if booked[play.member_id].get(_entry_id(play.id), 0) != due:
                astray.append(Finding(play.id, play.number, "ledger"))
            yield play


def _game(rules: GameRules, code: str) -> Game:
    for game in rules.games:
        if game.code == code:
            return game
    raise UnknownGame(game=code)


def _play(uow: UnitOfWork, play_id: PlayId) -> GamePlay:
    play = uow.games.get_play(play_id)
    if play is None:
        raise UnknownPlay(play_id=play_id)
    return play


def _open_play(uow: UnitOfWork, member_id: MemberId, game: str, now: datetime) -> GamePlay | None:
    """The play that was offered and not revealed: there is one at most."""
    plays = uow.games.plays_of(member_id, game, since=now)
    return next((play for play in plays if play.played_at is None), None)


def _require_playable(
    uow: UnitOfWork, member_id: MemberId, game: Game, rules: GameRules, now: datetime
) -> None:
    """Refuse a new play. A play counts for the local day on which it is revealed."""
    if uow.members.get(member_id) is None:
        raise UnknownMember(member_id=member_id)
    if not game.on(now.astimezone(rules.zone).date()):
        raise GameClosed(game=game.code, starts=game.starts, ends=game.ends)
    limits = (
        ("day", game.per_member_day, _day_start(now, rules.zone)),
        ("game", game.per_member, None),
    )
    for per, limit, since in limits:
        if limit is not None and len(uow.games.plays_of(member_id, game.code, since)) >= limit:
            raise PlayLimitReached(game=game.code, limit=limit, per=per)


def _day_start(now: datetime, zone: tzinfo) -> datetime:
    return utc(datetime.combine(now.astimezone(zone).date(), time.min, tzinfo=zone))


def _entry_id(play_id: PlayId) -> EntryId:
    return EntryId(derived_id("game", play_id))


def _slip_id(play_id: PlayId, which: str) -> SlipId:
    return SlipId(derived_id("game-slip", play_id, which))


def _played(uow: UnitOfWork, play: GamePlay) -> Played:
    """The answer for a revealed play, from the books."""
    entries = uow.ledger.entries(play.member_id) if play.drawn.won.points else []
    entry = next((each for each in entries if each.id == _entry_id(play.id)), None)
    balance = uow.ledger.account(play.member_id).balance
    slip = uow.slips.get(_slip_id(play.id, "reveal"))
    return Played(shown(play), entry, balance, cast(SlipJob, slip))


def _all_plays(uow: UnitOfWork, game: str) -> Iterator[GamePlay]:
    above = 0
    while batch := uow.games.plays_in(game, above, BATCH):
        yield from batch
        above = batch[-1].number


def _bonuses(uow: UnitOfWork, member_id: MemberId) -> dict[EntryId, int]:
    entries = uow.ledger.entries(member_id)
    return {e.id: e.points for e in entries if e.kind is EntryKind.BONUS}
