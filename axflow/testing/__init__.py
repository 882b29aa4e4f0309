"""For those who build on axflow: the store's contract, an engine on memory, a clock to set, and plain assertions.

In your `conftest.py`: `from axflow.testing import axflow_clock, axflow_engine`.
"""

from __future__ import annotations

from axflow.testing.contract import StoreContract
from axflow.testing.engines import SettableClock, assert_blocked, axflow_clock, axflow_engine, staff

__all__ = ["SettableClock", "StoreContract", "assert_blocked", "axflow_clock", "axflow_engine", "staff"]
