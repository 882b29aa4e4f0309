"""Which machine and which versions a run was made with, in words that name no host and no folder."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

_PACKAGES = (
    "axflow", "transitions", "pydantic", "sqlalchemy", "structlog", "typer", "ruamel.yaml", "cryptography",
    "psycopg", "python-statemachine", "eventsourcing", "cel-python", "common-expression-language", "dbos",
    "SpiffWorkflow",
)  # fmt: skip


def processor() -> str:
    """The processor's name as its maker writes it, and how many cores this process may use."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    except OSError:
        pass  # no such file on this system; the name above stands
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"


def load() -> str:
    """How busy the machine was: what others do on it is in every time."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    return "load {:.1f} in the last minute, {:.1f} in the last five".format(*os.getloadavg()[:2])


def versions() -> list[str]:
    """Python, SQLite and the packages that a run measures."""
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} (from the checkout)" if name == "axflow" else f"{name} (absent)")
    return found


def fsync_seconds(folder: Path, times: int = 50) -> float:
    """Median time of one durable 4 KiB write in this folder: every durable send pays it at least once."""
    taken: list[float] = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(times):
            file.write(b"\1" * 4096)
            start = perf_counter()
            os.fsync(file.fileno())
            taken.append(perf_counter() - start)
    return statistics.median(taken)
