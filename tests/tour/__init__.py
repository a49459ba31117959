"""The tour: the main job through real widgets, lines, bytes and a real online store.

``main.py tour`` runs it. Needs nothing of the test tools; with ``--online-store vendure`` it starts
the store of ``tests/vendure_store``.
"""

import json
import logging
import os
import sys
import tempfile
from pathlib import Path

from tests.tour.guide import Guide, StepFailed


def take_tour(out: Path, language: str, online_store: str) -> int:
    """Walk through the main job; 0 only if every step held. Leaves pictures and ``tour.json``."""
    out.mkdir(parents=True, exist_ok=True)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.basicConfig(filename=out / "tour.log", level=logging.INFO, force=True)
    from tests.tour.story import Story

    guide = Guide(out, language)
    with tempfile.TemporaryDirectory(prefix="tour-") as folder:
        story = Story(guide, Path(folder), language, online_store)
        try:
            story.walk()
        except StepFailed as failure:
            print(f"     {failure}", file=sys.stderr)
        finally:
            story.close()
    guide.facts["ok"] = guide.held()
    (out / "tour.json").write_text(
        json.dumps(guide.told(), ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    verdict = "every step held" if guide.held() else "the tour did NOT hold"
    print(f"{verdict}; pictures and tour.json in {out}")
    return 0 if guide.held() else 1
