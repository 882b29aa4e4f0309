"""Opening projects: new ones, those taken over midway, and recorded histories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axflow.definition.base import Language
from axflow.engine.catalogue import Published
from axflow.engine.core import Core
from axflow.engine.ids import new_id
from axflow.engine.importing import command_of, opening, read_history
from axflow.engine.options import HostT, When
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Decision
from axflow.kernel.project import Project
from axflow.store.protocol import Unit


class Opening(Core[HostT]):
    """The engine's methods that begin a project."""

    def open(
        self,
        definition: str,
        *,
        firm: str,
        actor: Actor,
        title: str = "",
        attributes: Mapping[str, Any] | None = None,
        aliases: Mapping[str, str] | None = None,
        id: str | None = None,
        version: str | None = None,
        key: str | None = None,
        link: tuple[str, str] | None = None,
        reason: str | None = None,
        within: HostT | None = None,
    ) -> Project:
        """Open a project of the version in force (or `version`). A key opens once for each definition.

        With `within`, here and below, it is opened in the host's transaction: see `execute`. Raises `Refused` with the
        reasons; there is no project yet whose journal could hold them.
        """
        command = commands.Open(
            actor=actor, key=key, reason=reason, project=id or new_id(self.clock()), firm=firm, title=title,
            attributes=attributes or {}, aliases=aliases or {}, link=link,
        )  # fmt: skip

        def opened(work: Work) -> Decision:
            return work.open(self._version(work.unit, definition, version), command)

        return _project_of(self.in_transaction(opened, "open", within))

    def take_over(
        self,
        definition: str,
        *,
        firm: str,
        actor: Actor,
        stage: str | None = None,
        tracks: Mapping[str, str] | None = None,
        title: str = "",
        attributes: Mapping[str, Any] | None = None,
        aliases: Mapping[str, str] | None = None,
        id: str | None = None,
        version: str | None = None,
        key: str | None = None,
        reason: str | None = None,
        occurred_at: When | None = None,
        within: HostT | None = None,
    ) -> Project:
        """Admit a project that is already midway, asserting where it stands and no guard.

        With the `id` of a recorded history, that project becomes a live one. Raises `Refused` with the reasons.
        """
        made = id or new_id(self.clock())

        def taken(work: Work) -> Decision:
            published = self._version(work.unit, definition, version)
            command = commands.TakeOver(
                actor=actor, key=key, reason=reason, project=made, firm=firm, title=title, attributes=attributes or {},
                aliases=aliases or {}, stage=stage, tracks=tracks,
                occurred_at=self.moment(occurred_at, published.calendar.timezone),
            )  # fmt: skip
            return work.open(published, command)

        return _project_of(self.in_transaction(taken, "take_over", within))

    def _version(self, unit: Unit, definition: str, version: str | None) -> Published:
        if version is None:
            return self.catalogue.in_force(unit, definition)
        return self.catalogue.get(unit, definition, version)

    def import_history(
        self,
        history: str | Path | Mapping[str, Any],
        *,
        id: str | None = None,
        language: Language = "en",
        within: HostT | None = None,
    ) -> Project:
        """Record a past history from a file or data, in its own precision, without enforcing anything.

        A journal has each text once: where the history has its words in both languages, those in `language` are kept.
        What the definition would not have allowed stands in the entries as a deviation. Raises `HistoryError`.
        """
        told = read_history(history, language)
        project = id or new_id(self.clock())

        def run(work: Work) -> Project:
            published = self.catalogue.in_force(work.unit, told.definition)
            definition, calendar = published.definition, published.calendar
            first, used = opening(told, definition, calendar, project, work.kind_of)
            assert isinstance(first, commands.Open)
            work.open(published, first).require()
            for number, act in enumerate(told.acts[used:], used + 1):
                work.run(project, command_of(act, number, definition, calendar, work.kind_of)).require()
            return work.get(project).project

        return self.in_transaction(run, "import", within)


def _project_of(decision: Decision) -> Project:
    project = decision.require().project
    assert project is not None
    return project
