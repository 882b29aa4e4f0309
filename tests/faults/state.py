"""What a database holds, beside what an engine in memory holds that did the same steps and never died."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from axflow.engine import Engine
from axflow.kernel.project import Project
from tests.faults.steps import Step, keys_of

_EVER = "9999"
_ALL = 1_000_000


class Broken(AssertionError):
    """A promise that does not hold; the message says which, and where."""


def must(holds: bool, told: str) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(told)


def same_as(engine: Engine, twin: Engine) -> None:
    """The engine holds what the twin holds: projects, entries, timers and messages, no more and no less."""
    mine, other = _seen(engine), _seen(twin)
    for part in other:
        for name in sorted({*mine[part], *other[part]}):
            found, wanted = mine[part].get(name), other[part].get(name)
            must(found == wanted, f"{part} of {name}: {found} instead of {wanted}")


def _seen(engine: Engine) -> dict[str, dict[str, Any]]:
    with engine.store.reading() as unit:
        ids = [row.id for row in unit.projects({}, None, _ALL)]
        projects, entries, messages = {}, {}, {id: [] for id in ids}
        for id in ids:
            kept = unit.project(id)
            assert kept is not None
            projects[id] = kept.project.to_json()
            told = [json.loads(entry.body) for entry in unit.entries(id)]
            names = ("seq", "kind", "name", "outcome", "cause", "blockers", "recorded_at", "actor")
            entries[id] = [{name: entry.get(name) for name in names} for entry in told]
        for message in unit.messages(0, _ALL):
            messages[message.project].append([message.seq, message.kind, list(message.to), dict(message.data)])
        due = dict.fromkeys(unit.due(_EVER, _ALL), True)
    return {"project": projects, "entries": entries, "messages": messages, "timers": due}


def sound(engine: Engine, url: str) -> None:
    """Everything that must hold of a database by itself: the journal's proofs, and the tables among each other."""
    report = engine.verify()
    must(report.good, f"verify: {report.breaks}")
    twice = {id: causes for id in ids_of(engine) if (causes := _more_than_once(engine, id))}
    must(not twice, f"timers that fired more than once: {twice}")
    database = create_engine(url, poolclass=NullPool)
    try:
        with database.connect() as connection:
            _tables(connection)
    finally:
        database.dispose()


def ids_of(engine: Engine) -> list[str]:
    """Every project, in order of ids."""
    with engine.store.reading() as unit:
        return [row.id for row in unit.projects({}, None, _ALL)]


def _more_than_once(engine: Engine, project: str) -> list[str]:
    causes = Counter(str(item.entry.cause) for item in engine.history(project) if item.entry.kind == "timer")
    return [cause for cause, count in causes.items() if count > 1]


def fired(engine: Engine, projects: list[str]) -> int:
    """How many of the projects had a timer fired."""
    return sum(any(item.entry.kind == "timer" for item in engine.history(id)) for id in projects)


def bound(engine: Engine, steps: list[Step]) -> list[list[bool]]:
    """For each step, which of its keys are bound."""
    with engine.store.reading() as unit:
        return [[unit.key(f"project:{id}", key) is not None for id, key in keys_of(step)] for step in steps]


def _tables(connection: Connection) -> None:
    def rows(statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(text(statement))]

    if connection.dialect.name == "sqlite":
        must(rows("PRAGMA integrity_check") == [("ok",)], "SQLite's integrity check")
        must(rows("PRAGMA foreign_key_check") == [], "SQLite's foreign keys")
    gaps = rows(
        "SELECT p.id, p.seq, count(e.seq), max(e.seq) FROM axflow_projects p LEFT JOIN axflow_entries e"
        " ON e.project = p.id GROUP BY p.id, p.seq HAVING count(e.seq) <> p.seq OR max(e.seq) <> p.seq"
    )
    must(gaps == [], f"numbers of entries with a gap: {gaps}")
    lost = rows(
        "SELECT k.scope, k.key FROM axflow_keys k LEFT JOIN axflow_entries e ON e.project = k.project AND e.seq = k.seq"
        " WHERE e.seq IS NULL"
    )
    must(lost == [], f"keys without their entry: {lost}")
    untold = rows(
        "SELECT o.id FROM axflow_outbox o LEFT JOIN axflow_entries e ON e.project = o.project AND e.seq = o.seq"
        " WHERE e.seq IS NULL"
    )
    must(untold == [], f"messages without their entry: {untold}")
    projects = [Project.from_json(row[0]) for row in rows("SELECT snapshot FROM axflow_projects")]
    claims = sorted(rows("SELECT project, record FROM axflow_claims"))
    carried = sorted((p.id, id) for p in projects for id, record in p.evidence.items() if record.status == "current")
    must(claims == carried, f"claims {claims} instead of those of the records that count, {carried}")
    timers = sorted(rows("SELECT project, id, due FROM axflow_timers"))
    waiting = sorted((p.id, t.id, t.due) for p in projects for t in p.timers.values() if t.due and not t.elapsed)
    must(timers == waiting, f"timers {timers} instead of those that the projects wait for, {waiting}")
