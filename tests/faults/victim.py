"""The process that is killed: it does its steps and acknowledges each on a pipe once the call has returned."""

from __future__ import annotations

import json
import os
import threading
import traceback
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from axflow.engine import Engine
from axflow.testing import SettableClock
from tests.faults.death import Death, on_postgres, on_sqlite
from tests.faults.steps import Step, do


class Job(NamedTuple):
    """What to do, and when to die."""

    url: str
    now: datetime
    steps: list[Step]
    point: str
    step: int
    place: float


def run(job: Job, pipe: Connection) -> None:
    """Do the steps. Tells `r` when it begins, `a` with number and outcomes for each step, `e` when all are done."""
    out = pipe.fileno()
    try:
        _work(job, Death(job.point, job.step, job.place, out))
    except BaseException:
        os.write(out, f"x{json.dumps(traceback.format_exc())}\n".encode())
        os._exit(1)


def _work(job: Job, death: Death) -> None:
    database: Any = job.url
    if job.url.startswith("postgresql"):
        database = on_postgres(death, job.url)
    else:
        on_sqlite(death)
    engine = Engine(database, clock=SettableClock(job.now))
    death.tell("r")
    for number, step in enumerate(job.steps):
        death.step_begins(number)
        outcomes = do(engine, step)
        death.step_ends()
        death.tell(f"a{json.dumps([number, outcomes])}")
    death.tell("e")
    threading.Event().wait()  # to be killed idle
