"""The benches measure what they say, at a size where no figure means anything: only shapes here."""

import json
import shutil
import subprocess
import sys

import pytest

from terminal.ledger import fold
from terminal.members import LANGUAGES
from terminal.programs.facts import NOTHING_CHOSEN
from terminal.quoting import quote
from tests.bench import measure_sale, measure_start, measure_sync, running, shops
from tests.bench.figures import Aim, Figure, Scale, in_turns, percentile
from tests.bench.programmes import FACTS, NOON, RULES, full_basket, full_programme
from tests.bench.window import BareLabel

SMALL = Scale(
    members=2_000, scans=5, sales=6, synced_sales=5, starts=1, slips=5, pushed=4, push_rounds=1,
    pulled=150, signals=8, gap_seconds=1.5, gap_orders=20, searches=5, quotes=5, folds=3, folded=50,
    simulated=1_100,
)  # fmt: skip
KEYS = {"name", "n", "unit", "p50", "p99", "floor_p50", "floor_p99", "ratio", "note"}


@pytest.fixture(autouse=True)
def own_build(tmp_path, monkeypatch):
    """A small shop is not kept."""
    monkeypatch.setattr(shops, "KEPT", tmp_path / "bench")


def benches(names, tmp_path, capsys):
    file = tmp_path / "made" / "bench.json"
    assert running.run(names, file, SMALL) == 0
    told = json.loads(file.read_text("utf-8"))
    table = capsys.readouterr().out
    for bench in told["benches"]:
        assert set(bench) == KEYS
        assert bench["name"] in table
        assert bench["note"] in table
    return {bench["name"]: bench for bench in told["benches"]}


def assert_measured(bench, n):
    assert bench["n"] == n
    assert 0 < bench["p50"] <= bench["p99"]
    assert 0 < bench["floor_p50"] <= bench["floor_p99"]
    assert bench["ratio"] == pytest.approx(bench["p50"] / bench["floor_p50"], rel=0.05, abs=0.05)


@pytest.mark.parametrize(("name", "n"), [("sale", 6), ("slip", 5), ("search", 30)])
def test_a_bench_is_measured_beside_its_floor(name, n, tmp_path, capsys):
    made = benches([name], tmp_path, capsys)
    assert set(made) == {name}
    assert_measured(made[name], n)


def test_the_programme_is_measured_in_parts(tmp_path, capsys):
    made = benches(["programme"], tmp_path, capsys)
    assert {name: bench["n"] for name, bench in made.items()} == {
        "programme-quote": 5,
        "programme-fold": 3,
        "programme-advance": 5,
        "programme-simulation": 3,
    }
    assert all(bench["p50"] > 0 for bench in made.values())


def test_devices_are_measured_from_the_line_to_the_paper(qapp, tmp_path, capsys):
    made = benches(["devices"], tmp_path, capsys)
    assert {name: bench["n"] for name, bench in made.items()} == {
        "devices-signal": 8, "devices-text": 5, "devices-picture": 5,
    }  # fmt: skip
    for language in LANGUAGES:
        assert f"{language} " in made["devices-picture"]["note"]
    assert all(bench["floor_p50"] > 0 for bench in made.values())


def test_the_bench_programme_has_everything_running_at_once():
    program = full_programme()
    assert len(program.rules) + len(program.promotions) == RULES
    said = quote(full_basket(60, 0), program, fold([]), FACTS, NOTHING_CHOSEN, NOON)
    assert {each.code for each in program.rules} <= {part.rule for part in said.accrual.parts}
    assert {each.code for each in program.promotions} == {offer.code for offer in said.applied}


def test_a_scan_is_measured_until_the_member_is_painted(qapp, tmp_path, capsys):
    made = benches(["scan"], tmp_path, capsys)
    assert_measured(made["scan"], 5)
    label = BareLabel()
    assert label.repaint("floor") > 0
    label.close()


def test_gaps_are_looked_for_while_everything_happens(qapp, tmp_path, capsys, caplog):
    gap = benches(["gap"], tmp_path, capsys)["gap"]
    assert gap["n"] > 50
    assert gap["p99"] >= gap["p50"] > 0
    assert gap["floor_p99"] > 0
    assert "20 online orders taken in" in gap["note"]


