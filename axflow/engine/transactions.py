"""Whose transaction an act runs in: one of the engine's own, tried again where somebody was faster, or the host's."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from axflow.engine.again import again
from axflow.engine.telemetry import retried
from axflow.store.protocol import Store, Unit

_T = TypeVar("_T")


class Transactions:
    """Runs acts in transactions of a store, or of the host that is given as `within`.

    Parameters:
        store: the engine's own.
        pause: waits for so many seconds.
    """

    def __init__(self, store: Store, pause: Callable[[float], None] = time.sleep) -> None:
        self.store = store
        self._pause = pause

    def write(self, act: Callable[[Unit], _T], within: Any = None, then: Callable[[_T], object] | None = None) -> _T:
        """Run `act` in a transaction that writes, and `then`, with its result, once that is committed.

        In the host's transaction a `Conflict` is the host's: it has to begin again from its own beginning. In one of
        its own, `act` is run again, on what is there by then.
        """
        _ = self.store.secret  # made, where there is none, before a transaction begins that asks for it
        if within is None:
            result = again(partial(self._own, act), self._pause, retried)
            if then is not None:
                then(result)
            return result
        host = self.store.within(within)
        with host.writing() as unit:
            result = act(unit)
        if then is not None:
            host.once_committed(partial(then, result))
        return result

    def read(self, look: Callable[[Unit], _T], within: Any = None) -> _T:
        """Run `look` on one state: of the store, or as the host's transaction sees it."""
        _ = self.store.secret
        with (self.store if within is None else self.store.within(within)).reading() as unit:
            return look(unit)

    def _own(self, act: Callable[[Unit], _T]) -> _T:
        with self.store.writing() as unit:
            return act(unit)
