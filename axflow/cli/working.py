"""The worker's loop: pass after pass, until a signal ends it after the step in hand."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from axflow.engine import Engine, TickFailed
from axflow.store.errors import StoreError

if TYPE_CHECKING:
    from axflow.interchange.delivery import Delivered, Delivery

_NAP: Final = 0.2
"""Seconds after which a wait looks whether a signal has come. A signal's handler may only set a flag: whatever locks it
would take, the step in hand may hold."""
_LONGEST_BACKOFF: Final = 60.0
_SHORTEST_SHARE: Final = 5.0
"""Seconds that delivery gets in a pass before timers get their turn again."""


class Stop:
    """Whether somebody asked this process to end. The first SIGTERM or SIGINT asks; a second one ends it at once."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._asked = False

    def __call__(self) -> bool:
        return self._asked

    def __enter__(self) -> Stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: object) -> None:
        self._asked = True
        signal.signal(number, self._before[number])

    def wait(self, seconds: float) -> None:
        """Wait so long, or until somebody asks."""
        end = time.monotonic() + seconds
        while not self._asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NAP))


class Pass(NamedTuple):
    """What one pass did."""

    at: datetime
    fired: int
    """Projects that moved or changed because time passed."""
    failed: Mapping[str, Exception]
    """Projects whose timers could not be fired."""
    delivery: Delivered | None
    """None where no webhook was named."""
    seconds: float
    full: bool
    """There was more to do than a pass does: the next one follows at once."""


class Worker:
    """Lets time pass, and carries messages if there is somebody to carry them to.

    Parameters:
        engine: whose projects and messages.
        delivery: carries messages; None where nobody hears of them.
        limit: projects and messages in a pass.
        interval: seconds between the beginnings of two passes.
        told: hears of each pass.
        troubled: hears of each error of the database, and the seconds until the next try.
    """

    def __init__(
        self,
        engine: Engine,
        delivery: Delivery | None,
        *,
        limit: int,
        interval: float,
        told: Callable[[Pass], None],
        troubled: Callable[[StoreError, float], None],
    ) -> None:
        self._engine = engine
        self._delivery = delivery
        self._limit = limit
        self._interval = interval
        self._told = told
        self._troubled = troubled

    def once(self, stop: Stop) -> Pass:
        """One pass. Raises `StoreError` where the database fails."""
        at, began = self._engine.clock(), time.monotonic()
        failed: Mapping[str, Exception] = {}
        try:
            fired = self._engine.tick(self._limit, stop=stop)
        except TickFailed as error:
            fired, failed = error.fired, error.failures
        share = time.monotonic() + max(self._interval, _SHORTEST_SHARE)
        delivery = None
        if self._delivery is not None and not stop():
            delivery = self._delivery.run(self._limit, stop=lambda: stop() or time.monotonic() > share)
        attempts = delivery.delivered + delivery.put_off + delivery.dead if delivery is not None else 0
        full = fired >= self._limit or attempts >= self._limit or (attempts > 0 and time.monotonic() > share)
        done = Pass(at, fired, failed, delivery, time.monotonic() - began, full)
        self._told(done)
        return done

    def run(self, stop: Stop) -> None:
        """Pass after pass until `stop`. Errors of the database are told; each makes the next wait longer."""
        troubles = 0
        while not stop():
            began = time.monotonic()
            try:
                done = self.once(stop)
            except StoreError as error:
                pause = min(2.0 ** min(troubles, 10), _LONGEST_BACKOFF) * (1 + random.random()) / 2
                troubles += 1
                self._troubled(error, pause)
                stop.wait(pause)
            else:
                troubles = 0
                if not done.full:
                    stop.wait(self._interval - (time.monotonic() - began))
