"""docs/operations.md, rights and incidents: roles have enough and no more, recipes do what they say."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from axflow.engine import Engine
from axflow.store.errors import StoreError
from axflow.store.migrate import upgrade
from axflow.testing import SettableClock
from tests.documentation.test_databases import as_role, played
from tests.documentation.test_databases import blocks as databases_blocks
from tests.documentation.test_operations import Shell, blocks, shell_in
from tests.engine.flow import people

NAME = "A name that nobody should have written"


class Office(NamedTuple):
    """A SQLite database with one project on its bench, and a shell beside it."""

    file: Path
    run: Shell

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"


def recipe(name: str) -> str:
    (found,) = blocks(f"sh {name}", "Incidents")
    return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The project has been on the bench longer than the deadline allows, and nobody has ticked."""
    office = Office(tmp_path / "axflow.db", shell_in(tmp_path, f"sqlite:///{tmp_path / 'axflow.db'}"))
    clock = SettableClock((datetime.now(UTC) - timedelta(days=60)).replace(microsecond=0))
    with closing(Engine(office.url, clock=clock)) as engine:
        who = people(engine)
        engine.open("repair", firm="acme", title=NAME, actor=who["clerk"], id="first")
        engine.send("first", "start", actor=who["clerk"]).require()
        engine.record("first", "report", {"serial": "S", "grade": 3}, actor=who["checker"]).require()
    return office


def test_looking_first_changes_nothing(office: Office) -> None:
    before = entries(office)
    office.run(recipe("look"))
    assert entries(office) == before == 3


def entries(office: Office) -> int:
    with closing(Engine(office.url)) as engine:
        return len(list(engine.history("first")))


def test_one_pass_by_hand_fires_what_is_due_once(office: Office) -> None:
    office.run(recipe("worker"))
    assert entries(office) == 4
    office.run(recipe("worker"))
    assert entries(office) == 4


def test_dead_letters_go_out_again(office: Office) -> None:
    with closing(Engine(office.url)) as engine:
        (leased,) = engine.lease("one", limit=1)
        engine.nack(leased, "the receiver was gone", dead=True)
        assert len(engine.dead_letters()) == 1
    assert "the receiver was gone" in office.run(recipe("dead"))
    with closing(Engine(office.url)) as engine:
        assert engine.dead_letters() == []
        assert leased.id in [message.id for message in engine.messages()]


def test_a_correction_counts_and_the_history_keeps_what_stood(office: Office) -> None:
    office.run(recipe("correct"))
    history = json.loads(office.run("axflow project history first --json --actor checker --db axflow.db"))
    (recorded, corrected) = (history["entries"][2], history["entries"][-1])
    assert (recorded["kind"], corrected["kind"]) == ("record", "correct")
    grades = [entry["content"]["values.grade"] for entry in (recorded, corrected)]
    assert grades == [3, 4]
    with closing(Engine(office.url)) as engine:
        assert engine.verify().good


