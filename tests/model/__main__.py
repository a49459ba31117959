"""The long run: ``python -m tests.model --cases 100000``.

Each case is a whole history made by Hypothesis, told by the engine and by the model, and once more
with a sale that comes back in pieces at its end. A failing history is shrunk and shown.
"""

import argparse
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.model.checks import check, check_all_comes_back

SHOWN_EVERY = 10_000


def main() -> int:
    """Run so many cases; 0 where all held."""
    words = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    words.add_argument("--cases", type=int, default=100_000)
    cases = words.parse_args().cases
    counts: Counter[str] = Counter()
    started = time.monotonic()

    @given(st.binary(min_size=60, max_size=400))
    @settings(
        max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    def run(tape: bytes) -> None:
        history = check(tape)
        check_all_comes_back(tape)
        counts["cases"] += 1
        counts["returns"] += sum(len(returns) for returns in history.returns.values())
        for heard in history.heard.values():
            counts.update(entry.kind.value for entry in heard)
        if counts["cases"] % SHOWN_EVERY == 0:
            print(f"{counts['cases']:>9,} after {time.monotonic() - started:,.0f} s", flush=True)

    run()
    print(f"{counts['cases']:,} histories held, in {time.monotonic() - started:,.0f} s.")
    print(", ".join(f"{n:,} {what}" for what, n in counts.most_common() if what != "cases"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
