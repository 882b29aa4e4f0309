"""An act: one command on its way through the checks. Every kind of command has the same face."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from axflow.kernel.authority import Granted, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.command import Command
from axflow.kernel.entry import Effect, Entry

_NAMED = ("event", "evidence", "guard", "hold", "obligation", "deadline", "record", "by", "link", "matter")


def name_of(command: Command) -> str:
    """What a command is about, as the name of its entry."""
    for field in _NAMED:
        value = getattr(command, field, None)
        if isinstance(value, str) and value:
            return value
    return command.kind


class Act(ABC):
    """One command on its way through the checks."""

    def __init__(self, case: Case, command: Any) -> None:
        self.case = case
        self.command = command
        self.name = name_of(command)

    @property
    def title(self) -> Any:
        """What is asked, in words."""
        return self.case.program.title(self.name)

    @property
    @abstractmethod
    def roles(self) -> tuple[str, ...]:
        """Roles that may do it."""

    def authority(self) -> Granted | None:
        """The role under which the actor may do it; None if none."""
        return granted(self.case, self.command.actor, self.roles)

    @abstractmethod
    def blockers(self) -> list[Blocker]:
        """Everything that stands against it."""

    @abstractmethod
    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        """Write what it does. `deviations` are what a recorded history would have been refused for."""

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The records that were read."""
        return ()

    def verdicts(self) -> tuple[tuple[str, str], ...]:
        """The guards that were judged."""
        return ()

    def write(
        self,
        outcome: str,
        effects: list[Effect],
        deviations: tuple[Blocker, ...],
        *,
        content: dict[str, Any] | None = None,
        **more: Any,
    ) -> Entry:
        """Write the act's entry, with the reason and the sources that came with the command."""
        command = self.command
        kept = dict(content or {})
        if command.reason is not None:
            kept["reason"] = command.reason
        if command.source is not None:
            kept["source"] = command.source
        if command.published is not None:
            kept["published"] = command.published.text
        return self.case.write(
            command.kind, self.name, outcome, effects, code=command.code, blockers=deviations, content=kept, **more
        )
