"""The five steps as a DBOS workflow, each a durable step that returns a word."""

from __future__ import annotations

import logging
from pathlib import Path

from tests.benchmarks.five_steps import EXACTLY, STEPS, missing
from tests.benchmarks.machines import durable_sqlite
from tests.benchmarks.measure import Contender


def prepared_sqlite(folder: Path) -> str:
    """The URL of a new file in WAL mode, which stays so; synchronous is FULL by default."""
    path = folder / "dbos.db"
    durable_sqlite(path).close()
    return f"sqlite:///{path}"


def dbos(url: str) -> Contender:
    """DBOS with its tables in `url`. There is one DBOS in a process at a time: it is ended by `close`."""
    try:
        from dbos import DBOS
    except ImportError as error:
        raise missing("dbos", error) from error
    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS(config={"name": "five-steps", "system_database_url": url, "log_level": "ERROR", "enable_otlp": False})

    @DBOS.step()
    def step(name: str) -> str:
        return name

    @DBOS.workflow()
    def process() -> list[str]:
        return [step(name) for name in STEPS]

    DBOS.launch()

    def run(times: int) -> None:
        for _ in range(times // len(STEPS)):
            if process() != list(STEPS):
                raise AssertionError("the process should have gone through its steps")

    return Contender(
        "DBOS, a workflow of five steps", run, lambda: DBOS.destroy(destroy_registry=True), exactly=EXACTLY
    )
