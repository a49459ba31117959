"""The log of a till: in a file, from the first record on, without growing for ever."""

import logging
import subprocess
import sys

from terminal.place import LogFile


def kept(path):
    log = LogFile(path)
    log.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    return log


def record(text):
    return logging.LogRecord("till", logging.INFO, "", 0, text, (), None)


def test_a_log_begins_with_its_first_record(tmp_path):
    path = tmp_path / "terminal.log"
    log = kept(path)
    assert not path.exists()
    log.handle(record("Δοκιμή"))
    log.close()
    assert path.read_text("utf-8") == "INFO Δοκιμή\n"


def test_a_long_log_is_turned_over(tmp_path):
    path = tmp_path / "terminal.log"
    path.write_text("before\n" * 400_000, "utf-8")
    log = kept(path)
    log.handle(record("after"))
    log.close()
    assert path.read_text("utf-8") == "INFO after\n"
    assert (tmp_path / "terminal.log.1").exists()


def test_a_till_that_says_nothing_loads_no_sockets():
    code = (
        "import sys, terminal.place; from pathlib import Path;"
        "terminal.place.LogFile(Path('unused')); print('socket' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
