"""``main.py tour``: the main job on real parts holds, with an online store and without."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
FACTS = {"language", "member", "sale", "entries", "slips_waiting", "waiting", "blocked", "steps"}
ONLINE_FACTS = {"order_code", "balance_till", "balance_online"}


@pytest.mark.parametrize(("language", "store"), [("en", "vendure"), ("he", "none")])
def test_the_tour_holds_and_leaves_its_proofs(tmp_path: Path, language: str, store: str) -> None:
    command = ["main.py", "tour", "--out", str(tmp_path)]
    command += ["--language", language, "--online-store", store]
    told = subprocess.run(
        [sys.executable, "-X", "faulthandler", *command],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True,
        text=True, timeout=110, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stderr == ""
    facts = json.loads((tmp_path / "tour.json").read_text("utf-8"))
    assert set(facts) >= (FACTS | ONLINE_FACTS if store == "vendure" else FACTS)
    assert facts["ok"] is True
    assert facts["language"] == language
    assert (facts["waiting"], facts["blocked"], facts["slips_waiting"]) == (0, 0, 0)
    assert all(step["ok"] for step in facts["steps"])
    if store == "vendure":
        assert facts["balance_till"] == facts["balance_online"]
    assert (tmp_path / "slip.bin").read_bytes().startswith((b"\x1b", b"\x18", b"\x00", b"\x10"))
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) >= 10
    for path in pictures:
        with Image.open(path) as picture:
            picture.verify()