def test_a_redaction_leaves_no_byte_of_the_name_in_the_file(office: Office) -> None:
    assert NAME.encode() in office.file.read_bytes()
    assert "breaks               none" in office.run(recipe("redact"))
    (code,) = blocks("python vacuum", "Incidents")
    done = subprocess.run([sys.executable, "-c", code], cwd=office.file.parent, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    left = [file.name for file in office.file.parent.glob("axflow.db*") if NAME.encode() in file.read_bytes()]
    assert left == []


def test_a_secret_is_made_for_the_file_alone(office: Office) -> None:
    assert office.run(recipe("secret")) == ""
    assert (office.file.parent / "webhook.secret").read_text(encoding="utf-8").startswith("whsec_")


@pytest.mark.parametrize(
    "kept", ["CAST(replace(body, 'bench', 'bunch') AS BLOB)", "replace(body, 'bench', 'bunch')"], ids=["bytes", "text"]
)
def test_tampering_is_named_on_the_copy(office: Office, kept: str) -> None:
    office.run(recipe("tampering"))
    (office.file.parent / "evidence.db").unlink()
    with closing(sqlite3.connect(office.file)) as connection, connection:
        connection.execute("DROP TRIGGER axflow_entries_no_update")
        connection.execute(f"UPDATE axflow_entries SET body = {kept} WHERE seq = 2")
    backup, doctor, _ = recipe("tampering").splitlines()
    office.run(backup)
    said = office.run(f"{doctor} || test $? -eq 6")
    assert "Entry 2 of project first: its bytes do not hash to what was stored with it." in said


class Roles(NamedTuple):
    """A database by each of the roles of the page, and what the roles are called in this test."""

    by: dict[str, str]
    called: dict[str, str]


@pytest.fixture
def roles(empty_postgres_url: str) -> Iterator[Roles]:
    """The grants of both pages in the order of the page; the tables made by the migrator."""
    database = make_url(empty_postgres_url).database
    called = {name: f"{name}_{database}" for name in ("migrator", "application", "auditor", "backup")}
    (before,), (after,), (grants,) = (
        blocks("sql before", "Rights"), blocks("sql after", "Rights"), databases_blocks("sql"),
    )  # fmt: skip
    owner = create_engine(empty_postgres_url, isolation_level="AUTOCOMMIT")

    def run(statements: str) -> None:
        for role, name in called.items():
            statements = re.sub(rf"\b{role}\b", name, statements)
        with owner.connect() as connection:
            for statement in filter(None, map(str.strip, statements.split(";"))):
                connection.execute(text(statement))

    by = {role: as_role(empty_postgres_url, name) for role, name in called.items()}
    run("".join(f"CREATE ROLE {role};" for role in called))
    run(before)
    upgrade(by["migrator"])
    run(grants + after)
    yield Roles(by, called)
    run("".join(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role};" for role in reversed(called)))
    owner.dispose()


def execute(roles: Roles, role: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(make_url(roles.by[role]).difference_update_query(["schema"]))
    try:
        with engine.begin() as connection:
            done = connection.execute(text(statement))
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()


@pytest.mark.postgres
def test_each_role_can_do_its_work(roles: Roles) -> None:
    clock = SettableClock()
    with closing(Engine(roles.by["auditor"], clock=clock)) as early, pytest.raises(StoreError):
        early.publish("building_permit")
    with closing(Engine(roles.by["application"], clock=clock)) as engine:
        project, _ = played(engine, clock)
    with closing(Engine(roles.by["auditor"], clock=clock)) as auditor:
        assert auditor.verify().good
        assert auditor.health().reachable
        assert len(list(auditor.history(project))) > 20
    ((count,),) = execute(roles, "backup", "SELECT count(*) FROM cases.axflow_entries")
    assert isinstance(count, int) and count > 20


@pytest.mark.postgres
def test_a_table_of_a_later_upgrade_can_be_read_at_once_and_written_by_grant_only(roles: Roles) -> None:
    execute(roles, "migrator", "CREATE TABLE cases.axflow_later (id integer)")
    for role in ("application", "auditor"):
        assert execute(roles, role, "SELECT * FROM cases.axflow_later") == []
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(roles, role, "INSERT INTO cases.axflow_later VALUES (1)")


@pytest.mark.postgres
def test_who_reads_changes_nothing(roles: Roles) -> None:
    for role in ("auditor", "backup"):
        for statement in (
            "INSERT INTO cases.axflow_meta SELECT * FROM cases.axflow_meta",
            "UPDATE cases.axflow_payloads SET value = NULL, salt = NULL",
            "DELETE FROM cases.axflow_outbox",
            "CREATE TABLE cases.mine (id integer)",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"):
                execute(roles, role, statement)


@pytest.mark.postgres
def test_the_migrator_makes_nothing_outside_its_schema(roles: Roles) -> None:
    for statement in ("CREATE SCHEMA other", "CREATE TABLE public.mine (id integer)", "CREATE ROLE friend"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(roles, "migrator", statement)
