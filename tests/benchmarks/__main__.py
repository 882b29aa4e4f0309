"""`python -m tests.benchmarks`: run the comparisons and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.comparisons import GROUPS
from tests.benchmarks.measure import measure
from tests.benchmarks.report import duration, page, table, verdict

_ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen groups; 0 when every budget held, 7 when one was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"which to run: {', '.join(GROUPS)}; default: all")
    parser.add_argument("--rounds", type=int, default=21, help="samples of each contender (default 21)")
    parser.add_argument("--output", type=Path, help="where to write; default docs/benchmarks.md when all groups run")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.groups if name not in GROUPS]
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    names = chosen.groups or list(GROUPS)
    output = chosen.output or (_ROOT / "docs" / "benchmarks.md" if not chosen.groups else None)
    started = datetime.now(UTC)
    sections: list[str] = []
    missed = False
    with tempfile.TemporaryDirectory(prefix="axflow-benchmarks-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        fsync = machine.fsync_seconds(folder)
        for group in names:
            print(f"{group} …", file=sys.stderr)
            (folder / group).mkdir()
            for comparison in GROUPS[group](folder / group, chosen.rounds):
                timings = measure(comparison, chosen.rounds)
                sections.append(table(comparison, timings))
                print(sections[-1], flush=True)
                missed = missed or "missed" in verdict(comparison, timings)
    facts = [
        f"Date: {started:%Y-%m-%d %H:%M} UTC, rounds: {chosen.rounds}",
        f"Machine: {machine.processor()}; one durable 4 KiB write takes {duration(fsync)}",
        f"Versions: {', '.join(machine.versions())}",
    ]
    if output is not None:
        output.parent.mkdir(exist_ok=True)
        output.write_text(page(facts, sections), encoding="utf-8")
    return 7 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
