"""What every test runs under: Hypothesis profiles, in CI a skip counts as a failure, and databases to test on."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.postgres import Server

# A shared CI machine stalls now and then, so no deadline. `derandomize` keeps a red run red until somebody mends it.
settings.register_profile(
    "ci",
    max_examples=150,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", max_examples=100, deadline=None)
settings.load_profile("ci" if os.environ.get("AXFLOW_CI") == "1" else "dev")

# CI has git, the shared vectors, PostgreSQL and every extra; only what no single machine has may be skipped there.
ALLOWED_SKIPS = ("only on Windows", "only on macOS", "only on Python")


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
