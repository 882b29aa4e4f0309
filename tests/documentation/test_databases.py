"""docs/databases.md: its grants are enough and no more, its commands run, its engine works."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.store.errors import StoreError
from axflow.store.migrate import upgrade
from axflow.testing import SettableClock
from tests.cli.conftest import axflow
from tests.engine.flow import people

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "databases.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.postgres


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


class Roles(NamedTuple):
    """A database by its owner, and by the two roles of the page."""

    owner: str
    application: str
    auditor: str


def as_role(url: str, role: str) -> str:
    made = make_url(url).update_query_dict({"options": f"-crole={role}", "schema": "cases"})
    return made.render_as_string(hide_password=False)


@pytest.fixture
def roles(empty_postgres_url: str) -> Iterator[Roles]:
    """The tables in a schema, and the grants of the page given to roles of this test."""
    upgrade(empty_postgres_url, schema="cases")
    (grants,) = blocks("sql")
    names = {role: f"{role}_{make_url(empty_postgres_url).database}" for role in ("application", "auditor")}
    for role, name in names.items():
        grants = re.sub(rf"\b{role}\b", name, grants)
    engine = create_engine(empty_postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names.values():
            connection.execute(text(f"CREATE ROLE {name}"))
        for statement in filter(None, map(str.strip, grants.split(";"))):
            connection.execute(text(statement))
    yield Roles(empty_postgres_url, *(as_role(empty_postgres_url, name) for name in names.values()))
    with engine.connect() as connection:
        for name in names.values():
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()


def test_the_grants_are_enough_for_an_application_and_for_an_auditor(roles: Roles) -> None:
    """Every kind of write once, as the application; then all of it read as the auditor."""
    clock = SettableClock()
    with closing(Engine(roles.application, clock=clock)) as engine:
        project, who = played(engine, clock)
    with closing(Engine(roles.auditor, clock=clock)) as auditor:
        assert auditor.verify().good
        assert auditor.project(project).project.stage == "bench"
        assert len(list(auditor.history(project))) > 20
        assert auditor.why(project, viewer=who["checker"])
        with pytest.raises(StoreError, match="has not the right"):
            auditor.send(project, "finish", actor=who["checker"])


def played(engine: Engine, clock: SettableClock) -> tuple[str, dict[str, Actor]]:
    """A project on which every kind of write was made once, and its people."""
    who = people(engine)
    project = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"], key="k", aliases={"office": "7"})
    engine.send(project.id, "start", actor=who["clerk"]).require()
    recorded = engine.record(project.id, "report", {"serial": "S", "grade": 3}, actor=who["checker"]).require()
    engine.redact(project.id, 1, ["title"], actor=who["clerk"], reason="A wrong name").require()
    (record,) = recorded.project.evidence if recorded.project is not None else ()
    engine.withdraw(project.id, record, actor=who["checker"], reason="Retested").require()
    for _ in range(25):
        assert engine.send(project.id, "finish", actor=who["checker"]).outcome == "refused"
    clock.advance(days=30)
    assert engine.tick() == 1
    for message in engine.messages():
        engine.ack(message.id)
    assert engine.verify().good
    return project.id, who


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases.axflow_entries SET body = hash",
        "DELETE FROM cases.axflow_entries",
        "TRUNCATE cases.axflow_projects CASCADE",
        "ALTER TABLE cases.axflow_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER axflow_entries_no_update ON cases.axflow_entries",
        "CREATE OR REPLACE FUNCTION cases.axflow_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "UPDATE cases.axflow_version SET version_num = 'x'",
        "UPDATE cases.axflow_directory SET digest = 'x'",
    ],
)
def test_the_grants_are_no_more_than_enough(roles: Roles, statement: str) -> None:
    url = make_url(roles.application).difference_update_query(["schema"])
    engine = create_engine(url)
    with engine.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        connection.execute(text(statement))
    engine.dispose()


def test_the_engine_of_the_page_works(roles: Roles) -> None:
    (code,) = (block for block in blocks("python") if "create_engine" in block)
    host = "postgresql+psycopg://owner@host/name"
    assert host in code
    program = code.replace(host, roles.owner) + "engine.publish('building_permit')\nprint(engine.verify().good)\n"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_the_commands_of_the_page_run(roles: Roles, tmp_path: Path) -> None:
    (commands,) = blocks("sh")
    place = make_url(roles.owner).update_query_dict({"schema": "cases"}).render_as_string(hide_password=False)
    for line in commands.splitlines():
        words = shlex.split(line, comments=True)[1:]
        words = words[: words.index("--db")] if "--db" in words else words
        done = axflow(*words, "--db", place, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_the_filter_of_the_page_is_there() -> None:
    (code,) = (block for block in blocks("python") if "include_object" in block)
    assert "from axflow.store.schema import include_object" in code
