"""What this machine itself tells about devices: files, rights, who holds them, the neighbours.

Linux tells most through its file system; elsewhere these answer "nothing known", which is true.
"""

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import serial

from devices.listening import why_not
from devices.scanners.serial_line import GONE

_CONNECT_SECONDS = 0.4
_AT_ONCE = 24
_SPOOLER_SECONDS = 3.0


def printer_files(folder: Path = Path("/dev/usb")) -> Sequence[str]:
    """Device files of USB printers."""
    return sorted(str(path) for path in folder.glob("lp*"))


def lasting(address: str, folder: Path = Path("/dev/serial/by-id")) -> str:
    """A name of a line that goes with the device, else the address itself."""
    with suppress(OSError):
        for link in sorted(folder.iterdir()):
            if link.resolve() == Path(address).resolve():
                return str(link)
    return address


def printer_name(path: str, folder: Path = Path("/sys/class/usbmisc")) -> str:
    """What a USB printer calls itself, else its path."""
    with suppress(OSError):
        told = (folder / Path(path).name / "device" / "ieee1284_id").read_text("ascii", "replace")
        parts = dict(part.partition(":")[::2] for part in told.strip().split(";") if part)
        name = " ".join(filter(None, (parts.get("MFG"), parts.get("MDL"))))
        if name:
            return name
    return path


def queues() -> Sequence[str]:
    """The spooler's printers as addresses."""
    if shutil.which("lpstat") is None:
        return []
    try:
        told = subprocess.run(
            ["lpstat", "-e"],  # noqa: S607 - wherever this system keeps it
            capture_output=True, text=True, timeout=_SPOOLER_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [f"cups:{name}" for name in told.stdout.split()]


def permission_problem(path: str) -> str:
    """``not_allowed`` where this user may not read and write a file that is there."""
    is_file = path.startswith("/") and Path(path).exists()
    return "not_allowed" if is_file and not os.access(path, os.R_OK | os.W_OK) else ""


def opening_problem(address: str, baudrate: int) -> str:
    """Why a line can't be opened now, "" when it can."""
    try:
        serial.serial_for_url(address, baudrate, timeout=0.2, exclusive=True).close()
    except GONE as error:
        return why_not(error)
    return ""


def group_of(path: str) -> str:
    """The group that may use a device file, "" where that is not how it works."""
    if sys.platform == "win32":
        return ""
    import grp

    try:
        return grp.getgrgid(Path(path).stat().st_gid).gr_name
    except (OSError, KeyError):
        return ""


def holder_of(path: str, processes: Path = Path("/proc")) -> str:
    """The program that has a file open, as far as this user may see."""
    wanted = os.path.realpath(path)
    own = str(os.getpid())
    for process in processes.glob("[0-9]*"):
        if process.name != own and wanted in _open_files(process):
            with suppress(OSError):
                name = (process / "comm").read_text("utf-8", "replace").strip()
                return f"{name} ({process.name})"
    return ""


def _open_files(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(descriptor.readlink())


def neighbours() -> Sequence[str]:
    """The other addresses of this machine's own small private network; none elsewhere."""
    own = own_address()
    address = ipaddress.ip_address(own)
    if address.is_loopback or not address.is_private:
        return []
    network = ipaddress.ip_network(f"{own}/24", strict=False)
    return [str(one) for one in network.hosts() if str(one) != own]


def own_address(towards: str = "192.0.2.1") -> str:  # reserved for documents: nobody is there
    """This machine's address towards the world. Nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((towards, 9))
        except OSError:
            return "127.0.0.1"
        return str(asking.getsockname()[0])


def listening(
    hosts: Sequence[str],
    port: int,
    stopped: Callable[[], bool],
    *,
    seconds: float = _CONNECT_SECONDS,
) -> Iterator[str]:
    """The hosts that take a connection, as they answer; a few are asked at a time."""
    waiting = list(reversed(hosts))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="neighbour") as pool:
        asked: set[Future[str]] = set()
        while (waiting or asked) and not stopped():
            while waiting and len(asked) < _AT_ONCE:
                asked.add(pool.submit(_answers, waiting.pop(), port, seconds))
            done, asked = wait(asked, seconds, FIRST_COMPLETED)
            yield from (host for one in done if (host := one.result()))


def _answers(host: str, port: int, seconds: float) -> str:
    try:
        socket.create_connection((host, port), seconds).close()
    except OSError:
        return ""
    return host
