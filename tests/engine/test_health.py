"""Health says what waits and for how long, on every store, and that a store cannot be reached."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from axflow.engine import Engine, RetryPolicy
from axflow.store.rows import Backlog
from axflow.store.schema import SCHEMA_VERSION
from axflow.testing import SettableClock
from tests.engine.flow import people


def test_nothing_waits_in_a_new_store(engine: Engine) -> None:
    found = engine.health()
    assert (found.reachable, found.problem) == (True, None)
    assert found.backlog == Backlog(0, None, 0, None, 0, 0, None)
    assert (found.timer_lag, found.message_lag, found.unplaced_lag) == (0, 0, 0)


def test_what_waits_is_counted_and_its_age_told(engine: Engine, clock: SettableClock) -> None:
    who = people(engine)
    for id in ("p1", "p2"):
        engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"], id=id)
    clock.advance(minutes=10)
    engine.send("p1", "start", actor=who["clerk"]).require()
    clock.advance(seconds=90)
    before = engine.health()
    assert before.backlog is not None
    assert (before.backlog.timers, before.timer_lag) == (0, 0)
    assert before.backlog.messages == len(engine.messages())
    assert before.message_lag == 690
    assert (before.backlog.unplaced, before.unplaced_lag) == (3, 690)

    # The message of p2 stays; those of p1 are done with, one of them as a dead letter.
    for message in engine.messages():
        if message.project == "p1":
            engine.ack(message.id)
    (leased,) = engine.lease("one", retry=RetryPolicy(attempts=1))
    engine.nack(leased, "not there", retry=RetryPolicy(attempts=1))
    after = engine.health()
    assert after.backlog is not None
    assert (after.backlog.messages, after.backlog.messages_since, after.backlog.dead_letters) == (0, None, 1)
    engine.drop_message(leased.id, "told by telephone")
    dropped = engine.health().backlog
    assert dropped is not None
    assert dropped.dead_letters == 0

    clock.advance(days=30)
    late = engine.health()
    assert late.backlog is not None
    assert late.backlog.timers == 1
    assert late.timer_lag > 10 * 86_400
    engine.tick()
    ticked = engine.health().backlog
    assert ticked is not None
    assert (ticked.timers, ticked.timers_since) == (0, None)


def test_settings_and_sizes_are_the_databases_own(engine: Engine) -> None:
    who = people(engine)
    engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"], id="p1")
    settings = engine.health().settings
    assert settings is not None
    sizes = {size.table: size for size in engine.sizes()}
    if not settings:
        assert sizes == {}
        return
    assert settings["schema_version"] == SCHEMA_VERSION
    if "journal_mode" in settings:
        assert (settings["journal_mode"], settings["synchronous"]) == ("wal", "FULL")
    else:
        assert settings["fsync"] in ("on", "off")
        assert int(settings["server_version"].split(".")[0]) >= 12
    assert (sizes["axflow_entries"].rows, sizes["axflow_projects"].rows) == (1, 1)
    entries = sizes["axflow_entries"].size
    assert entries is not None
    assert entries >= 4 * 4096  # itself and three indexes
    assert "axflow_timers" in sizes


@pytest.mark.postgres
def test_a_schema_is_measured_where_it_is(empty_postgres_url: str) -> None:
    from axflow.store.migrate import upgrade

    upgrade(empty_postgres_url, schema="cases")
    made = create_engine(empty_postgres_url)
    with closing(Engine(made, schema="cases")) as engine:
        engine.publish("building_permit")
        assert engine.health().settings is not None
        assert {size.table: size.rows for size in engine.sizes()}["axflow_definitions"] == 1
    made.dispose()


def test_a_store_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    import sqlite3

    engine = Engine(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as other:
        other.execute("DROP TABLE axflow_timers")
        other.commit()
    found = engine.health()
    assert (found.reachable, found.backlog) == (False, None)
    assert found.problem is not None
    assert "axflow db upgrade" in found.problem
    engine.close()
