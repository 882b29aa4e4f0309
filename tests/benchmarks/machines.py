"""State machines that other libraries fire: the bare floor under `decide`, and python-statemachine kept in SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from statemachine import State, StateMachine
from transitions import Machine

from tests.benchmarks.measure import Contender


class _Carrier:
    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


_OTHER = {"a": "b", "b": "a"}


def _machine(conditions: list[Any]) -> Machine:
    return Machine(
        model=None,
        states=["a", "b"],
        transitions=[
            {"trigger": "go", "source": "a", "dest": "b", "conditions": conditions},
            {"trigger": "go", "source": "b", "dest": "a", "conditions": conditions},
        ],
        initial="a",
        auto_transitions=False,
        send_event=True,
        queued=False,
    )


def _fire(machine: Machine) -> Any:
    trigger = machine.events["go"].trigger

    def run(times: int) -> None:
        state = "a"
        for _ in range(times):
            carrier = _Carrier(state)
            if not trigger(carrier):
                raise AssertionError("the machine refused to move")
            state = carrier.state

    return run


def bare_transitions() -> Contender:
    """`transitions` fires one event without guards on a throw-away carrier."""
    return Contender("bare transitions fire", _fire(_machine([])))


def guarded_transitions() -> Contender:
    """The same with three guards that compare two numbers in Python and leave no explanation."""
    facts = {"recall": 96, "least": 95, "trials": 40, "letters": 2}
    conditions = [
        lambda event: facts["recall"] >= facts["least"],
        lambda event: facts["trials"] >= 30,
        lambda event: facts["letters"] >= 2,
    ]
    return Contender("transitions fire, three Python lambdas", _fire(_machine(conditions)))


class _TwoStates(StateMachine):
    a = State(initial=True)
    b = State()
    go = a.to(b) | b.to(a)


class _Row:
    """The model of a machine: its state is one row of a table, committed at each move."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def state(self) -> str | None:
        row = self._connection.execute("SELECT state FROM machine WHERE id = 1").fetchone()
        return None if row is None else str(row[0])

    @state.setter
    def state(self, value: str) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT OR REPLACE INTO machine (id, state) VALUES (1, ?)", (value,))
        self._connection.execute("COMMIT")


def durable_sqlite(path: Path) -> sqlite3.Connection:
    """A connection as axflow embeds SQLite: WAL, synchronous=FULL, transactions begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def persisted_statemachine(folder: Path) -> Contender:
    """python-statemachine with its state in SQLite, FULL: no journal, no guards, no explanation."""
    connection = durable_sqlite(folder / "statemachine.db")
    connection.execute("CREATE TABLE machine (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
    machine = _TwoStates(_Row(connection))  # type: ignore[arg-type]

    def run(times: int) -> None:
        for _ in range(times):
            machine.send("go")

    return Contender("python-statemachine, state row only", run, connection.close)


def statemachine_in_memory() -> Contender:
    """python-statemachine fires without storing anything."""
    machine = _TwoStates()

    def run(times: int) -> None:
        for _ in range(times):
            machine.send("go")

    return Contender("python-statemachine fire", run)
