"""What waits for a host's commit: kept with the host's connection, dropped with whatever the host rolls back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakMethod, WeakSet

from sqlalchemy import Connection, Engine, event

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
            _listen(connection.engine)
            # SQLAlchemy tells of a commit before it is made, also of one that then fails. What must happen only
            # afterwards hangs on the method itself, by a weak reference: a forgotten connection stays garbage.
            for name in _COMMITS:
                setattr(connection, name, found._committing(WeakMethod(getattr(connection, name))))
        return found

    def once_committed(self, act: Callable[[], object]) -> None:
        """Do `act` after the host has committed; never, where the host rolls back what the last savepoint held."""
        self._waiting.append((self._savepoint, act))

    def released(self, savepoint: str) -> None:
        """A savepoint was released: what is handed to `once_committed` next was done in it."""
        self._savepoint = _number(savepoint)

    def rolled_back_to(self, savepoint: str) -> None:
        """What was done since this savepoint is gone."""
        number = _number(savepoint)
        self._waiting = [(made, act) for made, act in self._waiting if made < number]

    def ended(self) -> None:
        """Nothing of it is left to wait for."""
        self._waiting.clear()
        self.settled = True

    def _committing(self, real: WeakMethod[Callable[..., None]]) -> Callable[..., None]:
        def commit(*arguments: Any) -> None:
            method = real()
            assert method is not None, "a connection that commits is alive"
            waiting = list(self._waiting)
            self.ended()
            method(*arguments)
            for _, act in waiting:
                _do(act)

        return commit


_KNOWN: Final[WeakKeyDictionary[Connection, HostTransaction]] = WeakKeyDictionary()
_HEARD: Final[WeakSet[Engine]] = WeakSet()
"""Engines that are listened to. Listening to each connection anew would cost more than what it is about."""


def _listen(engine: Engine) -> None:
    if engine in _HEARD:
        return
    _HEARD.add(engine)
    event.listen(engine, "release_savepoint", _released)
    event.listen(engine, "rollback_savepoint", _rolled_back_to)
    for name in ("begin", "begin_twophase", "rollback", "rollback_twophase"):
        event.listen(engine, name, _ended)


def _released(connection: Connection, name: str, context: None) -> None:
    if (found := _KNOWN.get(connection)) is not None:
        found.released(name)


def _rolled_back_to(connection: Connection, name: str, context: None) -> None:
    if (found := _KNOWN.get(connection)) is not None:
        found.rolled_back_to(name)


def _ended(connection: Connection, *_: object) -> None:
    if (found := _KNOWN.get(connection)) is not None:
        found.ended()


def _number(name: str) -> int:
    """The number of a savepoint; one with a name of its own counts as older than all, so that nothing outlives it."""
    number = name.removeprefix(_NUMBERED)
    return int(number) if number.isdigit() else 0


def _do(act: Callable[[], object]) -> None:
    # The host's commit has happened. An error in a log processor must not tell the host that it has not.
    try:
        act()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
