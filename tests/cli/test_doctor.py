"""`axflow doctor`: a changed byte is found, named by its entry, and leaves with 6."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run

KIM = ("--actor", "kim")
ENTRY = 3
PLACES = (0, 1, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, -1)
"""Where a byte is changed: by number from either end, or as a share of the entry's length."""


@pytest.fixture
def copied(here: Run, tmp_path: Path) -> Run:
    """A project with four entries, and a copy of its database."""
    for arguments in (
        ("send", "first", "hand_in"),
        ("record", "first", "form", "purpose=a try"),
        ("send", "first", "hand_in"),
    ):
        here("project", *arguments, *KIM)
    shutil.copy(tmp_path / "copy" / "axflow.db", tmp_path / "copy" / "other.db")
    return here


def change(path: Path, statement: str, *values: object) -> None:
    """Change something behind the engine's back, its triggers out of the way."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        assert connection.execute(statement, values).rowcount == 1


def flip(path: Path, place: float) -> None:
    """Change one bit of one byte of the entry."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT body FROM axflow_entries WHERE project = 'first' AND seq = ?"
        ((body,),) = connection.execute(query, (ENTRY,)).fetchall()
    raw = bytearray(body)
    raw[place if isinstance(place, int) else int(place * len(raw))] ^= 1
    change(path, "UPDATE axflow_entries SET body = ? WHERE project = 'first' AND seq = ?", bytes(raw), ENTRY)


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_byte_is_found_at_its_entry_and_leaves_with_6(copied: Run, tmp_path: Path, place: float) -> None:
    flip(tmp_path / "copy" / "other.db", place)
    done = copied("doctor", "--db", "other.db", "--json")
    assert done.returncode == 6
    found = json.loads(done.stdout)
    assert found["good"] is False
    assert {"project": "first", "entry": ENTRY, "what": "hash"} in found["breaks"]
    assert min(one["entry"] for one in found["breaks"]) == ENTRY
    assert f"Entry {ENTRY} of project first: its bytes do not hash" in copied("doctor", "--db", "other.db").stdout
    korean = copied("doctor", "--db", "other.db", "--lang", "ko")
    assert korean.returncode == 6
    assert f"사업 first의 {ENTRY}번 기록: 저장된 해시와 내용이 다릅니다." in korean.stdout
    assert copied("doctor").returncode == 0  # the database itself was not touched


@pytest.mark.parametrize("value", ['"another"', b'"other"', "", "{"])
def test_changed_content_is_found_at_its_entry(copied: Run, tmp_path: Path, value: str | bytes) -> None:
    statement = "UPDATE axflow_payloads SET value = ? WHERE project = 'first' AND field = 'values.purpose'"
    change(tmp_path / "copy" / "other.db", statement, value)
    done = copied("doctor", "--db", "other.db", "--json")
    assert done.returncode == 6
    assert json.loads(done.stdout)["breaks"] == [{"project": "first", "entry": ENTRY, "what": "content"}]


def test_an_entry_that_was_taken_out_is_missed(copied: Run, tmp_path: Path) -> None:
    change(tmp_path / "copy" / "other.db", "DELETE FROM axflow_entries WHERE project = 'first' AND seq = ?", ENTRY)
    done = copied("doctor", "--db", "other.db")
    assert done.returncode == 6
    assert "an entry is missing before it" in done.stdout


def test_health_is_told_in_columns_of_the_language(copied: Run) -> None:
    lines = copied("doctor", "--lang", "ko").stdout.splitlines()
    assert "접근 가능            예" in lines
    assert "훼손                 없음" in lines
    assert "기록 수              4" in lines


def test_a_database_that_cannot_be_opened_is_told_with_the_rest(copied: Run, tmp_path: Path) -> None:
    (tmp_path / "copy" / "other.db").write_text("no database" * 100, "utf-8")
    done = copied("doctor", "--db", "other.db", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["reachable"], found["good"]) == (False, False)
    assert "no sound SQLite database" in found["problem"]
