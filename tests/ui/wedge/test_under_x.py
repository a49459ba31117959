"""A reader that types, under a real X server with layouts of other countries.

The server's own keymaps, Qt's platform part and its compose tables stand between the places of the
keys and the till. Three layouts, with `LONG=1` six. Left out where there is no X server to run.
"""

import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CARD, LINK = "2912345678906", "https://shop.example/c/1"
ALL = {
    "us": (CARD, False, "hello 1"),
    "hu": (CARD, False, "hello 1"),
    "gr": (LINK, False, "ηελλο 1"),
    "il": (LINK, True, "יקךךם 1"),
    "bg": (LINK, True, "геввд 1"),
    "fr": (CARD, False, "hello &"),
}
LAYOUTS = ALL if os.environ.get("LONG") else {one: ALL[one] for one in ("hu", "gr", "il")}


@pytest.fixture
def display():
    """An X server of our own; it says its number itself."""
    server, keymaps = shutil.which("Xvfb"), shutil.which("setxkbmap")
    if not (server and keymaps and ctypes.util.find_library("Xtst")):
        pytest.skip("no X server to type at")
    ours, theirs = os.pipe()
    running = subprocess.Popen(
        [server, "-displayfd", str(theirs), "-nolisten", "tcp", "-screen", "0", "640x480x24"],
        pass_fds=(theirs,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    with os.fdopen(ours) as told:
        yield f":{told.readline().strip()}"
    running.terminate()
    running.wait()


def test_scans_and_typing_in_the_tills_own_layout(display):
    asked = [[layout, code, us] for layout, (code, us, _) in LAYOUTS.items()]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ui.wedge.x_typist", json.dumps(asked)],
        env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    if "Could not load the Qt platform plugin" in ran.stderr:
        pytest.skip("Qt finds no library for X here")
    assert ran.returncode == 0, ran.stderr
    for (layout, (code, _, typed)), got in zip(
        LAYOUTS.items(), json.loads(ran.stdout), strict=True
    ):
        assert got["scanned"] == [[code], "", 0], layout
        assert got["typed"] == [[], typed, 1], layout
