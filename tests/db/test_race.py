"""Two tills on one database, each a process of its own, want the same points at the same moment."""

import subprocess
import sys
from pathlib import Path

from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.db.verify import verify
from terminal.ids import MemberId
from tests.contract.samples import entry, member

TRIALS = 30


def _till(path: Path, name: str) -> "subprocess.Popen[str]":
    words = ["-m", "tests.db.spender", str(path), name, "80", str(TRIALS)]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *words], stdin=pipe, stdout=pipe, text=True)


def _go(till: "subprocess.Popen[str]") -> None:
    assert till.stdin is not None
    till.stdin.write("go\n")
    till.stdin.flush()


def _with_a_hundred_points_each(database: SqlDatabase) -> None:
    with database.write() as uow:
        for trial in range(TRIALS):
            uow.members.put(member(f"m-{trial}"))
            owner = MemberId(f"m-{trial}")
            uow.ledger.append([entry(f"e-{trial}", 100, member_id=owner, seq=trial)])
        uow.commit()


def test_two_tills_cannot_spend_the_same_points(database: SqlDatabase) -> None:
    _with_a_hundred_points_each(database)
    with _till(database.path, "T1") as one, _till(database.path, "T2") as two:
        for _ in range(TRIALS):
            for till in (one, two):
                assert till.stdout is not None
                assert till.stdout.readline() == "ready\n"
            for till in (one, two):
                _go(till)
        said = [till.communicate(timeout=30)[0] for till in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0]
    assert sum(int(number) for number in said) == TRIALS
    with database.read() as uow:
        balances = {uow.ledger.account(MemberId(f"m-{n}")).balance for n in range(TRIALS)}
    assert balances == {20}
    assert [f for f in verify(database).findings if f.code != "number_twice"] == []


def test_two_tills_that_start_at_once_make_one_database(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from terminal.db.engine import open_database;"
        "sys.stdin.readline(); open_database(Path(sys.argv[1])).close()"
    )
    pipe = subprocess.PIPE
    tills = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=pipe, text=True)
        for _ in range(3)
    ]
    for till in tills:
        _go(till)
    for till in tills:
        till.communicate(timeout=30)
    assert [till.returncode for till in tills] == [0, 0, 0]
    database = open_database(path)
    assert verify(database).ok
    database.close()
