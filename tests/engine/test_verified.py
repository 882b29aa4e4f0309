"""A verification that remembers: what was rewritten as a whole shows, what is new is verified, the rest is not read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from axflow.engine import Engine
from axflow.engine.verified import Memory, UnreadableMemory
from axflow.journal.chain import NOTHING, entry_hash
from axflow.kernel.actor import Actor
from axflow.store.errors import UnknownProject
from axflow.testing import SettableClock
from tests.engine.flow import people

CLERK, CHECKER = Actor("clerk", "office"), Actor("checker", "shop")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with two projects of three entries each."""
    file = tmp_path / "a.db"
    with closing(Engine(file, clock=SettableClock())) as engine:
        people(engine)
        for id in ("p-1", "p-2"):
            engine.open("repair", firm="acme", title="Lamp", actor=CLERK, id=id)
            engine.send(id, "start", actor=CLERK, reason="today").require()
            engine.record(id, "report", {"serial": id, "grade": 4}, actor=CHECKER).require()
    return file


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    with closing(Engine(file, clock=SettableClock())) as engine:
        yield engine


def behind(file: Path, *statements: str) -> None:
    """Change a database behind the engine's back, its triggers out of the way."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def rewrite(file: Path, id: str) -> None:
    """Let another have recorded the report: entries, hashes, chain and the project's row, all made anew."""
    behind(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        rows = connection.execute("SELECT seq, body FROM axflow_entries WHERE project = ? ORDER BY seq", (id,))
        previous = NOTHING
        for seq, body in rows.fetchall():
            structure = json.loads(bytes(body).replace(b'"checker"', b'"chooser"'))
            structure["prev"] = previous.hex()
            made = json.dumps(structure, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            previous = entry_hash(made)
            connection.execute(
                "UPDATE axflow_entries SET body = ?, hash = ? WHERE project = ? AND seq = ?", (made, previous, id, seq)
            )
        connection.execute(
            "UPDATE axflow_projects SET head = ?, snapshot = replace(snapshot, '\"checker\"', '\"chooser\"') "
            "WHERE id = ?",
            (previous, id),
        )


def test_only_what_is_new_is_read_and_the_result_is_that_of_a_full_run(engine: Engine, tmp_path: Path) -> None:
    report, memory = engine.verify_since(Memory())
    assert (report.good, report.projects, report.entries, report.remembered) == (True, 2, 6, 0)
    memory.write(tmp_path / "memory.json")
    assert Memory.read(tmp_path / "memory.json") == memory

    again, same = engine.verify_since(memory)
    assert (again.good, again.projects, again.entries, again.remembered, same) == (True, 2, 0, 6, memory)
    engine.send("p-1", "finish", actor=CLERK).require()
    engine.open("repair", firm="acme", title="Lamp", actor=CLERK, id="p-3")
    more, grown = engine.verify_since(memory)
    assert (more.good, more.projects, more.entries, more.remembered) == (True, 3, 5, 3)
    assert {id: head.seq for id, head in grown.projects.items()} == {"p-1": 4, "p-2": 3, "p-3": 1}
    assert engine.verify_since(memory, full=True)[1] == grown == engine.verify_since(Memory())[1]


@pytest.mark.parametrize("full", [False, True])
def test_a_history_rewritten_as_a_whole_is_found(engine: Engine, file: Path, full: bool) -> None:
    """Alone the database is sound; only what was remembered outside shows it, and goes on showing it."""
    _, memory = engine.verify_since(Memory())
    rewrite(file, "p-2")
    assert engine.verify().good
    for _ in range(2):
        report, memory = engine.verify_since(memory, full=full)
        assert [(one.project, one.seq, one.what) for one in report.breaks] == [("p-2", 3, "rewritten")]


def test_a_truncated_and_a_vanished_history_are_found(engine: Engine, file: Path) -> None:
    _, memory = engine.verify_since(Memory())
    behind(
        file,
        "DELETE FROM axflow_entries WHERE project = 'p-1' AND seq > 1",
        "DELETE FROM axflow_projects WHERE id = 'p-2'",
        "DELETE FROM axflow_entries WHERE project = 'p-2'",
    )
    for _ in range(2):
        report, memory = engine.verify_since(memory)
        places = {(one.project, one.seq, one.what) for one in report.breaks}
        assert {("p-1", 2, "truncated"), ("p-2", 3, "vanished")} <= places
    only, _ = engine.verify_since(memory, "p-2")
    assert [(one.project, one.what) for one in only.breaks] == [("p-2", "vanished")]
    with pytest.raises(UnknownProject):
        engine.verify_since(memory, "p-9")


def test_what_did_not_hold_in_a_full_run_is_verified_until_it_does(engine: Engine, file: Path) -> None:
    """An early entry altered alone is beyond an incremental run; once found it is not forgotten."""
    _, memory = engine.verify_since(Memory())
    behind(file, "UPDATE axflow_payloads SET value = '\"x\"' WHERE project = 'p-1' AND field = 'reason'")
    assert engine.verify_since(memory)[0].good
    for full in (True, False, False):
        report, memory = engine.verify_since(memory, full=full)
        assert [(one.project, one.seq, one.what) for one in report.breaks] == [("p-1", 2, "content")]
        assert memory.projects["p-1"].seq == 3 and not memory.projects["p-1"].good


def test_documents_that_are_gone_are_found(engine: Engine, file: Path) -> None:
    _, memory = engine.verify_since(Memory())
    behind(file, "DELETE FROM axflow_directory", "DELETE FROM axflow_definitions")
    report, kept = engine.verify_since(memory)
    places = {(one.project, one.seq, one.what) for one in report.breaks}
    assert ("directory", memory.directory.number, "rewritten") in places
    assert {(name, 0, "vanished") for name in memory.definitions} <= places
    assert (kept.definitions, kept.directory) == (memory.definitions, memory.directory)


HEAD = '"format":"axflow-verified","version":1,"definitions":{},"directory":[0,""],"projects":'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("{} {}", "it is no JSON"),
        ("[]", "its format is another"),
        ('{"format":"axflow-verified","version":2}', "its version is another"),
        ('{"format":"axflow-verified","version":true}', "its version is another"),
        ('{"format":"axflow-verified","version":1}', "its fields are others"),
        (f"{{{HEAD}[]}}", "its fields are others"),
        (f'{{{HEAD}{{"p":[1,"{"0" * 64}",true],"p":[2,"{"0" * 64}",true]}}}}', "it names something twice"),
        (f'{{{HEAD}{{"p":[1,"{"0" * 64}"]}}}}', "a head in it is no number, hash and truth value"),
        (f'{{{HEAD}{{"p":[0,"{"0" * 64}",true]}}}}', "something in it is no number and hash"),
        (f'{{{HEAD}{{"p":[1e3,"{"0" * 64}",true]}}}}', "something in it is no number and hash"),
        (f'{{{HEAD}{{"p":[{"9" * 20},"{"0" * 64}",true]}}}}', "something in it is no number and hash"),
        (f'{{{HEAD}{{"p":[1,"{"G" * 64}",true]}}}}', "something in it is no number and hash"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "memory.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableMemory) as refused:
        Memory.read(file)
    assert str(refused.value) == problem
