"""The store on PostgreSQL keeps the contract, whatever engine it is given, and says clearly what went wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from axflow.store.errors import Busy, Conflict, StoreError
from axflow.store.migrate import upgrade
from axflow.store.postgres import PostgresStore
from axflow.testing import StoreContract
from axflow.testing.rows import entry_of, project_of, write
from axflow.testing.writers_contract import WritersContract, add_one, together
from tests.postgres import Server

pytestmark = pytest.mark.postgres


class TestPostgresStore(StoreContract):
    """The contract, on a database of its own."""

    @pytest.fixture
    def store(self, postgres_url: str) -> Iterator[PostgresStore]:
        store = PostgresStore(postgres_url)
        yield store
        store.close()


class TestHostEngine(WritersContract):
    """Several writers on a host's engine, in a schema: what isolation the engine has by default does not matter."""

    @pytest.fixture(params=["SERIALIZABLE", "AUTOCOMMIT", "of the server"])
    def store(self, empty_postgres_url: str, request: pytest.FixtureRequest) -> Iterator[PostgresStore]:
        if request.param == "of the server":
            engine = create_engine(with_options(empty_postgres_url, "default_transaction_isolation=serializable"))
        else:
            engine = create_engine(empty_postgres_url, isolation_level=request.param)
        upgrade(engine, schema="cases")
        store = PostgresStore(engine, schema="cases")
        yield store
        store.close()
        with engine.connect() as connection:
            assert connection.connection.driver_connection.autocommit is (request.param == "AUTOCOMMIT")
            if request.param != "AUTOCOMMIT":
                assert connection.get_isolation_level() == "SERIALIZABLE"
            assert connection.scalar(text("SELECT to_regclass('axflow_entries')")) is None
        engine.dispose()


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    """A store with one project."""
    store = PostgresStore(postgres_url)
    with store.writing() as unit:
        write(unit, project_of("p1"), entry_of("p1", 1))
    yield store
    store.close()


@pytest.fixture
def beside(postgres_url: str) -> Iterator[Engine]:
    """An engine to look into the database, and to meddle with it."""
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def asked(engine: Engine, statement: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(statement)).all()


def with_options(url: str, *options: str) -> str:
    """The URL, with settings for every session."""
    made = make_url(url).update_query_dict({"options": " ".join(f"-c{option}" for option in options)})
    return made.render_as_string(hide_password=False)


def test_what_is_kept_outlives_the_store(store: PostgresStore, postgres_url: str) -> None:
    again = PostgresStore(postgres_url.replace("postgresql+psycopg://", "postgresql://"))
    assert again.secret == store.secret
    with again.reading() as unit:
        assert len(unit.entries("p1")) == 1
    again.close()


def test_one_secret_is_made_by_many(postgres_url: str) -> None:
    stores = [PostgresStore(postgres_url) for _ in range(4)]
    secrets = together(*[lambda store=store: store.secret for store in stores])
    assert len(set(map(str, secrets))) == 1
    assert isinstance(secrets[0], bytes)
    for store in stores:
        store.close()


def test_an_empty_database_is_refused_and_stays_empty(empty_postgres_url: str) -> None:
    with pytest.raises(StoreError, match=r"no axflow tables; .* run `axflow db upgrade`"):
        PostgresStore(empty_postgres_url)
    with pytest.raises(StoreError, match=r"schema=cases has no axflow tables"):
        PostgresStore(empty_postgres_url, schema="cases")
    engine = create_engine(empty_postgres_url)
    assert asked(engine, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    engine.dispose()


def test_tables_of_another_version_are_refused(store: PostgresStore, beside: Engine, postgres_url: str) -> None:
    asked(beside, "UPDATE axflow_version SET version_num = '0000' RETURNING 1")
    with pytest.raises(StoreError, match="version 0000"):
        PostgresStore(postgres_url)


def test_a_database_in_another_encoding_is_refused(postgres: Server) -> None:
    latin = postgres.create(encoding="LATIN1")
    with pytest.raises(StoreError, match="LATIN1; axflow needs a database with encoding UTF8"):
        PostgresStore(latin)
    postgres.drop(latin)


def test_what_cannot_be_reached_is_said_so(postgres_url: str) -> None:
    nowhere = make_url(postgres_url).set(database="nowhere", password="geheim")
    with pytest.raises(StoreError, match=r"/nowhere.*no connection could be made.*does not exist") as raised:
        PostgresStore(nowhere)
    assert "geheim" not in str(raised.value)


def test_a_server_that_is_down_is_said_so(tmp_path: Path) -> None:
    """Nobody listens: nothing was lost, since nothing was begun."""
    with pytest.raises(StoreError, match="no connection could be made") as raised:
        PostgresStore(f"postgresql://kim@/flows?host={tmp_path}")
    assert "lost" not in str(raised.value)


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "postgresql+asyncpg"])
def test_another_driver_is_refused_with_the_fix(driver: str, postgres_url: str) -> None:
    with pytest.raises(StoreError, match=r"works through postgresql\+psycopg, not postgresql\+"):
        PostgresStore(postgres_url.replace("postgresql+psycopg", driver))


