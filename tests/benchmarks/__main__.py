"""`python -m tests.benchmarks`: run the comparisons and write docs/benchmarks.md and docs/benchmarks-databases.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.comparisons import GROUPS, PAGES, Run
from tests.benchmarks.measure import measure
from tests.benchmarks.report import block, duration, merged, table, verdict

_ROOT = Path(__file__).resolve().parents[2]
_FULL = 10_000_000


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen groups; 0 when every budget held, 7 when one was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "groups",
        nargs="*",
        metavar="GROUP",
        help=f"which to run, by name ({', '.join(GROUPS)}) or by page ({', '.join(PAGES)}); default: all",
    )
    parser.add_argument("--rounds", type=int, default=21, help="samples of each contender (default 21)")
    parser.add_argument(
        "--entries",
        type=int,
        default=100_000,
        help=f"entries of the large databases (default 100000; the budget is about {_FULL}, some 15 GB)",
    )
    parser.add_argument("--docs", type=Path, default=_ROOT / "docs", help="folder of the pages (default docs)")
    parser.add_argument("--dry", action="store_true", help="print the tables and leave the pages as they are")
    chosen = parser.parse_args(arguments)
    asked = chosen.groups or list(PAGES)
    unknown = [name for name in asked if name not in GROUPS and name not in PAGES]
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)}; there are {', '.join([*GROUPS, *PAGES])}")
    missed = False
    for name, group in GROUPS.items():
        if name in asked or group.page in asked:
            print(f"{name} …", file=sys.stderr)
            text, held = measured(name, chosen.rounds, chosen.entries)
            missed = missed or not held
            if not chosen.dry:
                page = chosen.docs / f"{group.page}.md"
                before = page.read_text(encoding="utf-8") if page.exists() else ""
                order = [other for other in GROUPS if GROUPS[other].page == group.page]
                page.write_text(merged(before, {name: text}, order), encoding="utf-8")
    return 7 if missed else 0


def measured(name: str, rounds: int, entries: int) -> tuple[str, bool]:
    """Run one group: its block of the page, and whether its budgets held."""
    started, sections, held = datetime.now(UTC), [], True
    with tempfile.TemporaryDirectory(prefix="axflow-benchmarks-", ignore_cleanup_errors=True) as folder:
        fsync = machine.fsync_seconds(Path(folder))
        (Path(folder) / name).mkdir()
        for comparison in GROUPS[name].build(Run(Path(folder) / name, rounds, entries)):
            timings = measure(comparison, rounds)
            sections.append(table(comparison, timings))
            print(sections[-1], flush=True)
            held = held and "missed" not in verdict(comparison, timings)
    facts = [
        f"Date: {started:%Y-%m-%d %H:%M} UTC, rounds: {rounds}",
        f"Machine: {machine.processor()}; one durable 4 KiB write took {duration(fsync)}; {machine.load()}",
        f"Versions: {', '.join(machine.versions())}",
    ]
    return block(name, facts, sections), held


if __name__ == "__main__":
    sys.exit(main())
