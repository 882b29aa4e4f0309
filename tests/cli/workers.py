"""Workers as processes of their own: started, watched, ended by a signal or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axflow.engine import Engine
from axflow.testing import SettableClock
from tests.engine.flow import people

ROOT = Path(__file__).parents[2]


class WorkerProcess:
    """`axflow worker --json` in a process of its own. `passes` grows while it runs."""

    def __init__(self, url: str, *arguments: str, **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AXFLOW_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "axflow", "worker", "--json", "--db", url, *arguments],
            env={**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.passes: list[dict[str, Any]] = []
        self.told: list[str] = []
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_passes, self._read_told)]
        for reader in self._readers:
            reader.start()

    def _read_passes(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # a killed one may leave half a line
                self.passes.append(json.loads(line))

    def _read_told(self) -> None:
        assert self.process.stderr is not None
        self.told.extend(self.process.stderr)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._wait()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and give its exit code."""
        self.process.send_signal(number)
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait(30)
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        assert "Traceback" not in "".join(self.told), "".join(self.told)
        return code


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; fail where it takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.01)


def late_projects(url: str, count: int) -> list[str]:
    """Projects whose deadline passed some weeks ago; every third stands on hold instead, whose review is late."""
    engine = Engine(url, clock=SettableClock(datetime.now(UTC) - timedelta(days=200)))
    who = people(engine)
    found = []
    for number in range(count):
        id = engine.open("repair", firm="acme", actor=who["clerk"], id=f"p{number:04}").id
        engine.send(id, "start", actor=who["clerk"])
        if number % 3 == 0:
            engine.hold(id, "paused", actor=who["clerk"], reason="waiting for a part")
        found.append(id)
    engine.close()
    return found
