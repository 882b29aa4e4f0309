"""What every process that is killed needs is loaded once, in the server that they are forked from."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy import make_url

from axflow.engine import Engine
from axflow.store.database import database_of
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.faults.steps import ACTS, do, prepare


def warm() -> None:
    """Do each act once, on a database that is thrown away; nothing stays open."""
    for name in ("victim", "writers"):
        import_module(f"tests.faults.{name}")
    database_of(make_url("postgresql+psycopg://").get_dialect()())  # compiles the statements
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with TemporaryDirectory(prefix="axflow-faults-") as folder:
        clock = SettableClock()
        engine = Engine(Path(folder) / "axflow.db", clock=clock)
        people(engine)
        for act in ACTS:
            for step in prepare(engine, clock, act, act):
                do(engine, step)
        engine.close()


warm()
