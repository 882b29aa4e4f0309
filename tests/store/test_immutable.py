"""What is immutable stays so on every database, also for whoever writes to it by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from axflow.store.location import store_at
from axflow.store.rows import Signature, StoredChange
from axflow.testing.rows import definition_of, entry_of, project_of, write

_TABLES = ("entries", "payloads", "definitions", "signatures", "calendars", "directory")
_FORBIDDEN = [
    "UPDATE axflow_entries SET body = hash",
    "UPDATE axflow_entries SET seq = 7",
    "UPDATE axflow_entries SET leaf_index = 0, hash = body",
    "UPDATE axflow_entries SET leaf_index = NULL",
    "UPDATE axflow_payloads SET value = '1'",
    "UPDATE axflow_payloads SET value = NULL",
    "UPDATE axflow_payloads SET salt = NULL",
    "UPDATE axflow_payloads SET value = NULL, salt = NULL, field = 'z' WHERE field = 'reason'",
    "UPDATE axflow_definitions SET document = 'x'",
    "UPDATE axflow_signatures SET actor = 'x'",
    "UPDATE axflow_calendars SET document = 'x'",
    "UPDATE axflow_directory SET change = 'x'",
    *(f"DELETE FROM axflow_{table}" for table in _TABLES),
]


@pytest.fixture
def full(database_url: str) -> Iterator[Engine]:
    """A database with a row in every table that is guarded."""
    store = store_at(database_url)
    with store.writing() as unit:
        write(unit, project_of("p1"), entry_of("p1", 1, content={"reason": "x", "title": "y"}))
        unit.add_calendar("c" * 64, "{}")
        unit.add_definition(definition_of())
        unit.sign(Signature("flow", "1", "office", "d" * 64, "kim", "2026"))
        unit.add_changes([StoredChange(1, "2026", "{}", "d")])
    store.close()
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM axflow_{table}"))), key=str)
            for table in _TABLES
        }


def test_what_is_immutable_cannot_be_written_by_hand(full: Engine) -> None:
    """Refused with the reason, whatever the statement; and nothing has changed after all of them."""
    before = rows(full)
    assert all(before.values())
    forbidden = list(_FORBIDDEN)
    if full.dialect.name == "postgresql":
        forbidden += [f"TRUNCATE axflow_{table} CASCADE" for table in _TABLES]
        forbidden += ["TRUNCATE axflow_projects CASCADE"]
    for statement in forbidden:
        with pytest.raises(IntegrityError, match="axflow: "):
            run(full, statement)
            pytest.fail(f"not refused: {statement}")
    assert rows(full) == before


def test_a_leaf_index_is_given_once(full: Engine) -> None:
    run(full, "UPDATE axflow_entries SET leaf_index = 4")
    assert rows(full)["entries"][0][-1] == 4
    for again in ("5", "NULL", "4"):
        with pytest.raises(IntegrityError, match="only leaf_index"):
            run(full, f"UPDATE axflow_entries SET leaf_index = {again}")


def test_redaction_is_the_one_change_to_content(full: Engine) -> None:
    run(full, "UPDATE axflow_payloads SET value = NULL, salt = NULL WHERE field = 'reason'")
    kept = {row[2]: row[3:] for row in rows(full)["payloads"]}
    assert kept["reason"] == (None, None)
    assert kept["title"][0] == '"y"'
    with pytest.raises(IntegrityError, match="redaction"):
        run(full, "UPDATE axflow_payloads SET value = '1' WHERE field = 'reason'")
