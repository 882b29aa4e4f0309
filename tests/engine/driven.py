"""An AsyncEngine under the face of an Engine, so that the tests of the one are those of the other."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from axflow.engine import Engine
from axflow.engine.asynchronous import AsyncEngine

T = TypeVar("T")


class Loop:
    """One event loop for all that a test awaits: connections belong to the loop that opened them."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def run(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return self._runner.run(wait())

    def close(self) -> None:
        self._runner.close()


class Driven:
    """Whatever is awaited of `inner` is awaited here, to its end."""

    def __init__(self, inner: Any, loop: Loop) -> None:
        self.inner = inner
        self.loop = loop

    def __getattr__(self, name: str) -> Any:
        if name == "directory":
            return Driven(self.inner.directory, self.loop)
        found = getattr(self.inner, name)
        if inspect.isawaitable(found):
            return self.loop.run(found)
        if inspect.iscoroutinefunction(found):
            return lambda *arguments, **options: self.loop.run(found(*arguments, **options))
        return found


def driven(engine: AsyncEngine, loop: Loop) -> Engine:
    return cast("Engine", Driven(engine, loop))


def another(engine: Engine, clock: Callable[[], datetime] | None = None) -> Engine:
    """A second engine on the same store, which remembers nothing of what the first one read."""
    options: dict[str, Any] = {} if clock is None else {"clock": clock}
    if isinstance(engine, Driven):
        return driven(AsyncEngine(engine.store, **options), engine.loop)
    return Engine(engine.store, **options)
