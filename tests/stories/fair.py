"""A till with games for stories: the real service over a real database file, chance by number."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from terminal import errors
from terminal.db.engine import open_database
from terminal.events import EventBus
from terminal.games import (
    Game,
    Prize,
)
from terminal.ids import id_maker
from terminal.ledger import LedgerEntry
from terminal.members import Member
from terminal.ports import Database
from terminal.services.games import GameRules, GameService
from terminal.services.models import Till
from terminal.slips import slip_text

ATHENS = ZoneInfo("Europe/Athens")
TILL = Till(
    code="T1", name="Till 1", shop="Elia Deli", address="", country="GR", language="en",
    currency="EUR", card_prefix="2950", online_stores=("vendure",),
)  # fmt: skip


def wheel(**more) -> Game:
    """A wheel on which everything wins something: even tickets points, odd ones a coupon."""
    return Game(
        **{
            "code": "autumn",
            "name": {"en": "Autumn wheel", "el": "Φθινοπωρινός τροχός"},
            "out_of": 2,
            "prizes": (
                Prize(code="fifty", name="50 points", weight=1, points=50),
                Prize(code="coffee", name="A coffee", weight=1, coupon="COFFEE", money=180),
            ),
            "consolation": Prize(code="wish", name="All the best", weight=0),
            **more,
        }
    )


ALL_POINTS = {"out_of": 1, "prizes": (Prize(code="fifty", name="50 points", weight=1, points=50),)}
ALL_COFFEE = {
    "out_of": 1,
    "prizes": (Prize(code="coffee", name="A coffee", weight=1, coupon="COFFEE", money=180),),
}


@dataclass
class Fair:
    """One till with games; ``issued`` is what the issuer of vouchers was asked for."""

    path: Path
    games: tuple[Game, ...] = (wheel(),)
    moment: datetime = datetime(2026, 12, 1, 10, tzinfo=UTC)
    heard: list = field(default_factory=list)
    issued: list = field(default_factory=list)
    lapses_at: datetime | None = None
    broken_issuer: bool = False
    luck: int = 0

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Switch the till on, with other chance than before."""
        self.luck += 1
        self._chance = Random(self.luck)
        self.database: Database = open_database(self.path)
        self.bus = EventBus()
        self.bus.subscribe(self.heard.append)
        self.service = GameService(
            self.database, TILL, self.bus, clock=lambda: self.moment, issue=self.issue,
            new_id=id_maker(lambda: self.moment, self._chance.getrandbits), rules=self.rules,
            seed=self.seed,
        )  # fmt: skip

    def seed(self) -> bytes:
        return self._chance.randbytes(32)

    def rules(self, uow, now) -> GameRules:
        return GameRules(games=self.games, zone=ATHENS, program="Elia", program_version=4,
                         lapses_at=self.lapses_at)  # fmt: skip

    def issue(self, uow, play, now) -> str:
        if self.broken_issuer:
            raise errors.DiskFull(path="x")
        self.issued.append((play.member_id, play.drawn.won, play.id))
        return f"CODE-{len(self.issued)}"

    def member(self, name: str = "eleni", language: str = "en") -> str:
        with self.database.write() as uow:
            uow.members.put(Member(id=name, given_name=name, joined_at=self.moment,
                                   updated_at=self.moment, language=language))  # fmt: skip
            uow.commit()
        return name

    def later(self, **span) -> None:
        self.moment += timedelta(**span)

    def at(self, text: str) -> None:
        """The shop's clock shows this."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=ATHENS).astimezone(UTC)

    def turn(self, member: str, game: str = "autumn"):
        """Offered and revealed at once."""
        return self.service.play(self.service.offer(member, game).id, "cashier")

    def entries(self, member: str) -> list[LedgerEntry]:
        with self.database.read() as uow:
            return uow.ledger.entries(member)

    def stored(self, play_id: str):
        with self.database.read() as uow:
            return uow.games.get_play(play_id)

    def slips(self) -> list[str]:
        with self.database.read() as uow:
            return [slip_text(job.slip.blocks) for job in uow.slips.unsettled()]

    def close(self) -> None:
        self.database.close()
