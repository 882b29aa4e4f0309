"""Whose transaction an act runs in: one of the engine's own, tried again where somebody was faster, or the host's."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from random import uniform
from typing import Any, Final, TypeVar

from axflow.store.errors import Conflict
from axflow.store.protocol import Store, Unit

MOST_TRIES: Final = 6
"""How often an act is tried in transactions of its own before its `Conflict` is handed on."""
LONGEST: Final = 5.0
"""Seconds after which it is not tried again: whoever waited that long is better told."""
FIRST_PAUSE: Final = 0.01
"""Seconds of the first pause at most; each later one is twice as long, and all are drawn at random below that."""

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
            result = self._own(act)
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
        since = time.monotonic()
        pause = FIRST_PAUSE
        for _ in range(MOST_TRIES - 1):
            try:
                with self.store.writing() as unit:
                    return act(unit)
            except Conflict:
                if time.monotonic() - since > LONGEST:
                    raise
            self._pause(uniform(0, pause))
            pause *= 2
        with self.store.writing() as unit:
            return act(unit)
