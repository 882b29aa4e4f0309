"""The asynchronous store keeps the contract, on each of its drivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from axflow.store.asynchronous import AsyncStore
from axflow.testing import StoreContract
from tests.store.portal import Portal


class AwaitedContract(StoreContract):
    """The contract, with each call awaited."""

    @pytest.fixture
    def store(self, url: str) -> Iterator[Portal]:  # type: ignore[override]
        made = Portal(AsyncStore(url))
        yield made
        made.close()


class TestOnAiosqlite(AwaitedContract):
    """On a file."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"


@pytest.mark.postgres
class TestOnAsyncpg(AwaitedContract):
    """On PostgreSQL by asyncpg."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url.replace("+psycopg", "+asyncpg")


@pytest.mark.postgres
class TestOnPsycopg(AwaitedContract):
    """On PostgreSQL by psycopg."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
