"""Calling synchronous code that awaits inside, so that a cancelled caller leaves nothing half done.

SQLAlchemy runs such code in a greenlet: where a driver awaits, the whole stack is set aside until there is an answer. A
cancellation arrives at just such a place, like any other exception. There are places where it must not: between sending
a commit and hearing that it happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from sqlalchemy.util import await_only, greenlet_spawn

_T = TypeVar("_T")


class _Call:
    """One call on its way."""

    __slots__ = ("cancelled", "whole")

    def __init__(self) -> None:
        self.cancelled = False
        self.whole = 0
        """How many `uninterrupted` blocks it is in."""


_CALL: ContextVar[_Call | None] = ContextVar("axflow_call", default=None)


async def call(function: Callable[..., _T], /, *arguments: Any, **options: Any) -> _T:
    """Call `function`, which may await inside by `await_only`.

    Where the caller is cancelled, `function` sees `CancelledError` at the place where it waits, once, and is waited for
    until it has cleaned up; only then does the cancellation go on.
    """
    running = _Call()
    context = copy_context()
    context.run(_CALL.set, running)
    task = asyncio.get_running_loop().create_task(greenlet_spawn(function, *arguments, **options), context=context)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            if cancelled is None:
                cancelled = error
                running.cancelled = True
                if not running.whole and not task.cancelling():
                    task.cancel()
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # looked at, so that nobody complains that it never was
        raise cancelled
    return task.result()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Keep a cancellation waiting until the block is done; it then arrives at `go_on`, or ends the call."""
    running = _CALL.get()
    if running is None:
        yield
        return
    running.whole += 1
    try:
        yield
    finally:
        running.whole -= 1


def go_on() -> None:
    """Raise `CancelledError` where the caller was cancelled in the meantime: nothing new is begun for it."""
    running = _CALL.get()
    if running is not None and running.cancelled:
        raise asyncio.CancelledError


def pause(seconds: float) -> None:
    """Wait, and let others go on."""
    go_on()
    await_only(asyncio.sleep(seconds))
