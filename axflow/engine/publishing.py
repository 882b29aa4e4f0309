"""Publishing and signing definitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from axflow.definition.definition import Definition
from axflow.engine.errors import NotAuthorised
from axflow.kernel.actor import Actor
from axflow.store.rows import Signature, StoredDefinition

if TYPE_CHECKING:
    pass

from axflow.engine.core import Core


class Publishing(Core):
    """The engine's methods about definitions."""

    def publish(self, definition: Definition | str | Path, *, actor: Actor | None = None) -> Definition:
        """Publish a definition: a shipped name, a file, or the object. Publishing the same again changes nothing.

        Raises `NotPublishable` with the linter's findings, `VersionReused` where that version has other content.
        """
        return self.catalogue.publish(definition, actor)

    def sign(self, definition: str, version: str, organisation: str, *, actor: Actor) -> Signature:
        """Sign a version for an organisation. Raises `NotAuthorised` for one who does not act for it."""
        self._may_sign(definition, version, organisation, actor)
        return self.catalogue.sign(definition, version, organisation, actor)

    def _may_sign(self, definition: str, version: str, organisation: str, actor: Actor) -> None:
        with self.store.reading() as unit:
            roles = self.catalogue.get(unit, definition, version).definition.roles
        granted = self.desk.authority == "host" or any(
            self.directory.current.authority(actor.id, role, organisation, self.clock()) for role in roles
        )
        if actor.organisation != organisation or not granted:
            raise NotAuthorised(f"{actor.id} does not act for {organisation!r}, so may not sign for it")

    def definitions(self, id: str | None = None) -> Sequence[StoredDefinition]:
        """Published versions in the order in which they were published."""
        with self.store.reading() as unit:
            return unit.definitions(id)

    def definition(self, id: str, version: str | None = None) -> Definition:
        """A published version; without `version`, the one that a project would be opened with now."""
        with self.store.reading() as unit:
            if version is None:
                return self.catalogue.in_force(unit, id).definition
            return self.catalogue.get(unit, id, version).definition
