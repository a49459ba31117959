"""How quick the till is here: each bench beside its floor, measured in the same run.

The floor is what the bare parts need for the same work on the same machine at the same moment (a
label repainted, the same rows written by plain ``sqlite3`` ...), so the ratio says what our own
code costs, whatever the machine is busy with. ``docs/measurements.md`` says what each floor is.
Nothing of pytest is needed here, and nothing heavy is imported before a bench runs.
"""

from pathlib import Path


def run_benches(names: list[str], json_file: Path | None) -> int:
    """Run the named benches (none: all), print a table, write the figures; 0 when all ran."""
    from tests.bench.running import run

    return run(names, json_file)
