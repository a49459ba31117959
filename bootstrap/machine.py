"""What the machine must have from its system: found by trying, installed when we may.

Needs are probed as they will be used (a library is opened, a command looked up), so any
distribution is told what is missing; only Debian's package names are known.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bootstrap.steps import SetupError, environment, step

# Qt's own needs, in the order in which their absence shows (libfontconfig1 brings a font), and
# what Pillow looks for when it shapes right-to-left slips: without it Hebrew is drawn less well.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfreetype.so.6": "libfreetype6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfribidi.so.0": "libfribidi0",
}
# On top of them for an X11 screen. Qt blames libxcb-cursor0 whichever of these is missing.
QT_X11 = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


@dataclass(frozen=True, slots=True)
class Need:
    """Something the system has to bring: its name, Debian's package, and how to see it."""

    name: str
    package: str
    met: Callable[[], bool]


def can_open(library: str) -> bool:
    """Whether the dynamic loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_postgres() -> bool:
    """Whether a PostgreSQL server can be made; Debian keeps its programs off the path."""
    return postgres_programs() is not None


def postgres_programs() -> Path | None:
    """Folder of initdb and pg_ctl, the newest version where there are several."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parent.parent.name),
    )
    on_path = shutil.which("initdb")
    if installed:
        return installed[-1].parent
    return Path(on_path).parent if on_path else None


def command(name: str, package: str) -> Need:
    """A program that must be on the path."""
    return Need(name, package, lambda: shutil.which(name) is not None)


def needs_of_python() -> list[Need]:
    """Debian splits ensurepip, and with it working virtual environments, off its Python."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return [Need("ensurepip", package, lambda: importlib.util.find_spec("ensurepip") is not None)]


def needs_of_product(*, x11: bool) -> list[Need]:
    """The libraries that wheels expect of the system; only Linux has to be asked for them."""
    if sys.platform != "linux":
        return []
    wanted = {**LIBRARIES, **(QT_X11 if x11 else {})}
    return [
        Need(library, package, lambda library=library: can_open(library))  # type: ignore[misc]
        for library, package in wanted.items()
    ]


def needs_of_tests() -> list[Need]:
    """Readers that check our slips' codes, a virtual serial line, a screen to type at, a database
    server."""
    return [
        command("zbarimg", "zbar-tools"),
        command("socat", "socat"),
        command("Xvfb", "xvfb"),
        command("setxkbmap", "x11-xkb-utils"),
        Need("libXtst.so.6", "libxtst6", lambda: can_open("libXtst.so.6")),
        Need("PostgreSQL's initdb", "postgresql", has_postgres),
    ]


def x11_answers(display: str | None) -> bool:
    """Whether an X server listens at `display`; a set but dead DISPLAY ends Qt with an abort."""
    if not display:
        return False
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host in {"", "unix"}:
        return _listens(f"/tmp/.X11-unix/X{number}") or _listens(f"\0/tmp/.X11-unix/X{number}")  # noqa: S108 (X11's own place)
    try:
        socket.create_connection((host, 6000 + int(number)), timeout=2).close()
    except OSError:
        return False
    return True


def wayland_answers() -> bool:
    """Whether a Wayland compositor listens for this user."""
    name, folder = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _listens(str(Path(folder) / str(name)))


def has_display() -> bool:
    """Whether a window would be seen by somebody."""
    if sys.platform != "linux":
        return True
    return x11_answers(os.environ.get("DISPLAY")) or wayland_answers()


def _listens(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(address)
        except OSError:
            return False
    return True


def satisfy(needs: Iterable[Need]) -> None:
    """Install what is missing when we may; else end with the one command that would."""
    missing = [need for need in needs if not need.met()]
    if not missing:
        return
    packages = sorted({need.package for need in missing})
    names = ", ".join(need.name for need in missing)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        raise SetupError(
            f"Missing on this machine: {names}\n(Debian's names: {' '.join(packages)})"
        )
    allowed = _as_root()
    if allowed is None:
        raise SetupError(
            f"Missing on this machine: {names}\nThis one command installs it:\n\n"
            f'    sudo sh -c "apt-get update && {" ".join(install)}"\n'
        )
    with step(f"Debian packages {' '.join(packages)}"):
        _apt([*allowed, "apt-get", "update"])
        problem = _apt([*allowed, *install])
    still = ", ".join(need.name for need in missing if not need.met())
    if still:
        raise SetupError(f"{problem}\nStill missing after {' '.join(install)}: {still}")


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode
    ):
        return ["sudo", "-n"]
    return None


def _apt(line: list[str]) -> str:
    done = subprocess.run(
        line,
        env=environment(DEBIAN_FRONTEND="noninteractive"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    return done.stderr.rstrip() if done.returncode else ""
