"""An asynchronous store under the face of one that threads share: each call is awaited in one loop beside them."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from axflow.store.asynchronous import AsyncStore
from axflow.store.calling import call
from axflow.store.protocol import Unit


class Portal:
    """A store whose transactions may be held open by any thread."""

    def __init__(self, store: AsyncStore) -> None:
        self._store = store
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(call(function, *arguments, **options), self._loop).result()

    @property
    def secret(self) -> bytes:
        found: bytes = self.run(lambda: self._store.secret)
        return found

    def writing(self) -> AbstractContextManager[Unit]:
        return self._held(self._store.writing())

    def reading(self) -> AbstractContextManager[Unit]:
        return self._held(self._store.reading())

    @contextmanager
    def _held(self, transaction: AbstractContextManager[Unit]) -> Iterator[Any]:
        unit = self.run(transaction.__enter__)
        try:
            yield _Unit(unit, self)
        except BaseException:
            self.run(transaction.__exit__, *sys.exc_info())
            raise
        self.run(transaction.__exit__, None, None, None)

    def close(self) -> None:
        self.run(self._store.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Unit:
    def __init__(self, unit: Unit, portal: Portal) -> None:
        self._unit = unit
        self._portal = portal

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._unit, name)
        return (lambda *a, **o: self._portal.run(found, *a, **o)) if callable(found) else found
