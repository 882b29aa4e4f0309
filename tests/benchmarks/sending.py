"""Durable sends through the engine; on SQLite, beside plain SQL that writes the same rows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from unittest.mock import patch

from axflow.engine import Engine
from axflow.kernel.command import Command, Send
from tests.benchmarks.deciding import DEFINITION, OFFICER, PAPERS
from tests.benchmarks.measure import Contender
from tests.benchmarks.recorded_sql import Player, Tape, recording, sizes

PROJECTS = tuple(f"p-{number:04d}" for number in range(50))
_EVENTS = ("go", "come")


class Sender:
    """Sends to and fro over all projects in turn, a batch of sends in each transaction.

    Parameters:
        url: the database, with its tables or a new SQLite file.
        projects: ids of the projects that are sent to.
        anew: read each project from the database before each send, as one that was not seen lately.
    """

    def __init__(self, url: str, projects: Sequence[str] = PROJECTS, *, anew: bool = False) -> None:
        self._engine = Engine(url, authority="host")
        self._projects = projects
        self._anew = anew
        self._sent = 0

    def prepare(self) -> None:
        """Publish the workflow, open the projects and record their papers."""
        definition = self._engine.publish(str(DEFINITION))
        for id in self._projects:
            project = self._engine.open(definition.id, id=id, firm="firm-1", title="A project", actor=OFFICER)
            for kind, actor, values in PAPERS:
                self._engine.record(project.id, kind, values, actor=actor).require()

    def run(self, sends: int, batch: int = 1) -> None:
        """Send `sends` events, `batch` of them in each transaction."""
        for _ in range(sends // batch):
            commands = [self._next() for _ in range(batch)]
            if self._anew:
                self._engine.desk.known.clear()
            if batch == 1:
                ((project, command),) = commands
                self._engine.execute(project, command).require()
            else:
                for decision in self._engine.send_many(commands):
                    decision.require()

    def close(self) -> None:
        self._engine.close()

    def _next(self) -> tuple[str, Command]:
        turn, place = divmod(self._sent, len(self._projects))
        self._sent += 1
        return self._projects[place], Send(actor=OFFICER, event=_EVENTS[turn % 2])


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _copies(folder: Path, sends: int, batch: int) -> tuple[Path, Path, Path, Tape]:
    """Three equal databases with projects ready, and the tape of what `sends` sends write into such a database."""
    base, ours, plain, rows, taped = (folder / f"{n}-{batch}.db" for n in ("base", "ours", "plain", "rows", "taped"))
    preparing = Sender(_url(base))
    preparing.prepare()
    preparing.close()
    for copy in (ours, plain, rows, taped):
        shutil.copy(base, copy)
    factory, tape = recording()
    with patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=factory)):
        sender = Sender(_url(taped))
        sender.run(sends, batch)
        sender.close()
    if len(tape.transactions) != sends // batch:
        raise AssertionError(f"{sends // batch} transactions were to be recorded, not {len(tape.transactions)}")
    return ours, plain, rows, tape


def durable(folder: Path, rounds: int, batch: int, sample: int) -> Iterator[Contender]:
    """axflow and the plain SQL of the same rows; both run `sample` sends a round, and one round to warm up."""
    ours, plain, rows, tape = _copies(folder, sample * (rounds + 1), batch)
    sender, player = Sender(_url(ours)), Player(plain, tape)

    def close_and_compare() -> None:
        player.close()
        if sizes(ours) != sizes(plain):
            raise AssertionError(f"the baseline wrote other rows: {sizes(ours)} beside {sizes(plain)}")

    yield Contender("axflow: read, decide, seal, store", lambda n: sender.run(n, batch), sender.close, exactly=sample)
    yield Contender("plain SQL of the same rows", lambda n: player.run(n // batch), close_and_compare, exactly=sample)
    if batch > 1:
        single = Player(rows, tape, row_by_row=True)
        yield Contender(
            "plain SQL of the same rows, row by row", lambda n: single.run(n // batch), single.close, exactly=sample
        )
