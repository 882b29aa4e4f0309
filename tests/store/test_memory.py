"""The store in memory keeps the contract."""

from __future__ import annotations

import pytest

from axflow.store.memory import MemoryStore
from axflow.testing import StoreContract


class TestMemoryStore(StoreContract):
    """The contract, on memory."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


def test_writing_in_a_reading_transaction_leaves_nothing() -> None:
    store = MemoryStore()
    with store.reading() as unit:
        unit.set_meta("x", b"1")
    with store.reading() as unit:
        assert unit.meta("x") is None
