"""For those who build on axflow: the store's contract, an engine on memory, a clock to set, and plain assertions."""

from __future__ import annotations

from axflow.testing.contract import StoreContract

__all__ = ["StoreContract"]
