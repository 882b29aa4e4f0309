"""Verification names the very entry that fails, whatever was done to the rows behind the engine's back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from axflow.engine import Engine
from axflow.journal.chain import NOTHING, entry_hash
from axflow.journal.commitment import Payload
from axflow.journal.verify import Kept, hashes, verify_project
from axflow.kernel.actor import Actor
from axflow.store.errors import UnknownProject
from axflow.testing import SettableClock
from tests.engine.flow import people

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
def project(file: Path) -> Iterator[str]:
    engine = Engine(file, clock=SettableClock())
    who = people(engine)
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    engine.send(id, "start", actor=who["clerk"], reason="today")
    engine.record(id, "report", {"serial": "S", "grade": 4}, actor=who["checker"])
    assert engine.verify().good
    engine.close()
    yield id


def tampered(file: Path, *statements: str) -> list[tuple[int, str]]:
    """What verification finds after statements that the triggers would have refused."""
    connection = sqlite3.connect(file)
    triggers = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    for name in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    engine = Engine(file, clock=SettableClock())
    found = [(item.seq, item.what) for item in engine.verify().breaks]
    engine.close()
    return found


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE axflow_entries SET seq = seq, "
            "body = CAST(replace(CAST(body AS TEXT), '\"clerk\"', '\"thief\"') AS BLOB) WHERE seq = 2",
            [(2, "hash"), (3, "chain")],
        ),
        ("UPDATE axflow_entries SET body = x'7b7d' WHERE seq = 2", [(2, "hash"), (2, "malformed"), (3, "chain")]),
        ("DELETE FROM axflow_entries WHERE seq = 2", [(2, "gap"), (2, "content")]),
        ("DELETE FROM axflow_entries WHERE seq = 3", [(2, "head"), *[(2, "replay")] * 4, (3, "content")]),
        ("UPDATE axflow_payloads SET value = '5' WHERE field = 'values.grade'", [(3, "content")]),
        ("UPDATE axflow_payloads SET salt = x'00' WHERE field = 'reason'", [(2, "content")]),
        ("UPDATE axflow_payloads SET salt = NULL WHERE field = 'reason'", [(2, "content")]),
        ("UPDATE axflow_payloads SET value = NULL WHERE field = 'reason'", [(2, "content")]),
        ("UPDATE axflow_payloads SET value = NULL, salt = NULL WHERE field = 'values.grade'", [(3, "redaction")]),
        ("DELETE FROM axflow_payloads WHERE field = 'title'", [(1, "content")]),
        (
            "INSERT INTO axflow_payloads "
            "SELECT project, 2, 'extra', '1', salt FROM axflow_payloads WHERE field = 'title'",
            [(2, "content")],
        ),
        ("UPDATE axflow_projects SET head = x'00'", [(3, "head")]),
        (
            "UPDATE axflow_projects SET snapshot = replace(snapshot, '\"bench\"', '\"desk\"')",
            [(3, "replay")],
        ),
    ],
)
def test_tampering_is_found_where_it_is(file: Path, project: str, statement: str, found: list[tuple[int, str]]) -> None:
    seen = tampered(file, statement)
    assert [item for item in seen if item[1] != "replay"] == [item for item in found if item[1] != "replay"]
    if any(what == "replay" for _, what in found):
        assert any(what == "replay" for _, what in seen)


def test_content_is_gone_only_where_an_entry_says_so(file: Path, project: str) -> None:
    """Destroyed by hand it is found at the very entry and field; redacted it holds, and may not come back."""
    backup = sqlite3.connect(file).execute("SELECT value, salt FROM axflow_payloads WHERE field = 'reason'").fetchone()
    engine = Engine(file, clock=SettableClock())
    engine.redact(project, 2, ["reason"], actor=Actor("clerk", "office"), reason="asked").require()
    assert engine.verify().good and engine.verify().redacted == 1
    engine.close()

    tampered(file, "UPDATE axflow_payloads SET value = NULL, salt = NULL WHERE field IN ('title', 'values.grade')")
    connection = sqlite3.connect(file)
    connection.execute("UPDATE axflow_payloads SET value = ?, salt = ? WHERE seq = 2 AND field = 'reason'", backup)
    connection.commit()
    connection.close()
    engine = Engine(file, clock=SettableClock())
    assert [(item.seq, item.what, item.expected, item.found) for item in engine.verify().breaks] == [
        (1, "redaction", "title, or an entry that redacts it", "it was destroyed"),
        (2, "redaction", "no reason: entry 4 redacted it", "its value"),
        (3, "redaction", "values.grade, or an entry that redacts it", "it was destroyed"),
    ]
    engine.close()


def test_a_refused_redaction_accounts_for_nothing(file: Path, project: str) -> None:
    engine = Engine(file, clock=SettableClock())
    assert engine.redact(project, 3, ["values.grade"], actor=Actor("clerk", "office"), reason="r").outcome == "refused"
    engine.close()
    found = tampered(file, "UPDATE axflow_payloads SET value = NULL, salt = NULL WHERE field = 'values.grade'")
    assert found == [(3, "redaction")]


def test_documents_are_verified(file: Path, project: str) -> None:
    found = tampered(
        file,
        "UPDATE axflow_definitions SET document = replace(document, 'report.grade >= 3', 'report.grade >= 1')",
        "UPDATE axflow_calendars SET document = replace(document, 'Asia/Seoul', 'Asia/Tokyo')",
        "UPDATE axflow_directory SET change = replace(change, '\"client\"', '\"clerk\"') WHERE change LIKE '%client%'",
    )
    whats = [what for _, what in found]
    assert whats[:3] == ["definition", "calendar", "directory"]
    assert whats.count("rules") == 3


def test_one_project_can_be_verified(file: Path, project: str) -> None:
    engine = Engine(file)
    report = engine.verify(project)
    assert (report.good, report.projects, report.entries, report.uncheckpointed) == (True, 1, 3, 3)
    with pytest.raises(UnknownProject):
        engine.verify("nowhere")
    engine.close()


def test_an_entry_of_another_project_is_named() -> None:
    body = b'{"prev":"%s","project":"b","seq":1}' % NOTHING.hex().encode()
    kept = [Kept(1, entry_hash(body), body, [Payload("x", None, None)])]
    found = verify_project("a", kept, hashes([body]), None, None, {}, {}).breaks
    assert [item.what for item in found] == ["spliced", "content", "rules", "replay"]
    assert found[0].expected == "a/1"


def test_a_process_that_dies_in_the_middle_leaves_a_store_that_verifies(file: Path, project: str) -> None:
    """The writer is killed after its rows were sent and before the commit."""
    script = (
        "import os, sys\n"
        "from axflow import Actor, Engine\n"
        "from axflow.store.sql import SqlUnit\n"
        "flush = SqlUnit.flush\n"
        "def die(self):\n"
        "    wrote = bool(self._entries)\n"
        "    flush(self)\n"
        "    if wrote: os._exit(9)\n"
        "SqlUnit.flush = die\n"
        "Engine(sys.argv[1]).send(sys.argv[2], 'finish', actor=Actor('checker', 'shop'))\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(file), project], cwd=ROOT, check=False)
    assert died.returncode == 9
    engine = Engine(file, clock=SettableClock())
    assert engine.project(project).project.stage == "bench"
    assert engine.verify().entries == 3
    assert engine.verify().good
    engine.close()


def test_threads_share_an_engine(file: Path, project: str) -> None:
    """Each act is decided on what the one before it left, whichever thread asks."""
    engine = Engine(file, clock=SettableClock())
    checker = Actor("checker", "shop")
    outcomes: list[str] = []

    def add(thread: int) -> None:
        for number in range(10):
            values = {"serial": f"{thread}-{number}", "grade": number}
            outcomes.append(engine.record(project, "report", values, actor=checker).outcome)

    threads = [Thread(target=add, args=(thread,)) for thread in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["recorded"] * 30
    assert engine.verify().entries == 33
    assert engine.verify().good
    engine.close()
