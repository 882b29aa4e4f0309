"""A store with three projects, their history long enough to hold everything that a bundle may meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.flow import people

PROJECTS = ("p-1", "p-2", "p-3")
CLERK, CHECKER = Actor("clerk", "office"), Actor("checker", "shop")


def written(file: Path, projects: tuple[str, ...] = PROJECTS) -> Path:
    """Projects whose entries lie among one another, with a secret value, a redaction and a refusal."""
    with closing(Engine(file, clock=SettableClock())) as engine:
        people(engine)
        for id in projects:
            engine.open("repair", firm="acme", title=f"Lamp {id}", actor=CLERK, id=id)
        for id in projects:
            engine.send(id, "start", actor=CLERK, reason="오늘")
            engine.send(id, "finish", actor=CLERK)  # refused: there is no report
            values = {"serial": f"S-{id}", "grade": 4, "note": "told in confidence"}
            engine.record(id, "report", values, actor=CHECKER).require()
        for id in projects:
            engine.redact(id, 2, ["reason"], actor=CLERK, reason="asked for").require()
            engine.send(id, "finish", actor=CLERK).require()
    return file


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of that store; nobody changes it."""
    return written(tmp_path_factory.mktemp("store") / "axflow.db")


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    copy = tmp_path / "axflow.db"
    copy.write_bytes(made.read_bytes())
    return copy


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    with closing(Engine(file, clock=SettableClock())) as engine:
        yield engine
