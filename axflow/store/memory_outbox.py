"""The outbox in memory: messages that wait, leases on them, dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from axflow.kernel.decision import Message
from axflow.store.rows import StoredMessage

if TYPE_CHECKING:
    from axflow.store.memory import State


class MemoryOutbox:
    """The part of a transaction that is about messages."""

    _state: State

    if TYPE_CHECKING:

        def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None: ...

        def _drop(self, table: dict[Any, Any], key: Any) -> bool: ...

    def post(self, project: str, message: Message) -> None:
        """Put a message into the outbox."""
        self._state.posted += 1  # a number that was given is not given again, not even after an undo
        row = StoredMessage(
            self._state.posted, project, message.seq, message.kind, tuple(message.to), dict(message.data)
        )
        self._put(self._state.outbox, row.id, row)

    def messages(self, after: int, limit: int) -> Sequence[StoredMessage]:
        """Messages neither acknowledged nor dead, in order."""
        return [message for message in self._kept() if message.id > after and message.dead_at is None][:limit]

    def acknowledge(self, message: int) -> bool:
        """Take a message out of the outbox."""
        return self._drop(self._state.outbox, message)

    def lease(self, consumer: str, now: str, until: str, limit: int) -> Sequence[StoredMessage]:
        """Lease the first message that waits of each project."""
        first: dict[str, StoredMessage] = {}
        for message in self._kept():
            if message.dead_at is None:
                first.setdefault(message.project, message)
        found = [m for m in first.values() if not _leased(m, now) and (m.not_before is None or m.not_before <= now)]
        return [
            self._set(m, attempts=m.attempts + 1, leased_by=consumer, leased_until=until)
            for m in sorted(found, key=lambda m: m.id)[:limit]
        ]

    def hand_back(
        self, leased: StoredMessage, attempts: int, not_before: str | None, failure: str | None, dead_at: str | None
    ) -> bool:
        """End a lease and set how the delivery stands."""
        kept = self._state.outbox.get(leased.id)
        if kept is None or (kept.leased_by, kept.attempts) != (leased.leased_by, leased.attempts):
            return False
        self._set(
            kept, attempts=attempts, not_before=not_before, leased_by=None, leased_until=None, failure=failure,
            dead_at=dead_at,
        )  # fmt: skip
        return True

    def dead_letters(self, after: int, limit: int, dropped: bool) -> Sequence[StoredMessage]:
        """Dead letters, in order."""
        dead = [message for message in self._kept() if message.id > after and message.dead_at is not None]
        return [message for message in dead if (message.dropped_at is not None) is dropped][:limit]

    def revive(self, message: int, now: str) -> bool:
        """Let a message wait as if no attempt had been made."""
        kept = self._idle(message, now)
        if kept is not None:
            self._set(kept, attempts=0, not_before=None, leased_by=None, leased_until=None, dead_at=None)
        return kept is not None

    def drop(self, message: int, now: str, reason: str) -> bool:
        """Give a message up, for a reason that is kept with it."""
        kept = self._idle(message, now)
        if kept is not None:
            self._set(
                kept, leased_by=None, leased_until=None, dead_at=kept.dead_at or now, dropped_at=now,
                dropped_reason=reason,
            )  # fmt: skip
        return kept is not None

    def _kept(self) -> list[StoredMessage]:
        return [self._state.outbox[id] for id in sorted(self._state.outbox)]

    def _idle(self, message: int, now: str) -> StoredMessage | None:
        kept = self._state.outbox.get(message)
        return None if kept is None or kept.dropped_at is not None or _leased(kept, now) else kept

    def _set(self, message: StoredMessage, **parts: Any) -> StoredMessage:
        changed = message._replace(**parts)
        self._put(self._state.outbox, message.id, changed)
        return changed


def _leased(message: StoredMessage, now: str) -> bool:
    return message.leased_until is not None and message.leased_until > now
