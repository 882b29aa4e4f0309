"""Carrying messages to a webhook: lease, post, acknowledge or put off. Any number of processes may do it at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from axflow.engine import Engine, RetryPolicy
from axflow.engine.retrying import RETRY
from axflow.interchange.cloud_events import SOURCE, NoEntry, checked_source, cloud_event
from axflow.interchange.webhook import Answer, Webhook
from axflow.kernel.moment import utc_parse
from axflow.store.rows import StoredMessage

BATCH: Final = 10
"""Messages leased at once: what a killed process keeps from the others until the lease ends."""
LONGEST_REST: Final = timedelta(minutes=1)


class Delivered(NamedTuple):
    """What one run did."""

    delivered: int = 0
    put_off: int = 0
    dead: int = 0
    why: str | None = None
    """The last failure, in words."""
    resting_until: datetime | None = None
    """The receiver is left alone until then."""


class Delivery:
    """Carries the messages of an engine to a webhook.

    A receiver that cannot be reached, or asks for patience, is left alone for a while, twice as long each time and at
    most a minute or what it asked for: one message is the probe, and the others lose no attempt.

    Parameters:
        engine: whose messages.
        webhook: the receiver.
        consumer: a name that no other process uses.
        source: a URI that names this installation in each event.
        retry: the waits between attempts, and their number.
    """

    def __init__(
        self,
        engine: Engine,
        webhook: Webhook,
        *,
        consumer: str,
        source: str = SOURCE,
        retry: RetryPolicy = RETRY,
    ) -> None:
        self._engine = engine
        self._webhook = webhook
        self._consumer = consumer
        self._source = checked_source(source)
        self._retry = retry
        # An attempt begins only where it must end within the lease, so that nothing arrives after what follows it.
        self._attempt = webhook.timeout + max(1.0, webhook.timeout / 2)  # and what clocks of hosts may differ by
        self._lease_seconds = 4 * self._attempt
        self._rests = 0
        self._resting_until: datetime | None = None

    def run(self, limit: int = 100, *, stop: Callable[[], bool] | None = None) -> Delivered:
        """Deliver what waits.

        Parameters:
            limit: how many attempts at most.
            stop: asked before each attempt; once it gives True, the rest is handed back.

        Raises `StoreError` where the store fails; what was not settled by then is delivered again after its lease.
        """
        done = Delivered()
        asked = 0
        while asked < limit and not self._resting() and not (stop is not None and stop()):
            batch = min(BATCH, limit - asked)
            leased = self._engine.lease(self._consumer, batch, self._lease_seconds, retry=self._retry)
            if not leased:
                break
            for message in leased:
                if self._resting() or (stop is not None and stop()) or not self._room(message):
                    self._engine.hand_back(message)
                else:
                    asked += 1
                    done = self._deliver(message, done)
        return done._replace(resting_until=self._resting_until if self._resting() else None)

    def _resting(self) -> bool:
        return self._resting_until is not None and self._engine.clock() < self._resting_until

    def _room(self, message: StoredMessage) -> bool:
        left = utc_parse(str(message.leased_until)) - self._engine.clock()
        return left.total_seconds() >= self._attempt

    def _deliver(self, message: StoredMessage, done: Delivered) -> Delivered:
        try:
            event = cloud_event(self._engine, message, self._source)
        except NoEntry as error:
            answer = Answer("gone", str(error))
        else:
            answer = self._webhook.post(event, self._engine.clock())
        if answer.kind == "delivered":
            self._rests = 0
            self._engine.ack(message.id)
            return done._replace(delivered=done.delivered + 1)
        if answer.kind in ("later", "unreachable"):
            self._rest(answer.after)
        settled = self._engine.nack(
            message, answer.why, after=answer.after, dead=answer.kind == "gone", retry=self._retry
        )  # fmt: skip
        if settled is not None and settled.dead_at is not None:
            return done._replace(dead=done.dead + 1, why=answer.why)
        return done._replace(put_off=done.put_off + 1, why=answer.why)

    def _rest(self, asked: timedelta | None) -> None:
        usual = min(timedelta(seconds=2.0 ** min(self._rests, 10)), LONGEST_REST) * (1 + random.random()) / 2
        self._rests += 1
        self._resting_until = self._engine.clock() + (asked or usual)