def test_an_async_engine_is_refused(postgres_url: str) -> None:
    with pytest.raises(StoreError, match=r"works through postgresql\+psycopg, not postgresql\+psycopg in async form"):
        PostgresStore(create_async_engine(postgres_url).sync_engine)


def test_a_missing_driver_is_named_with_the_command_that_installs_it() -> None:
    """In a process where it cannot be imported, as in a plain installation."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from axflow.cli.running import run\n"
        "sys.exit(run(['project', 'list', '--db', 'postgresql://kim:geheim@db/flows']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'axflow[postgres]'" in done.stderr
    assert "geheim" not in done.stderr
    assert "Traceback" not in done.stderr


def test_who_may_only_select_can_read(store: PostgresStore, beside: Engine, postgres_url: str) -> None:
    secret = store.secret
    role = f"reader_{make_url(postgres_url).database}"
    with beside.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    try:
        reader = PostgresStore(with_options(postgres_url, f"role={role}"))
        assert reader.secret == secret
        with reader.reading() as unit:
            assert len(unit.entries("p1")) == 1
        with pytest.raises(StoreError, match="has not the right"), reader.writing() as unit:
            add_one(unit)
        reader.close()
    finally:
        with beside.connect() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


def test_who_may_not_even_select_is_told_so(store: PostgresStore, beside: Engine, postgres_url: str) -> None:
    role = f"nobody_{make_url(postgres_url).database}"
    with beside.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
    try:
        with pytest.raises(StoreError, match="has not the right"):
            PostgresStore(with_options(postgres_url, f"role={role}"))
    finally:
        with beside.connect() as connection:
            connection.execute(text(f"DROP ROLE {role}"))


def test_a_session_that_may_only_read_keeps_nothing(store: PostgresStore, postgres_url: str) -> None:
    reader = PostgresStore(with_options(postgres_url, "default_transaction_read_only=on"))
    with reader.reading() as unit:
        assert unit.head("p1") is not None
    with pytest.raises(StoreError, match="only reading is possible"), reader.writing() as unit:
        unit.set_meta("x", b"1")
    reader.close()
    with store.reading() as unit:
        assert unit.meta("x") is None


def kill(engine: Engine) -> int:
    """End all other connections to the database, as a restart would; how many there were."""
    found = asked(
        engine,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    return len(found)


def test_connections_that_died_in_the_pool_are_replaced_unseen(store: PostgresStore, beside: Engine) -> None:
    def hold(gate: threading.Barrier) -> None:
        with store.reading() as unit:
            unit.head("p1")
            gate.wait()

    gate = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hold, [gate] * 4))
    assert kill(beside) == 4
    with store.writing() as unit:
        assert add_one(unit) == 2
    with store.reading() as unit:
        assert len(unit.entries("p1")) == 2


def test_a_connection_lost_in_a_transaction_ends_it_and_the_next_works(store: PostgresStore, beside: Engine) -> None:
    with pytest.raises(StoreError, match=r"connection was lost .* safe to repeat"), store.writing() as unit:
        add_one(unit)
        unit.entries("p1")
        assert kill(beside) == 1
        unit.claimed("x")
    with pytest.raises(StoreError, match="connection was lost"), store.reading() as unit:
        assert len(unit.entries("p1")) == 1
        assert kill(beside) == 1
    with store.writing() as unit:
        assert add_one(unit) == 2


def test_an_error_that_is_passed_over_does_not_pass_for_success(store: PostgresStore) -> None:
    """PostgreSQL answers COMMIT after a failed statement with ROLLBACK, and without an error."""
    with pytest.raises(StoreError, match="nothing was kept"), store.writing() as unit:
        add_one(unit)
        unit.entries("p1")
        with suppress(Exception):
            unit.set_meta("x", None)  # type: ignore[arg-type]
    with store.reading() as unit:
        assert len(unit.entries("p1")) == 1


def test_an_exception_of_the_caller_passes_through(store: PostgresStore) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing() as unit:
        add_one(unit)
        unit.entries("p1")
        raise KeyboardInterrupt
    with store.writing() as unit:
        assert add_one(unit) == 2


def test_a_second_transaction_in_one_thread_is_refused(store: PostgresStore) -> None:
    with store.writing(), pytest.raises(StoreError, match="in a transaction"), store.reading():
        pass
    with store.reading() as unit:
        assert unit.head("p1") is not None


def in_thread(act: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def test_who_will_not_wait_is_told_at_once(store: PostgresStore) -> None:
    with store.writing() as unit:
        write(unit, project_of("p2"), entry_of("p2", 1))

    def second() -> str:
        with store.writing() as unit:
            with pytest.raises(Busy, match="'p1'"):
                unit.lock("p1", wait=False)
            assert unit.lock("none", wait=False) is None
            assert unit.lock("p2", wait=False) is not None
            unit.claim("x", "p2", "e1")
        return "through"

    with store.writing() as unit:
        assert unit.lock("p1") is not None
        assert in_thread(second) == "through"
    with store.reading() as unit:
        assert unit.claimed("x") == ("p2", "e1")


def test_rows_that_refer_to_a_locked_project_can_be_written(store: PostgresStore, beside: Engine) -> None:
    """A host's own tables may refer to projects, and need not wait for the engine."""
    with beside.connect() as connection:
        connection.execute(text("CREATE TABLE orders (project text REFERENCES axflow_projects (id))"))
        with store.writing() as unit:
            add_one(unit)
            connection.execute(text("SET lock_timeout = '2s'"))
            connection.execute(text("INSERT INTO orders VALUES ('p1')"))
    assert asked(beside, "SELECT project FROM orders") == [("p1",)]


