"""A schedule lived: steps by chance, what became of them, and whether all ends well."""

from __future__ import annotations

import contextlib
import logging
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from terminal.errors import TerminalError
from terminal.services.deciding import ANSWERS
from tests.convergence import invariants
from tests.convergence.deeds import BOSS, People
from tests.convergence.faults import CrashError
from tests.convergence.invariants import ViolationError
from tests.convergence.plan import DEEDS, NEWER, Outcome, Plan, Step
from tests.convergence.world import BOOKED, Heard, Template, TillSim, World

REST = 30
"""Rounds after which it must have come to rest."""


@contextlib.contextmanager
def listening() -> Iterator[Heard]:
    """Bugs that are logged."""
    heard = Heard()
    logs = [logging.getLogger(name) for name in ("sync", "terminal")]
    before = [(log.level, log.propagate) for log in logs]
    for log in logs:
        log.addHandler(heard)
        log.propagate = False
        log.setLevel(logging.ERROR)
    try:
        yield heard
    finally:
        for log, (level, propagate) in zip(logs, before, strict=True):
            log.removeHandler(heard)
            log.setLevel(level)
            log.propagate = propagate


class Life:
    """One schedule being lived."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan, self.world = plan, world
        self.weather = world.weather
        self.weather.chance, self.weather.slow = random.Random(plan.seed), plan.slow
        self.people = People(world)
        self.outcome = Outcome()
        self.truth: dict[str, set[str]] = {kind: set() for kind in BOOKED}
        world.shop.once = plan.broken != "idempotency"
        world.hub.once = plan.broken != "idempotency"
        world.hub.ordered = plan.broken != "order"
        world.hub.watermark = plan.broken != "watermark"
        world.hub.chance = lambda: self.weather.chance.random()
        self._nested = False

    # -- the steps ---------------------------------------------------------------------------------

    def live(self) -> None:
        """All steps."""
        if self.plan.past:
            self.people.past(self.plan.past, self.weather.chance)
            self.world.tills[0].connects()
        for step in self.plan.steps:
            self.take(step)

    def take(self, step: Step) -> None:
        """One step, and what goes wrong in it."""
        chance = random.Random(step.number)
        self.weather.chance = chance
        self.world.moment += timedelta(seconds=chance.randint(1, 300))
        till = chance.choice(self.world.tills)
        self.weather.rate = self.plan.rate
        self.weather.crash_in = chance.randint(0, 30) if chance.random() < 0.12 else -1
        self.weather.meanwhile_in = chance.randint(0, 8) if chance.random() < 0.25 else -1
        self.weather.meanwhile = lambda: self._meanwhile(till, chance)
        told = self._run(step.name, till, chance)
        self.weather.calm()
        self._book()
        late = "" if not till.skew else f" (clock {till.skew})"
        self.outcome.story.append(f"{till.code}{late} {step.name}{told}")

    def _run(self, name: str, till: TillSim, chance: random.Random) -> str:
        try:
            self._deed(name)(till, chance)
        except TerminalError as error:
            return f": refused ({error.code})" if hasattr(error, "code") else ": refused"
        except CrashError:
            till.restart()
            self.people.look_for_answer(till)
            return ": CRASHED"
        self.outcome.done[name] += 1
        return ""

    def _deed(self, name: str) -> Callable[[TillSim, random.Random], object]:
        if name in DEEDS or name in NEWER:
            return getattr(self.people, name)  # type: ignore[no-any-return]
        return getattr(self, f"_{name}")  # type: ignore[no-any-return]

    def _meanwhile(self, till: TillSim, chance: random.Random) -> None:
        """Somebody sells at this till, or another till has its round, while one waits."""
        if self._nested:
            return
        self._nested = True
        try:
            other = chance.choice(self.world.tills)
            name = chance.choice(("sell", "sell", "edit", "hub_round", "store_round", "orders"))
            if name.endswith("round"):
                if other is till:
                    return
                if chance.random() < 0.3:
                    self.world.lose_election()
            else:
                other = till
            try:
                self._deed(name)(other, chance)
            except TerminalError:
                return
            except CrashError:
                if other is till:
                    raise
                other.restart()
        finally:
            self._nested = False

    def _book(self) -> None:
        """Remember what was booked."""
        for till in self.world.tills:
            for kind, ids in till.made().items():
                self.truth[kind] |= ids

    # -- what happens ------------------------------------------------------------------------------

    def _hub_round(self, till: TillSim, chance: random.Random) -> None:
        if not till.asleep:
            self.world.hub.lose_next = chance.random() < self.plan.rate
            till.hub_round()
            self.world.hub.lose_next = False

    def _store_round(self, till: TillSim, chance: random.Random) -> None:
        if not till.asleep:
            till.store_round()

    def _time(self, till: TillSim, chance: random.Random) -> None:
        self.world.moment += timedelta(minutes=chance.randint(5, 600))

    def _month(self, till: TillSim, chance: random.Random) -> None:
        self.world.moment += timedelta(days=chance.randint(10, 40))

    def _skew(self, till: TillSim, chance: random.Random) -> None:
        hours = chance.choice((0, 0, -3, -1, 1, 3))
        till.skew = timedelta(hours=hours, seconds=chance.randint(0, 59))

    def _cut(self, till: TillSim, chance: random.Random) -> None:
        till.cut = not till.cut

    def _absent(self, till: TillSim, chance: random.Random) -> None:
        """A till in a drawer for a month."""
        till.asleep = not till.asleep
        self.world.moment += timedelta(days=30 if till.asleep else 0)

    def _hub_away(self, till: TillSim, chance: random.Random) -> None:
        self.world.hub_away = not self.world.hub_away

    def _store_away(self, till: TillSim, chance: random.Random) -> None:
        self.world.store_away = not self.world.store_away

    def _arrive(self, till: TillSim, chance: random.Random) -> None:
        self.weather.arrive()

    def _notice(self, till: TillSim, chance: random.Random) -> None:
        self.world.notice()

    def _lose_election(self, till: TillSim, chance: random.Random) -> None:
        self.weather.count["election lost"] += bool(self.world.hub.elected)
        self.world.lose_election()

    def _crash(self, till: TillSim, chance: random.Random) -> None:
        self.weather.count["crash"] += 1
        raise CrashError

    def _back_up(self, till: TillSim, chance: random.Random) -> None:
        path = till.path.with_suffix(".backup")
        path.unlink(missing_ok=True)
        _copy(till.path, path)
        till.backup = path

    def _restore(self, till: TillSim, chance: random.Random) -> None:
        """The disk failed; what nobody was told of is lost, and that is no fault of ours."""
        if till.backup is None:
            raise TerminalError
        self._book()
        mine, said = till.made(), _unheard(till)
        till.end()
        shutil.copyfile(till.backup, till.path)
        for ending in ("-wal", "-shm"):
            Path(f"{till.path}{ending}").unlink(missing_ok=True)
        till.start()
        self.weather.count["backup restored"] += 1
        self._forget(mine, till.made())
        self.people.unsaid(said - _unheard(till) - self._told("consent"))

    def _clone(self, till: TillSim, chance: random.Random) -> None:
        """The disk was copied to another machine, which sells, tells, and is thrown away."""
        path = till.path.with_name(f"{till.code}-clone.db")
        path.unlink(missing_ok=True)
        _copy(till.path, path)
        clone = TillSim(self.world, till.code, path, "another machine", cut=till.cut)
        self.weather.crash_in = -1
        mine = till.made()
        held = self.world.opened.pop(till.code, [])
        clone.start()
        self.weather.count["till cloned"] += 1
        try:
            self.people.sell(clone, chance)
            clone.hub_round()
        except TerminalError:
            pass
        finally:
            made = clone.made()
            clone.end()
            self.world.opened[till.code] = held
            self._forget(made, mine)
            for kind in BOOKED:
                self.truth[kind] |= made[kind] & self._told(kind)
            self.world.hub.heard.get(f"instance of {till.code}", {}).pop(
                ("another machine", "run 1"), None
            )

    def _forget(self, had: dict[str, set[str]], has: dict[str, set[str]]) -> None:
        """What was in a file that is gone counts only as far as the hub was told of it."""
        for kind, ids in had.items():
            self.truth[kind] -= ids - has[kind] - self._told(kind)
        for sale_id in list(self.people.earned):
            if sale_id in had["sale"] and sale_id not in self.truth["sale"]:
                del self.people.earned[sale_id]

    def _told(self, kind: str) -> set[str]:
        return {fact.key for fact, _write in self.world.hub.log if fact.kind == kind}

    # -- healing -----------------------------------------------------------------------------------

    def heal(self) -> None:
        """Everything works again, people decide what they were asked, nobody does anything."""
        world, weather = self.world, self.weather
        weather.chance = random.Random(self.plan.seed + 1)
        weather.calm()
        world.hub_away = world.store_away = False
        while weather.late:
            weather.arrive()
        world.hub.settle()
        world.notice()
        world.moment += timedelta(hours=7)
        for till in world.tills:
            till.skew, till.cut, till.asleep = timedelta(), False, False
        self._rest_and_decide()
        if world.nameless:
            for till in world.tills:
                till.night()
            self._rest_and_decide()
        weather.count["stale standing"] += world.shop.stale

    def _rest_and_decide(self) -> None:
        self.rest()
        for _ in range(6):
            if not self.decide():
                break
            self.rest()

    def rest(self) -> None:
        """Rounds until nothing moves."""
        before: object = None
        for _ in range(REST):
            self.outcome.rounds += 1
            self.world.moment += timedelta(minutes=20)
            for till in self.world.tills:
                till.hub_round()
                till.store_round()
            now = self._state()
            if now == before:
                return
            before = now
        raise ViolationError("no rest", f"still moving after {REST} rounds: {before}")

    def _state(self) -> object:
        tills = []
        for till in self.world.tills:
            stands = till.hub_engine.standing()
            waiting = till.rows("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'")[0][0]
            tills.append((stands.told, stands.made, stands.waiting, waiting))
        return len(self.world.hub.log), tills, len(self.world.shop.made)

    def decide(self) -> int:
        """A person answers what is open at the first till, after looking."""
        till, count = self.world.tills[0], 0
        with till.database.read() as uow:
            tasks = uow.tasks.open(100)
        for task in tasks:
            answer = {"duplicate": "merge", "profile_conflict": "ours"}.get(
                task.kind.value, ANSWERS[task.kind][0]
            )
            try:
                count += till.deciding.answer(task.id, answer, BOSS)
            except TerminalError:  # one of two was forgotten: there is nothing to merge
                count += till.deciding.answer(task.id, ANSWERS[task.kind][-1], BOSS)
        with till.database.read() as uow:
            blocked = [m for m in uow.outbox.open(1000) if m.state.value == "blocked"]
        for message in blocked:
            till.services.online.send_again(message.key)
            count += 1
        return count


def _unheard(till: TillSim) -> set[str]:
    """Answers about e-mails in a till's file that it did not tell the online store."""
    return {
        key
        for (key,) in till.rows(
            "SELECT id FROM consents c WHERE purpose = 'email' AND NOT EXISTS ("
            " SELECT 1 FROM outbox o JOIN remote_links l ON l.local_id = o.subject_id"
            " WHERE o.kind = 'member' AND o.state = 'sent' AND l.kind = 'member'"
            " AND o.subject_id = c.member_id AND o.created_at >= c.recorded_at)"
        )
    }


def _copy(source: Path, target: Path) -> None:
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    with contextlib.closing(one), contextlib.closing(other):
        one.backup(other)


def live(plan: Plan, template: Template, folder: Path | None = None) -> Outcome:
    """Live a schedule and say how it ended."""
    with tempfile.TemporaryDirectory(dir=folder) as place, listening() as heard:
        world = template.world(Path(place), plan.tills, plan.members, plan.nameless)
        life = Life(plan, world)
        outcome = life.outcome
        try:
            life.live()
            life.heal()
            if heard.said:
                raise ViolationError("bug logged", heard.said[0][:1500])
            invariants.everything(world, life.people, life.truth)
        except ViolationError as violation:
            outcome.violation, outcome.kind = str(violation), violation.kind
            if heard.said:
                outcome.violation += "\n" + heard.said[0][:1500]
        finally:
            outcome.faults = world.weather.count
            world.close()
    return outcome
