"""The outbox in SQL: messages that wait, leases on them, dead letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from axflow.store.rows import StoredMessage

if TYPE_CHECKING:
    from axflow.store.sql import Cursor
    from axflow.store.statements import Statement, Statements


class SqlOutbox:
    """The part of a transaction that is about messages; posting is not, since it is gathered with what is new."""

    _cursor: Cursor
    _sql: Statements

    if TYPE_CHECKING:

        def _run(self, statement: Statement, parameters: tuple[Any, ...]) -> None: ...

        def _seen(self, statement: Statement, *parameters: Any) -> Any: ...

        def flush(self) -> None:
            """Send what was gathered."""

    def messages(self, after: int, limit: int) -> Sequence[StoredMessage]:
        """Messages neither acknowledged nor dead, in order."""
        return [_message(row) for row in self._seen(self._sql.messages, after, limit)]

    def acknowledge(self, message: int) -> bool:
        """Take a message out of the outbox."""
        return self._changed(self._sql.drop_message, message)

    def lease(self, consumer: str, now: str, until: str, limit: int) -> Sequence[StoredMessage]:
        """Lease the first message that waits of each project."""
        found = [_message(row) for row in self._seen(self._sql.leasable, now, now, limit)]
        for message in found:
            self._run(self._sql.lease, (consumer, until, message.id))
        return [m._replace(attempts=m.attempts + 1, leased_by=consumer, leased_until=until) for m in found]

    def hand_back(
        self, leased: StoredMessage, attempts: int, not_before: str | None, failure: str | None, dead_at: str | None
    ) -> bool:
        """End a lease and set how the delivery stands."""
        place = (leased.id, leased.leased_by, leased.attempts)
        return self._changed(self._sql.hand_back, attempts, not_before, failure, dead_at, *place)

    def dead_letters(self, after: int, limit: int, dropped: bool) -> Sequence[StoredMessage]:
        """Dead letters, in order."""
        statement = self._sql.dropped if dropped else self._sql.dead_letters
        return [_message(row) for row in self._seen(statement, after, limit)]

    def revive(self, message: int, now: str) -> bool:
        """Let a message wait as if no attempt had been made."""
        return self._changed(self._sql.revive, message, now)

    def drop(self, message: int, now: str, reason: str) -> bool:
        """Give a message up, for a reason that is kept with it."""
        return self._changed(self._sql.drop, now, now, reason, message, now)

    def _changed(self, statement: Statement, *parameters: Any) -> bool:
        self.flush()
        self._run(statement, parameters)
        return self._cursor.rowcount == 1


def _message(row: Any) -> StoredMessage:
    id, project, seq, kind, to, data, *delivery = row
    return StoredMessage(id, project, seq, kind, tuple(json.loads(to)), json.loads(data), *delivery)