def test_two_that_wait_for_each_other_are_told_to_try_again(store: PostgresStore) -> None:
    with store.writing() as unit:
        write(unit, project_of("p2"), entry_of("p2", 1))
    both = threading.Barrier(2)

    def take(first: str, second: str) -> str:
        with store.writing() as unit:
            unit.lock(first)
            both.wait()
            unit.lock(second)
        return "through"

    told = together(lambda: take("p1", "p2"), lambda: take("p2", "p1"))
    assert sorted(type(one).__name__ for one in told) == ["Conflict", "str"]
    assert "waited for each other" in str(next(one for one in told if isinstance(one, Conflict)))


def test_a_lock_timeout_is_a_conflict(store: PostgresStore, postgres_url: str) -> None:
    hasty = PostgresStore(with_options(postgres_url, "lock_timeout=50ms"))

    def second() -> None:
        with pytest.raises(Conflict, match="lock_timeout"), hasty.writing() as unit:
            unit.lock("p1")

    with store.writing() as unit:
        unit.lock("p1")
        in_thread(second)
    hasty.close()


def test_a_pool_without_a_free_connection_says_so(store: PostgresStore, postgres_url: str) -> None:
    engine = create_engine(postgres_url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    narrow = PostgresStore(engine)

    def second() -> None:
        with pytest.raises(StoreError, match="no connection came free"), narrow.reading():
            pass

    with narrow.reading():
        in_thread(second)
    narrow.close()
    with narrow.reading() as unit:  # the pool is the host's, and still there
        assert unit.head("p1") is not None
    engine.dispose()
