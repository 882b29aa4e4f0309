"""What waits for a host's commit: kept with the host's connection, dropped with whatever the host rolls back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakMethod

from sqlalchemy import Connection, event

_COMMITS: Final = ("_commit_impl", "_commit_twophase_impl")
_NUMBERED: Final = "sa_savepoint_"
"""How SQLAlchemy names savepoints: numbered upwards for each connection, never anew."""


class HostTransaction:
    """The transaction that a host has open on a connection, as far as axflow takes part in it. Get one by `of`."""

    def __init__(self) -> None:
        self.settled = True
        """False once axflow's definitions or directory were added to in it: until it ends nobody may remember them."""
        self._savepoint = 0
        self._waiting: list[tuple[int, Callable[[], object]]] = []

    @classmethod
    def of(cls, connection: Connection) -> HostTransaction:
        """The one of a connection, whoever asks."""
        found = _KNOWN.get(connection)
        if found is None:
            found = _KNOWN[connection] = cls()
            found._listen(connection)
        return found

    def once_committed(self, act: Callable[[], object]) -> None:
        """Do `act` after the host has committed; never, where the host rolls back what the last savepoint held."""
        self._waiting.append((self._savepoint, act))

    def _listen(self, connection: Connection) -> None:
        event.listen(connection, "release_savepoint", self._released)
        event.listen(connection, "rollback_savepoint", self._rolled_back_to)
        for name in ("begin", "begin_twophase", "rollback", "rollback_twophase"):
            event.listen(connection, name, self._ended)
        # SQLAlchemy tells of a commit before it is made, also of one that then fails. What must happen only afterwards
        # hangs on the method itself, by a weak reference, so that a forgotten connection is still found to be garbage.
        for name in _COMMITS:
            setattr(connection, name, self._committing(WeakMethod(getattr(connection, name))))

    def _committing(self, real: WeakMethod[Callable[..., None]]) -> Callable[..., None]:
        def commit(*arguments: Any) -> None:
            method = real()
            assert method is not None, "a connection that commits is alive"
            waiting = list(self._waiting)
            self._ended()
            method(*arguments)
            for _, act in waiting:
                _done(act)

        return commit

    def _released(self, connection: Connection, name: str, context: None) -> None:
        self._savepoint = _number(name)

    def _rolled_back_to(self, connection: Connection, name: str, context: None) -> None:
        number = _number(name)
        self._waiting = [(savepoint, act) for savepoint, act in self._waiting if savepoint < number]

    def _ended(self, *_: object) -> None:
        self._waiting.clear()
        self.settled = True


_KNOWN: Final[WeakKeyDictionary[Connection, HostTransaction]] = WeakKeyDictionary()


def _number(name: str) -> int:
    """The number of a savepoint; one with a name of its own counts as older than all, so that nothing outlives it."""
    number = name.removeprefix(_NUMBERED)
    return int(number) if number.isdigit() else 0


def _done(act: Callable[[], object]) -> None:
    # The host's commit has happened. An error in a log processor must not tell the host that it has not.
    try:
        act()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
