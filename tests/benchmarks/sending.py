"""Durable sends on SQLite: read, decide, seal, store and commit, beside plain SQL that writes the same rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from axflow.journal.chain import NOTHING
from axflow.journal.sealing import seal
from axflow.kernel.command import Command, Open, Record, Send
from axflow.kernel.decide import decide
from axflow.store.sql import SqlUnit
from axflow.store.sqlite import SqliteStore
from tests.benchmarks.deciding import OFFICER, PAPERS, definition_and_facts, fresh_values
from tests.benchmarks.measure import Contender
from tests.benchmarks.recorded_sql import Player, Tape, recording, sizes

PROJECTS = 50
_EVENTS = ("go", "come")


class Sender:
    """Sends to and fro over all projects in turn, a batch of sends in each transaction."""

    def __init__(self, path: Path) -> None:
        self._definition, self._facts = definition_and_facts()
        self._store = SqliteStore(f"sqlite:///{path}")
        self._sent = 0

    def prepare(self) -> None:
        """Open the projects and record their papers."""
        for number in range(PROJECTS):
            id = f"p-{number:04d}"
            with self._store.writing() as unit:
                self._act(unit, id, Open(actor=OFFICER, project=id, firm="firm-1", title="A project"), {})
            for kind, actor, values in PAPERS:
                with self._store.writing() as unit:
                    self._act(unit, id, Record(actor=actor, evidence=kind, values=values), {})

    def run(self, sends: int, batch: int = 1) -> None:
        """Send `sends` events, `batch` of them in each transaction."""
        for _ in range(sends // batch):
            with self._store.writing() as unit:
                read: dict[str, Any] = {}
                for _ in range(batch):
                    turn, place = divmod(self._sent, PROJECTS)
                    self._act(unit, f"p-{place:04d}", Send(actor=OFFICER, event=_EVENTS[turn % 2]), read)
                    self._sent += 1

    def close(self) -> None:
        self._store.close()

    def _act(self, unit: SqlUnit, id: str, command: Command, read: dict[str, Any]) -> None:
        stored = unit.project(id)
        project, head = (None, NOTHING) if stored is None else stored
        facts = self._facts
        if project is not None and project.evidence:
            if id not in read:
                read[id] = self._values(unit, id, {record.id: record.seq for record in project.evidence.values()})
            facts = replace(facts, values=read[id])
        decision = decide(self._definition, project, command, facts)
        if decision.outcome == "refused" or decision.project is None:
            raise AssertionError(f"{command.kind} was refused: {[blocker.code for blocker in decision.blockers]}")
        for entry in decision.entries:
            sealed = seal(entry, head)
            unit.append(sealed)
            head = sealed.hash
        unit.save(decision.project, head, project)
        for message in decision.messages:
            unit.post(id, message)

    def _values(self, unit: SqlUnit, id: str, records: dict[str, int]) -> dict[str, dict[str, Any]]:
        return {
            record: fresh_values({p.field: json.loads(p.value) for p in unit.payloads(id, seq) if p.value is not None})
            for record, seq in records.items()
        }


def _copies(folder: Path, sends: int, batch: int) -> tuple[Path, Path, Tape]:
    """Two equal databases with projects ready, and the tape of what `sends` sends write into such a database."""
    base, ours, plain, taped = (folder / f"{name}-{batch}.db" for name in ("base", "ours", "plain", "taped"))
    preparing = Sender(base)
    preparing.prepare()
    preparing.close()
    for copy in (ours, plain, taped):
        shutil.copy(base, copy)
    factory, tape = recording()
    with patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=factory)):
        sender = Sender(taped)
        sender.run(sends, batch)
        sender.close()
    if len(tape.transactions) != sends // batch:
        raise AssertionError(f"{sends // batch} transactions were to be recorded, not {len(tape.transactions)}")
    return ours, plain, tape


def durable(folder: Path, rounds: int, batch: int, sample: int) -> Iterator[Contender]:
    """axflow and the plain SQL of the same rows; both run `sample` sends a round, and one round to warm up."""
    ours, plain, tape = _copies(folder, sample * (rounds + 1), batch)
    sender, player = Sender(ours), Player(plain, tape)

    def close_and_compare() -> None:
        player.close()
        if sizes(ours) != sizes(plain):
            raise AssertionError(f"the baseline wrote other rows: {sizes(ours)} beside {sizes(plain)}")

    yield Contender("axflow: read, decide, seal, store", lambda n: sender.run(n, batch), sender.close, exactly=sample)
    yield Contender("plain SQL of the same rows", lambda n: player.run(n // batch), close_and_compare, exactly=sample)
