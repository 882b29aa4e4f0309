"""Rounds: calls and sittings that open and close on given days."""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from axflow.definition.base import Id, Part, Text


class Window(Part):
    """One opening, whole local days, both included."""

    id: Id
    opens: date
    closes: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.closes < self.opens:
            raise ValueError(f"window {self.id!r} closes on {self.closes}, before it opens on {self.opens}")
        return self


class Round(Part):
    """A series of openings during which an event may be sent."""

    title: Text | None = None
    windows: tuple[Window, ...]

    @model_validator(mode="after")
    def _apart(self) -> Round:
        if not self.windows:
            raise ValueError("a round needs at least one window")
        for earlier, later in zip(self.windows, self.windows[1:], strict=False):
            if later.opens <= earlier.closes:
                raise ValueError(f"windows {earlier.id!r} and {later.id!r} overlap or are out of order")
        return self