def test_sync_is_measured_on_a_real_store_or_says_why_not(tmp_path, capsys, monkeypatch):
    if not measure_sync.missing():
        made = benches(["sync"], tmp_path, capsys)
        assert_measured(made["sync-push"], 2)
        assert_measured(made["sync-pull"], 3)
        assert made["sync-requests"]["p50"] > 0
    monkeypatch.setattr(measure_sync, "missing", lambda: "skipped: no Node")
    skipped = benches(["sync-push", "sync-requests"], tmp_path, capsys)
    for bench in skipped.values():
        assert bench["n"] == 0
        assert bench["p50"] is bench["floor_p50"] is bench["ratio"] is None


def test_a_start_paints_before_it_loads_what_is_heavy(tmp_path, capsys):
    made = benches(["start"], tmp_path, capsys)
    assert_measured(made["start-window"], 1)
    assert_measured(made["start-ready"], 1)
    assert made["start-ready"]["p50"] > made["start-window"]["p50"]
    assert "neither SQLAlchemy nor" in made["start-window"]["note"]


def test_one_figure_of_a_start_can_be_asked_for(monkeypatch, tmp_path, capsys):
    both = [Figure("start-window", "ms", [2], [1]), Figure("start-ready", "ms", [3], [1])]
    monkeypatch.setattr(measure_start, "measure", lambda scale: both)
    assert set(benches(["start-ready"], tmp_path, capsys)) == {"start-ready"}
    assert set(benches(["start"], tmp_path, capsys)) == {"start-window", "start-ready"}


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to see what syncs")
def test_a_sale_waits_for_the_disk_once(tmp_path):
    counts = measure_sale.count_syncs(shutil.which("strace"), tmp_path, 8)
    assert counts == [1] * 8


def test_without_strace_the_note_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert "strace is missing" in measure_sale.syncs_told(tmp_path, 5)


def test_an_unknown_bench_gets_the_known_names(capsys):
    assert running.run(["sael"], None) == 2
    said = capsys.readouterr().out
    assert "Did you mean sale?" in said
    for name in ("scan", "sale", "start", "start-window", "slip", "sync", "gap", "search"):
        assert name in said


def test_a_floor_that_wrote_something_else_is_found_out(tmp_path, monkeypatch):
    def forgetful(self):
        statements = _whole(self)
        return [each for each in statements if "outbox" not in each[0]]

    _whole = measure_sale.Floor._statements
    monkeypatch.setattr(measure_sale.Floor, "_statements", forgetful)
    with pytest.raises(RuntimeError, match="outbox"):
        measure_sale.measure(SMALL)


def test_percentiles_are_samples_that_were_taken():
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([5.0], 0.99) == 5.0
    assert percentile([3, 1, 2], 0.5) == 2


def test_both_sides_are_taken_in_turns_and_warm_ups_are_not_kept():
    calls = []

    def side(name):
        return lambda turn: calls.append((turn, name)) or float(turn)

    ours, floor = in_turns(3, side("ours"), side("floor"), warm_up=2)
    assert ours == floor == [2.0, 3.0, 4.0]
    assert calls[:4] == [(0, "ours"), (0, "floor"), (1, "floor"), (1, "ours")]


def test_an_aim_is_held_or_not():
    slow = Figure("x", "ms", [1, 1, 9], [1, 1, 1], aim=Aim(p99=5))
    assert not slow.held
    assert Figure("x", "ms", [1, 1, 9], [1, 1, 1], aim=Aim(p50=5, ratio=2)).held
    assert Figure("x", "ms", [4, 4, 4], [1, 1, 1], aim=Aim(ratio=3)).held is False
    assert Figure("x", "ms").held is None
    assert "NO" in running.table_lines(slow)


def test_a_till_without_the_tools_of_developers_can_be_measured():
    modules = ", ".join(f"tests.bench.measure_{name}" for name in running.BENCHES)
    code = (
        f"import sys, tests.bench.running, tests.stores, {modules};"
        "print({'pytest', '_pytest', 'pytestqt', 'hypothesis', 'mypy'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shops.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
