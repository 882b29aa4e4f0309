"""Every test of the engine runs on Engine and on AsyncEngine, on memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from axflow.engine import Engine
from axflow.engine.asynchronous import AsyncEngine
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.driven import Loop, driven
from tests.engine.flow import people

KINDS = [
    "memory",
    "sqlite",
    pytest.param("psycopg", marks=pytest.mark.postgres),
    "async memory",
    "aiosqlite",
    pytest.param("asyncpg", marks=pytest.mark.postgres),
    pytest.param("async psycopg", marks=pytest.mark.postgres),
]
URLS = {
    "sqlite": "sqlite",
    "aiosqlite": "sqlite+aiosqlite",
    "psycopg": "postgresql+psycopg",
    "asyncpg": "postgresql+asyncpg",
    "async psycopg": "postgresql+psycopg",
}


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


def url_for(kind: str, request: pytest.FixtureRequest) -> str:
    """A new database with axflow's tables, by the driver of a kind of engine."""
    if "sqlite" in kind:
        folder: Path = request.getfixturevalue("tmp_path")
        return f"{URLS[kind]}:///{folder / 'a.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return URLS[kind] + found[found.index("://") :]


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, clock: SettableClock) -> Iterator[Engine]:
    kind: str = request.param
    if kind == "memory":
        made = Engine.memory(clock=clock)
    elif kind in ("sqlite", "psycopg"):
        made = Engine(url_for(kind, request), clock=clock)
    else:
        loop: Loop = request.getfixturevalue("loop")
        options: dict[str, Any] = {"clock": clock}
        asynchronous = (
            AsyncEngine.memory(**options) if kind == "async memory" else AsyncEngine(url_for(kind, request), **options)
        )
        made = driven(asynchronous, loop)
    yield made
    made.close()


@pytest.fixture
def who(engine: Engine) -> dict[str, Actor]:
    return people(engine)


@pytest.fixture
def project(engine: Engine, who: dict[str, Actor]) -> str:
    return engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id


@pytest.fixture(autouse=True)
def _no_logging_left() -> Iterator[None]:
    """Looking at what is announced configures structlog; the tests after it begin without."""
    yield
    structlog.reset_defaults()
