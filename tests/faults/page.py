"""The page that a campaign writes: what was killed where, what was looked at, what writers were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.faults.campaign import Counts
from tests.faults.death import POINTS
from tests.faults.server_kills import ServerKills
from tests.faults.steps import ACTS
from tests.faults.writers import Figures

HEAD = """# Faults

Written by `python -m tests.faults --full --output docs/faults.md`; run it to see it again. It takes some minutes, and
ends with an error at the first promise that does not hold. CI runs a fixed sample through the same code.
"""

KILLS = """## Killed processes

Each kill is a process of its own that opens the database and does `send` (also with evidence, so two entries in one
transaction), `send_many`, `tick` or `record`, step by step, and acknowledges a step on a pipe once the call returned.
It is ended by SIGKILL at the point in the table, which the drivers' own hooks find: a statement that SQLite is at work
on, or that PostgreSQL has and has not answered; between two statements of a transaction; before COMMIT is given to the
driver; while it works on it; after it was answered and before axflow learns of it; after the call returned and before
anybody is told; and at a random moment, chosen by the parent. A cell says how many transactions in hand were committed
and how many were not, as *committed / not*; a third number counts processes that were killed between transactions.

After each kill the database is opened anew, and all of this is asked:

- `verify` is good: each project is the replay of its entries, and each chain and commitment holds.
- No number of an entry is missing; keys and messages have their entries; claims are those of the records that count,
  rows of timers those that the projects wait for; SQLite's own checks of integrity and foreign keys.
- Each acknowledged step is there, with the outcome that was told. The step in hand is there whole or not at all: before
  COMMIT never, after COMMIT always. A later one is not there.
- Projects, entries, timers and messages are those of a twin in memory that did the committed steps and never died.
- The same steps are asked again under their keys: what was there is a repeat, what was not is done. Then the deadlines
  pass: each timer fires once, and none is missing. The twin is asked the same, and compared again.
"""

SERVER = """## Killed servers

PostgreSQL with `fsync` and `synchronous_commit` on. A process does its steps, and repeats a step under its key when it
is told that the connection was lost; meanwhile SIGKILL ends the backend that serves it (the server then ends all
others and recovers from its log), or the whole server, which is started again and recovers. Looked at as above.
"""

WRITERS = """## Sixteen writers at once

Each has an engine of its own. An attempt is committed, told `stale` (and then made again on what is there now), or told
`Conflict`; the sums are asserted, and that what was told as kept is kept, once. *Done again* are transactions that an
engine repeated by itself where another writer came first or the server ended a deadlock; the caller sees nothing of it.
"""


def page(
    facts: Sequence[str],
    kills: Mapping[str, Counts],
    servers: Sequence[ServerKills],
    writers: Sequence[Figures],
) -> str:
    """The whole page."""
    parts = [HEAD, "\n".join(f"- {fact}" for fact in facts) + "\n", KILLS]
    parts += [killed(name, counts) for name, counts in kills.items()]
    if servers:
        parts += [SERVER, _servers(servers)]
    return "\n".join([*parts, WRITERS, _writers(writers)])


def killed(name: str, counts: Counts) -> str:
    """The table of one database."""
    lines = [
        f"### {name}: {len(counts.kills)} kills",
        "",
        f"| point | {' | '.join(f'`{act}`' for act in ACTS)} | all |",
    ]
    lines.append("|---|" + "---:|" * (len(ACTS) + 1))
    for point in POINTS:
        rows = [[kill for kill in counts.kills if kill.point == point and kill.act in acts] for acts in _columns()]
        cells = [_cell([kill.outcome for kill in row]) for row in rows]
        lines.append(f"| {point} | {' | '.join(cells)} |")
    totals = [_cell([kill.outcome for kill in counts.kills if kill.act in acts]) for acts in _columns()]
    lines.append(f"| all | {' | '.join(totals)} |")
    lines += [
        "",
        f"{counts.acknowledged} steps were acknowledged before the kills and none was lost; {counts.timers} projects "
        f"had timers due afterwards and each fired once. {counts.misses} more processes were through before the kill "
        f"came; they were looked at the same way and are not in the table. It took {counts.seconds:.0f} s.",
        "",
    ]
    return "\n".join(lines)


def _columns() -> list[tuple[str, ...]]:
    return [*((act,) for act in ACTS), ACTS]


def _cell(outcomes: list[str]) -> str:
    counted = [outcomes.count(name) for name in ("committed", "not committed", "between transactions")]
    return " / ".join(str(number) for number in (counted if counted[2] else counted[:2]))


def _servers(servers: Sequence[ServerKills]) -> str:
    lines = [
        "| killed | times | steps answered | calls that raised and were made again | there although the call raised | "
        "median until the next answer |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.what} | {one.kills} | {one.steps} | {one.lost} | {one.unanswered} | {one.recovery:.2f} s |"
        for one in servers
    ]
    return "\n".join([*lines, ""])


def _writers(writers: Sequence[Figures]) -> str:
    lines = [
        "| database | what | by 16 | attempts | committed | `stale` | `Conflict` | done again | seconds |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.database} | {one.work} | {one.by} | {one.attempts} | {one.committed} | {one.stale} | {one.conflicts} |"
        f" {one.retried} | {one.seconds:.1f} |"
        for one in writers
    ]
    return "\n".join([*lines, ""])
