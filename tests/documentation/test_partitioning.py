"""docs/operations.md, partitions: its SQL moves a database that an engine filled, and every promise still holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.store.migrate import check, upgrade
from axflow.testing import SettableClock
from tests.documentation.test_databases import as_role
from tests.documentation.test_operations import blocks, shell_in
from tests.engine.flow import people

pytestmark = pytest.mark.postgres

HEADING = "Partitions on PostgreSQL"
CLERK, CHECKER = Actor("clerk", "office"), Actor("checker", "shop")
PROJECTS = [f"p{number}" for number in range(24)]


class Moved(NamedTuple):
    """A database whose payloads were moved into partitions by the block of the page."""

    url: str
    database: Database
    before: list[tuple[object, ...]]
    """The rows of payloads as they were."""


def run(database: Database, statements: str) -> None:
    """A script as `psql` runs it: statements in order, transactions by its own BEGIN and COMMIT."""
    connection = database.raw_connection()
    try:
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        connection.cursor().execute(statements)
    finally:
        connection.close()


def move(database: Database, parts: str | None = None) -> None:
    """Run the block of the page; with `parts` by range, with these statements for the loop that makes partitions."""
    (script,) = blocks("sql move", HEADING)
    if parts is not None:
        script, replaced = re.subn(r"  FOR part IN 0\.\.15 LOOP.*?END LOOP;\n", parts, script, count=1, flags=re.DOTALL)
        assert replaced == 1
        script = script.replace("BY HASH (project)", "BY RANGE (project)")
    transaction, committed, after = script.partition("COMMIT;\n")
    run(database, transaction + committed)
    run(database, after)


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


PAYLOADS = "SELECT project, seq, field, value, salt FROM axflow_payloads ORDER BY project, seq, field"


def play(engine: Engine, projects: list[str]) -> None:
    for project in projects:
        engine.open("repair", firm="acme", title=f"Lamp {project}", actor=CLERK, id=project)
        engine.send(project, "start", actor=CLERK).require()
        engine.record(project, "report", {"serial": f"S-{project}", "grade": 3}, actor=CHECKER).require()


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    made = create_engine(postgres_url, poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture
def moved(postgres_url: str, database: Database) -> Moved:
    with closing(Engine(postgres_url, clock=SettableClock())) as engine:
        people(engine)
        play(engine, PROJECTS)
        engine.redact("p0", 1, ["title"], actor=CLERK, reason="A private name").require()
    before = rows(database, PAYLOADS)
    assert len(before) > 3 * len(PROJECTS) - 1
    move(database)
    return Moved(postgres_url, database, before)


def refused(database: Database, statement: str) -> str:
    with pytest.raises(DBAPIError) as caught, database.begin() as connection:
        connection.execute(text(statement))
    return str(caught.value.orig)


def test_every_row_is_moved_and_spread_and_the_commands_of_the_page_run(moved: Moved, tmp_path: Path) -> None:
    assert rows(moved.database, PAYLOADS) == moved.before
    ((used,),) = rows(moved.database, "SELECT count(DISTINCT tableoid) FROM axflow_payloads")
    assert isinstance(used, int) and 8 < used <= 16
    (lines,) = blocks("sh check", HEADING)
    said = shell_in(tmp_path, moved.url)(lines)
    assert "breaks               none" in said


def test_the_engine_works_on_and_all_of_it_verifies(moved: Moved) -> None:
    with closing(Engine(moved.url, clock=SettableClock())) as engine:
        engine.send("p1", "finish", actor=CLERK).require()
        engine.redact("p2", 1, ["title"], actor=CLERK, reason="A private name").require()
        play(engine, ["later"])
        assert engine.verify().good
        sizes = {size.table: size for size in engine.sizes()}
    ((held,),) = rows(
        moved.database,
        "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'axflow_payloads'::regclass",
    )
    assert sizes["axflow_payloads"].size == held > 16 * 8192


def test_upgrade_and_check_take_it_as_it_is(moved: Moved) -> None:
    upgrade(moved.url)
    assert check(moved.url).differences == ()
    run(moved.database, "DROP TRIGGER axflow_payloads_no_truncate ON axflow_payloads_p3")
    run(moved.database, "ALTER TABLE axflow_payloads_p4 DISABLE TRIGGER axflow_payloads_no_delete")
    assert check(moved.url).differences == (
        "the trigger axflow_payloads_no_truncate on axflow_payloads_p3 is missing, switched off or changed",
        "the trigger axflow_payloads_no_delete on axflow_payloads_p4 is missing, switched off or changed",
    )


@pytest.mark.parametrize("whole", [True, False], ids=["table", "partition"])
def test_content_is_refused_to_be_changed_deleted_or_emptied(moved: Moved, whole: bool) -> None:
    ((part,),) = rows(
        moved.database, "SELECT tableoid::regclass::text FROM axflow_payloads WHERE project = 'p5' LIMIT 1"
    )
    table = "axflow_payloads" if whole else part
    assert "content is never changed" in refused(moved.database, f"UPDATE {table} SET value = '1' WHERE project = 'p5'")
    assert "destroyed by redaction" in refused(moved.database, f"DELETE FROM {table} WHERE project = 'p5'")
    assert "destroyed by redaction" in refused(moved.database, f"TRUNCATE {table}")


def test_tables_in_a_schema_of_their_own_are_moved_there(empty_postgres_url: str) -> None:
    upgrade(empty_postgres_url, schema="cases")
    url = make_url(empty_postgres_url).update_query_dict({"schema": "cases"})
    with closing(Engine(url, clock=SettableClock())) as engine:
        people(engine)
        play(engine, PROJECTS)
    there = make_url(empty_postgres_url).update_query_dict({"options": "-csearch_path=cases"})
    database = create_engine(there, poolclass=NullPool)
    move(database)
    assert check(url).good
    with closing(Engine(url, clock=SettableClock())) as engine:
        play(engine, ["later"])
        assert engine.verify().good
    assert "destroyed by redaction" in refused(database, "TRUNCATE axflow_payloads_p0")
    database.dispose()


def test_keys_hold(moved: Moved) -> None:
    again = "INSERT INTO axflow_payloads SELECT * FROM axflow_payloads WHERE project = 'p5'"
    assert "duplicate key" in refused(moved.database, again)
    lone = "INSERT INTO axflow_payloads VALUES ('p5', 99, 'title', '1', 'x')"
    assert "foreign key" in refused(moved.database, lone)


def test_what_is_asked_of_one_project_touches_one_partition(moved: Moved) -> None:
    asked = "EXPLAIN SELECT seq, field, value, salt FROM axflow_payloads WHERE project = 'p5' AND seq > 0 ORDER BY seq"
    plan = "\n".join(str(line) for (line,) in rows(moved.database, asked))
    assert plan.count(" on axflow_payloads_p") == 1
    everything = "\n".join(str(line) for (line,) in rows(moved.database, "EXPLAIN SELECT * FROM axflow_payloads"))
    assert everything.count(" on axflow_payloads_p") == 16


def test_by_range_a_project_lies_with_those_opened_in_its_year(postgres_url: str, database: Database) -> None:
    clock, made = SettableClock(datetime(2025, 7, 1, tzinfo=UTC)), list[str]()
    with closing(Engine(postgres_url, clock=clock)) as engine:
        people(engine)
        for year in (2026, 2027, 2028):
            clock.set(datetime(year, 1, 1, tzinfo=UTC) - timedelta(milliseconds=1))
            made += [engine.open("repair", firm="acme", title="Lamp", actor=CLERK).id for _ in range(2)]
            clock.set(datetime(year, 1, 1, tzinfo=UTC))
            made += [engine.open("repair", firm="acme", title="Lamp", actor=CLERK).id for _ in range(2)]
        engine.open("repair", firm="acme", title="Lamp", actor=CLERK, id="zoo-1")
    (parts,) = blocks("sql range", HEADING)
    move(database, parts)
    assert check(postgres_url).good
    found = dict(rows(database, "SELECT DISTINCT project, tableoid::regclass::text FROM axflow_payloads"))
    years = [*["2025"] * 2, *["2026"] * 4, *["2027"] * 4, *["rest"] * 2]
    assert [found[project] for project in made] == [f"axflow_payloads_{year}" for year in years]
    assert found["zoo-1"] == "axflow_payloads_rest"
    (statements,) = blocks("sql disk", HEADING)
    run(database, statements.replace("slow", "pg_default"))  # a place that every server has


def test_a_backup_is_restored_into_a_new_database_and_not_over_the_old_one(
    moved: Moved, empty_postgres_url: str, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    old, new = shell_in(tmp_path, moved.url), shell_in(tmp_path / "new", empty_postgres_url)
    for block in blocks("sh postgres", "Backup"):
        old(block)
    over, *_ = "".join(blocks("sh postgres", "Restore")).splitlines()
    assert over.startswith("pg_restore --clean")
    old(f"! {over}")
    assert rows(moved.database, PAYLOADS) == moved.before
    (tmp_path / "axflow.dump").rename(tmp_path / "new" / "axflow.dump")
    (lines,) = blocks("sh restore", HEADING)
    assert "breaks               none" in new(lines)
    assert check(empty_postgres_url).good
    restored = create_engine(empty_postgres_url, poolclass=NullPool)
    assert rows(restored, PAYLOADS) == moved.before
    restored.dispose()


def test_rights_go_with_the_table(postgres_url: str, database: Database) -> None:
    with closing(Engine(postgres_url, clock=SettableClock())) as engine:
        people(engine)
        play(engine, ["p0"])
    role = f"auditor_{database.url.database}"
    run(database, f"CREATE ROLE {role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    try:
        move(database)
        url = make_url(as_role(postgres_url, role)).update_query_dict({"schema": "public"})
        with closing(Engine(url)) as auditor:
            assert auditor.verify().good
    finally:
        run(database, f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def test_detached_content_is_seen_as_gone(moved: Moved, tmp_path: Path) -> None:
    ((part,),) = rows(
        moved.database, "SELECT tableoid::regclass::text FROM axflow_payloads WHERE project = 'p5' LIMIT 1"
    )
    run(moved.database, f"ALTER TABLE axflow_payloads DETACH PARTITION {part}")
    with closing(Engine(moved.url)) as engine:
        verified = engine.verify()
    assert not verified.good
    assert {found.what for found in verified.breaks} == {"content"}
    assert "p5" in {found.project for found in verified.breaks}
    shell_in(tmp_path, moved.url)('code=0; axflow doctor --db "$DATABASE" || code=$?; test $code -eq 6')


def test_entries_cannot_be_split_and_keep_their_keys(database: Database) -> None:
    run(database, "CREATE TABLE split (LIKE axflow_entries, UNIQUE (project, seq)) PARTITION BY HASH (project)")
    for lost in ("ALTER TABLE split ADD PRIMARY KEY (id)", "CREATE UNIQUE INDEX ON split (leaf_index)"):
        assert "must include all partitioning columns" in refused(database, lost)
    run(database, "DROP INDEX axflow_entries_leaf")
    (difference,) = check(database).differences
    assert "axflow_entries_leaf" in difference


def test_the_settings_are_taken_and_rows_of_projects_stay_on_their_page(postgres_url: str, database: Database) -> None:
    (settings,) = blocks("sql settings", HEADING)
    run(database, settings)
    assert check(postgres_url).good
    with closing(Engine(postgres_url, clock=SettableClock())) as engine:
        people(engine)
        play(engine, ["p0"])
        for number in range(20):
            engine.record("p0", "report", {"serial": f"N-{number}", "grade": 3}, actor=CHECKER).require()
    stay = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'axflow_projects'"
    ((updated, hot),) = rows(database, stay)  # closed connections have told what they counted
    assert isinstance(updated, int) and isinstance(hot, int)
    assert updated >= 20
    assert hot >= 15
