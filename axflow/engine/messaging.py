"""Messages: what others should hear of. At least once, in order for each project, also with several consumers.

A message is a row of the outbox, written in the transaction of the entry that it tells of. Two ways to read them:

- `messages` and `ack`, for one consumer that works in its own order.
- `lease`, then `ack` or `nack`, for several: each gets what nobody else is busy with, and of each project only the
  first message that waits. Whoever dies keeps nobody waiting for longer than the lease.

On PostgreSQL numbers are given when rows are written, and rows show when their transaction commits: a message may
appear with a number below one that was read already. Within a project numbers are the order of commits, since whoever
writes a project holds its row until the commit. So read each pass from the beginning; what was acknowledged does not
come again. Never remember a number as the place to go on from in the next pass.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from axflow.engine import notices, telemetry
from axflow.engine.core import Core
from axflow.engine.options import HostT
from axflow.engine.retrying import RETRY, RetryPolicy
from axflow.kernel.moment import utc_text
from axflow.store.protocol import Unit
from axflow.store.rows import StoredMessage

LONGEST_TEXT: Final = 500
"""Letters that are kept of a failure or a reason."""

_NEVER_SETTLED: Final = "each consumer that leased it was gone before it settled it"


class Messaging(Core[HostT]):
    """The engine's methods about messages."""

    def messages(self, after: int = 0, limit: int = 100, *, within: HostT | None = None) -> Sequence[StoredMessage]:
        """Messages that wait, in order: neither acknowledged nor dead. At least once, in order for each project.

        Parameters:
            after: number of the last message of the page before, within one pass. Begin each pass at 0.
            limit: how many at most.
        """
        return self.transactions.read(lambda unit: unit.messages(after, limit), within)

    def ack(self, message: int, *, within: HostT | None = None) -> bool:
        """Acknowledge a message: it does not come again. False where it was acknowledged before."""
        return self.transactions.write(
            lambda unit: unit.acknowledge(message), within, lambda taken: telemetry.settled("delivered", int(taken))
        )

    def lease(
        self,
        consumer: str,
        limit: int = 10,
        seconds: float = 60,
        *,
        retry: RetryPolicy = RETRY,
        within: HostT | None = None,
    ) -> Sequence[StoredMessage]:
        """Messages for this consumer alone until the lease ends: of each project the first that waits, oldest first.

        Settle each by `ack`, `nack` or `hand_back` before `leased_until`; a message that was not settled by then is
        given to the next who asks. One that was leased `retry.attempts` times and never settled becomes a dead letter.

        Parameters:
            consumer: who asks; a name that no other process uses.
            limit: how many at most.
            seconds: how long nobody else gets them, by the engine's clock.
            retry: after how many attempts a message is given up.
        """
        if not consumer or len(consumer) > LONGEST_TEXT:
            raise ValueError(f"name the consumer, in at most {LONGEST_TEXT} letters, so that a lease has a holder")
        if limit < 1 or seconds <= 0:
            raise ValueError(f"lease at least one message, for more than no time; not {limit} for {seconds} s")
        at = self.clock()
        now, until = utc_text(at), utc_text(at + timedelta(seconds=seconds))

        def act(unit: Unit) -> tuple[list[StoredMessage], list[StoredMessage]]:
            found: list[StoredMessage] = []
            buried: list[StoredMessage] = []
            while len(found) < limit and (leased := unit.lease(consumer, now, until, limit - len(found))):
                found += [message for message in leased if message.attempts <= retry.attempts]
                worn_out = [message for message in leased if message.attempts > retry.attempts]
                for message in worn_out:
                    failure = message.failure or _NEVER_SETTLED
                    unit.hand_back(message, message.attempts - 1, None, failure, now)
                    buried.append(message._replace(attempts=message.attempts - 1, failure=failure))
                if not worn_out:
                    break  # else the projects behind them have a new first message
            return found, buried

        def tell(done: tuple[list[StoredMessage], list[StoredMessage]]) -> None:
            for message in done[1]:
                notices.dead_letter(message)
            telemetry.settled("dead", len(done[1]))

        return self.transactions.write(act, within, tell)[0]

    def nack(
        self,
        message: StoredMessage,
        failure: str,
        *,
        after: timedelta | None = None,
        dead: bool = False,
        retry: RetryPolicy = RETRY,
        within: HostT | None = None,
    ) -> StoredMessage | None:
        """Say that a leased message could not be delivered; it and its project's later ones wait, or it is given up.

        Returns the message as it now stands: `not_before` says when it comes again, or `dead_at` that it does not. None
        where the lease had run out and somebody else has the message: then nothing is changed.

        Parameters:
            message: as `lease` gave it.
            failure: why, in words for operators: no secrets, nothing that the receiver sent.
            after: how long to wait, where the receiver said so; default: by `retry`.
            dead: give it up at once.
            retry: the waits, and after how many attempts to give up.
        """
        now = self.clock()
        failure = _line(failure) or "no reason given"
        wait = after if after is not None else retry.wait(message.attempts, random.random())
        given_up = dead or message.attempts >= retry.attempts
        settled = message._replace(
            leased_by=None,
            leased_until=None,
            not_before=None if given_up else utc_text(now + max(wait, timedelta())),
            failure=failure,
            dead_at=utc_text(now) if given_up else None,
        )

        def tell(held: bool) -> None:
            if held:
                telemetry.settled("dead" if given_up else "failed")
            if held and given_up:
                notices.dead_letter(settled)

        held = self.transactions.write(
            lambda unit: unit.hand_back(message, settled.attempts, settled.not_before, failure, settled.dead_at),
            within,
            tell,
        )
        return settled if held else None

    def hand_back(self, message: StoredMessage, *, within: HostT | None = None) -> bool:
        """Give a leased message back without an attempt: it waits as before. False where the lease had run out."""
        before = (message.attempts - 1, message.not_before, message.failure, None)
        return self.transactions.write(lambda unit: unit.hand_back(message, *before), within)

    def dead_letters(
        self, after: int = 0, limit: int = 100, *, dropped: bool = False, within: HostT | None = None
    ) -> Sequence[StoredMessage]:
        """Messages that could not be delivered, in order: those that stand, or those that were dropped."""
        return self.transactions.read(lambda unit: unit.dead_letters(after, limit, dropped), within)

    def retry_message(self, message: int, *, within: HostT | None = None) -> bool:
        """Let a dead letter, or a message that was put off, wait as if no attempt had been made.

        It comes before the later messages of its project that still wait; those that were delivered meanwhile were
        delivered before it. False where it is gone, dropped, or leased just now.
        """
        now = utc_text(self.clock())
        return self.transactions.write(lambda unit: unit.revive(message, now), within)

    def drop_message(self, message: int, reason: str, *, within: HostT | None = None) -> bool:
        """Give a message up for good. It is kept, with the reason, among the dropped dead letters.

        False where it is gone, dropped already, or leased just now. `ValueError` without a reason.
        """
        kept = _line(reason)
        if not kept:
            raise ValueError("say why the message is dropped: whoever misses it will ask")
        now = utc_text(self.clock())
        return self.transactions.write(lambda unit: unit.drop(message, now, kept), within)


def _line(text: str) -> str:
    """A text in one line that a terminal can show, cut to what is kept."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST_TEXT]
