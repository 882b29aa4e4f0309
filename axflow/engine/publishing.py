"""Publishing and signing definitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from axflow.definition.definition import Definition
from axflow.engine.core import Core
from axflow.engine.errors import NotAuthorised
from axflow.engine.options import HostT
from axflow.kernel.actor import Actor
from axflow.store.protocol import Unit
from axflow.store.rows import Signature, StoredDefinition


class Publishing(Core[HostT]):
    """The engine's methods about definitions."""

    def publish(
        self, definition: Definition | str | Path, *, actor: Actor | None = None, within: HostT | None = None
    ) -> Definition:
        """Publish a definition: a shipped name, a file, or the object. Publishing the same again changes nothing.

        Raises `NotPublishable` with the linter's findings, `VersionReused` where that version has other content.
        """
        made = self.catalogue.read(definition)
        row = self.transactions.read(lambda unit: unit.definition(made.id, made.version), within)
        if not self.catalogue.published(made, row):
            draft = self.catalogue.draft(made, actor)
            self.transactions.write(lambda unit: self.catalogue.publish(unit, draft), within)
        return made

    def sign(
        self, definition: str, version: str, organisation: str, *, actor: Actor, within: HostT | None = None
    ) -> Signature:
        """Sign a version for an organisation. Raises `NotAuthorised` for one who does not act for it."""

        def run(unit: Unit) -> Signature:
            self._may_sign(unit, definition, version, organisation, actor)
            return self.catalogue.sign(unit, definition, version, organisation, actor)

        return self.transactions.write(run, within)

    def _may_sign(self, unit: Unit, definition: str, version: str, organisation: str, actor: Actor) -> None:
        roles = self.catalogue.get(unit, definition, version).definition.roles
        granted = self.desk.authority == "host" or any(
            self.directory.seen(unit).authority(actor.id, role, organisation, self.clock()) for role in roles
        )
        if actor.organisation != organisation or not granted:
            raise NotAuthorised(f"{actor.id} does not act for {organisation!r}, so may not sign for it")

    def definitions(self, id: str | None = None, *, within: HostT | None = None) -> Sequence[StoredDefinition]:
        """Published versions in the order in which they were published."""
        return self.transactions.read(lambda unit: unit.definitions(id), within)

    def definition(self, id: str, version: str | None = None, *, within: HostT | None = None) -> Definition:
        """A published version; without `version`, the one that a project would be opened with now."""

        def look(unit: Unit) -> Definition:
            if version is None:
                return self.catalogue.in_force(unit, id).definition
            return self.catalogue.get(unit, id, version).definition

        return self.transactions.read(look, within)
