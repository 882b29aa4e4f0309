"""`axflow db`, and every other command, on a file and on PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.cli.conftest import Run


def secured(url: str, **changes: str) -> str:
    """The URL with a password, which the test server does not ask for, and a schema."""
    made = make_url(url).set(password="geheim", **changes).update_query_dict({"schema": "cases"})  # type: ignore[arg-type]
    return made.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> str:
    """Where there is no database yet, or an empty one, as `--db` takes it."""
    return "a.db" if request.param == "sqlite" else secured(request.getfixturevalue("empty_postgres_url"))


def test_a_database_is_made_used_and_checked(run: Run, place: str) -> None:
    """From the first upgrade to a look at its health; no password is printed on the way."""
    said = []

    def ran(*arguments: str) -> str:
        done = run(*arguments, "--db", place)
        said.append(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout

    version = ran("db", "upgrade").strip()
    assert json.loads(ran("db", "check", "--json")) == {
        "schema": 1, "found": version, "needed": version, "differences": [], "good": True,
    }  # fmt: skip
    assert run("init", "workflow").returncode == 0
    ran("workflow", "publish", "workflow", "--directory", "workflow/directory.yaml")
    ran("project", "open", "request", "--firm", "acme", "--id", "first", "--actor", "kim", "--organisation", "acme")
    assert "first" in ran("project", "list")
    assert "first" in ran("project", "show", "first")
    found = json.loads(ran("doctor", "--json"))
    assert (found["good"], found["reachable"], found["projects"]) == (True, True, 1)
    assert all("geheim" not in one for one in said)


@pytest.mark.postgres
def test_an_empty_server_database_is_said_to_need_an_upgrade(run: Run, empty_postgres_url: str) -> None:
    done = run("project", "list", "--db", empty_postgres_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "run `axflow db upgrade`" in done.stderr
    checked = run("db", "check", "--db", empty_postgres_url)
    assert checked.returncode == 1
    assert "run `axflow db upgrade`" in checked.stdout
    health = run("doctor", "--db", empty_postgres_url, "--json")
    assert health.returncode == 1
    found = json.loads(health.stdout)
    assert (found["good"], found["reachable"]) == (False, False)
    assert "axflow db upgrade" in found["problem"]


@pytest.mark.parametrize("command", [("project", "list"), ("db", "upgrade"), ("db", "check"), ("doctor",)])
def test_a_server_that_is_not_there_is_named_without_the_password(run: Run, command: tuple[str, ...]) -> None:
    url = "postgresql://kim:geheim@127.0.0.1:1/flows?connect_timeout=2"
    done = run(*command, "--db", url)
    assert done.returncode == 1
    assert "postgresql://kim@127.0.0.1:1/flows: no connection could be made" in done.stdout + done.stderr
    assert "geheim" not in done.stdout + done.stderr


def test_the_database_can_come_from_the_environment(run: Run) -> None:
    done = run("project", "list", AXFLOW_DB="postgres://kim:geheim@127.0.0.1:1/flows?connect_timeout=2")
    assert done.returncode == 1
    assert "kim@127.0.0.1:1/flows" in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize("url", ["mysql://kim:geheim@db/flows", "postgresql://kim:ge@heim@db:x/flows", "ftp://geheim"])
def test_what_is_no_database_is_a_sentence(run: Run, url: str) -> None:
    done = run("project", "list", "--db", url)
    assert done.returncode == 1
    assert "sqlite:///file.db" in done.stderr
    assert "heim" not in done.stderr


def test_the_statements_can_be_written_out_and_run_on_a_file(run: Run, tmp_path: Path) -> None:
    done = run("db", "sql", "--db", "b.db")
    assert not (tmp_path / "b.db").exists()
    connection = sqlite3.connect(tmp_path / "b.db")
    connection.executescript(done.stdout)
    connection.close()
    assert run("db", "check", "--db", "b.db").returncode == 0
    assert run("db", "sql", "--since", "nothing").returncode == 1


@pytest.mark.postgres
def test_the_statements_can_be_written_out_and_run_on_a_server(run: Run, empty_postgres_url: str) -> None:
    place = secured(empty_postgres_url)
    done = run("db", "sql", "--db", place)
    assert "CREATE TABLE cases.axflow_entries" in done.stdout
    engine = create_engine(empty_postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute(done.stdout)  # type: ignore[union-attr]
        assert connection.scalar(text("SELECT count(*) FROM cases.axflow_entries")) == 0
    engine.dispose()
    assert run("db", "check", "--db", place).returncode == 0


@pytest.mark.postgres
def test_the_demo_is_played_in_a_file(run: Run, postgres_url: str) -> None:
    done = run("demo", "--db", secured(postgres_url))
    assert done.returncode == 1
    assert "a file of its own" in done.stderr
    assert "geheim" not in done.stderr


def test_a_backup_is_one_file_and_overwrites_nothing(here: Run, tmp_path: Path) -> None:
    made = here("db", "backup", "kept.db", "--json")
    found = json.loads(made.stdout)
    file = tmp_path / "copy" / "kept.db"
    assert (found["schema"], found["file"], found["bytes"]) == (1, "kept.db", file.stat().st_size)
    assert json.loads(here("doctor", "--db", "kept.db", "--json").stdout)["projects"] == 1
    again = here("db", "backup", "kept.db")
    assert again.returncode == 1
    assert "kept.db is there already" in again.stderr
    elsewhere = here("db", "backup", "pg.db", "--db", "postgresql://kim:geheim@db/flows")
    assert elsewhere.returncode == 1
    assert "pg_dump" in elsewhere.stderr
    assert "geheim" not in elsewhere.stderr
