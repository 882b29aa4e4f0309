"""What every test runs under: how many at once, Hypothesis profiles, skips that CI refuses, databases to test on."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.postgres import Server

try:
    import fcntl
except ImportError:  # Windows has none; there, tests that want the machine alone share it
    fcntl = None  # type: ignore[assignment]

# A shared machine stalls now and then, so no deadline and no complaint about slow examples. `derandomize` keeps a red
# run red until somebody mends it.
settings.register_profile(
    "ci",
    max_examples=150,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("AXFLOW_CI") == "1" else "dev")

# CI has git, the shared vectors, PostgreSQL and every extra; only what no single machine has may be skipped there.
ALLOWED_SKIPS = ("only on Windows", "only on macOS", "only on Python")

TOGETHER = ("tests/packaging/test_wheel.py", "tests/cli/test_demo.py")
"""Files whose tests share what takes long to make: a built wheel, a played demo. The mark `xdist_group` would say so
beside the tests, but xdist 3.8 does not see it under pytest 9.2."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """`-n auto` stands in pyproject.toml: the whole suite runs on every core, whatever is named runs in this process.

    What somebody names they want to see at once and to debug; `-n 2` shares that out too.
    """
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.collectonly:
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores if cores and cores > 1 else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Each test goes to the worker that is free first; files in `TOGETHER` stay whole and begin first."""
    from xdist.scheduler import LoadScopeScheduling

    if config.option.dist != "load":
        return None  # somebody asked for another order

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return Scheduling(config, log)


@contextmanager
def _locked(file: IO[str], how: int) -> Iterator[None]:
    fcntl.flock(file, how)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Among workers, a test marked `alone` waits until the others stand still, and holds them until it is done.

    Who wants to run passes the door one at a time and takes a place in the room; who wants the room alone stays in the
    door until it is empty, so nobody can keep it waiting by coming again.
    """
    worker = getattr(item.config, "workerinput", None)
    if worker is None or fcntl is None:
        return (yield)
    folder = Path(worker["alone"])
    with (folder / "door").open("w") as door, (folder / "room").open("w") as room:
        if item.get_closest_marker("alone") is not None:
            with _locked(door, fcntl.LOCK_EX), _locked(room, fcntl.LOCK_EX):
                return (yield)
        with _locked(door, fcntl.LOCK_EX):
            fcntl.flock(room, fcntl.LOCK_SH)
        return (yield)  # closing the file leaves the room


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker where door and room are."""
    node.workerinput["alone"] = str(_meeting_place(node.config))


def _meeting_place(config: pytest.Config) -> Path:
    if not hasattr(config, "_axflow_alone"):
        folder = TemporaryDirectory(prefix="axflow-tests-")
        config.add_cleanup(folder.cleanup)
        config._axflow_alone = Path(folder.name)  # type: ignore[attr-defined]
    return config._axflow_alone  # type: ignore[attr-defined, no-any-return]


def _skip_reason(longrepr: object) -> str:
    if isinstance(longrepr, tuple) and len(longrepr) == 3:
        return str(longrepr[2]).removeprefix("Skipped: ")
    return str(longrepr)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure under AXFLOW_CI=1, unless its reason is allowed: CI must not pass by not looking."""
    if os.environ.get("AXFLOW_CI") != "1" or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = _skip_reason(report.longrepr)
    if not reason.startswith(ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: skipped in CI, which must have what it asks for: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this run; each worker of pytest-xdist has its own."""
    from tests.postgres import NoServer, server

    with ExitStack() as running:
        try:
            found = running.enter_context(server())
        except NoServer as error:
            pytest.skip(str(error))
        yield found


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[URL]:
    """A database with axflow's tables, to copy."""
    from axflow.store.migrate import upgrade

    made = postgres.create()
    upgrade(made)
    yield made
    postgres.drop(made)


@pytest.fixture
def empty_postgres_url(postgres: Server) -> Iterator[str]:
    """A new PostgreSQL database without tables."""
    made = postgres.create()
    yield made.render_as_string(hide_password=False)
    postgres.drop(made)


@pytest.fixture
def postgres_url(postgres: Server, postgres_template: URL) -> Iterator[str]:
    """A new PostgreSQL database with axflow's tables."""
    made = postgres.create(postgres_template)
    yield made.render_as_string(hide_password=False)
    postgres.drop(made)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database with axflow's tables, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'axflow.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
