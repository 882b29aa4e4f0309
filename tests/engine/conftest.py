"""Every test of the engine runs on memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.flow import people


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock) -> Iterator[Engine]:
    if request.param == "memory":
        made = Engine.memory(clock=clock)
    else:
        sqlite = request.param == "sqlite"
        made = Engine(tmp_path / "a.db" if sqlite else request.getfixturevalue("postgres_url"), clock=clock)
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
