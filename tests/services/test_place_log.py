"""The log as lines of JSON, for what reads the logs of many machines."""

import json
import logging

from terminal.place import JsonLines, keep_log


def record(**more: object) -> logging.LogRecord:
    made = logging.LogRecord(
        "sync.worker", logging.INFO, "x.py", 1, "%d waiting – Ελιά", (3,), None
    )
    made.__dict__.update(more)
    return made


def test_a_record_is_one_line_of_json():
    line = JsonLines().format(record(created=1_772_355_600.25))
    assert json.loads(line) == {
        "at": "2026-03-01T09:00:00.250+00:00", "level": "INFO", "name": "sync.worker",
        "text": "3 waiting – Ελιά",
    }  # fmt: skip
    assert "\n" not in line


def test_what_broke_is_told_with_its_trace():
    try:
        raise ValueError("no such thing")
    except ValueError as error:
        line = JsonLines().format(record(exc_info=(ValueError, error, error.__traceback__)))
    assert "ValueError: no such thing" in json.loads(line)["trace"]


def test_the_terminal_gets_everything_as_json_when_asked(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr(logging, "basicConfig", given.update)
    keep_log(tmp_path, as_json=True)
    _file, console = given["handlers"]
    assert (console.level, type(console.formatter)) == (logging.INFO, JsonLines)
