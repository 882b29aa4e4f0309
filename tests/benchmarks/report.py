"""The Markdown pages: each group of comparisons is a block that a later run replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.benchmarks.measure import Comparison, Timing, ratio

HEAD = """# Benchmarks

Written by `python -m tests.benchmarks`; run it to reproduce every figure. The contenders of a table took turns in the
same run (A B C, then C B A). Shown are the median and the quartiles of the samples, and the ratio of the medians to the
named baseline with the quartiles of the ratio taken round by round. Other machines and other minutes give other times;
the ratios travel better. Below the tables of each group stand its date, machine and versions.
"""


def duration(seconds: float) -> str:
    """A time with three significant digits in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds / size < 1000 else f"{seconds / size:,.0f} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def verdict(comparison: Comparison, timings: list[Timing]) -> str:
    """The budget in words with what was measured, or nothing where the table has none."""
    by_name = {timing.name: timing for timing in timings}
    if comparison.subject is None:
        return ""
    subject = by_name[comparison.subject]
    said: list[str] = []
    if comparison.limit is not None:
        measured = subject.median / by_name[comparison.against].median
        said.append(
            _said(measured <= comparison.limit, f"at most {comparison.limit:g} × the baseline", f"{measured:.2f} ×")
        )
    if comparison.per_second is not None:
        rate = 1 / subject.median
        said.append(_said(rate >= comparison.per_second, f"at least {comparison.per_second:,.0f}/s", f"{rate:,.0f}/s"))
    if comparison.seconds is not None:
        said.append(
            _said(
                subject.median <= comparison.seconds,
                f"at most {duration(comparison.seconds)}",
                duration(subject.median),
            )
        )
    return "\n".join(said)


def _said(held: bool, budget: str, measured: str) -> str:
    return f"- Budget: {budget}. Measured: {measured}, {'held' if held else '**missed**'}."


def table(comparison: Comparison, timings: list[Timing]) -> str:
    """One comparison as a section with its table."""
    baseline = next(timing for timing in timings if timing.name == comparison.against)
    lines = [f"## {comparison.title}", ""]
    lines += [comparison.note, ""] if comparison.note else []
    lines += [f"| what | median | quartiles | a second | × {comparison.against} |", "|---|---:|---:|---:|---:|"]
    for timing in timings:
        low, high = timing.quartiles
        if timing is baseline:
            times = "1"
        else:
            middle, least, most = ratio(timing, baseline)
            times = f"{middle:.2f} ({least:.2f} to {most:.2f})"
        rate = f"{1 / timing.median:,.0f}" if timing.median < 0.01 else ""
        name = f"**{timing.name}**" if timing.name == comparison.subject else timing.name
        lines.append(f"| {name} | {duration(timing.median)} | {duration(low)} to {duration(high)} | {rate} | {times} |")
    said = verdict(comparison, timings)
    return "\n".join([*lines, "", said, ""] if said else [*lines, ""])


def block(name: str, facts: Iterable[str], sections: Iterable[str]) -> str:
    """What a page holds of one group: its tables, and when, where and with what they were measured."""
    return "\n".join([_mark(name), "", *sections, *(f"- {fact}" for fact in facts), ""])


def merged(page: str, blocks: Mapping[str, str], order: Iterable[str]) -> str:
    """A page with some of its groups measured anew; the others stand as they were.

    Parameters:
        page: the page before, or nothing.
        blocks: the new blocks by group.
        order: all groups of the page, in order.
    """
    kept = dict(_BLOCK.findall(page))
    found = {name: f"{_mark(name)}{rest}" for name, rest in kept.items()} | dict(blocks)
    return "\n".join([HEAD, *(found[name].strip() + "\n" for name in order if name in found)]).rstrip() + "\n"


def _mark(name: str) -> str:
    return f"<!-- group: {name} -->"


_BLOCK = re.compile(r"<!-- group: (\w+) -->(.*?)(?=<!-- group: |\Z)", re.DOTALL)
