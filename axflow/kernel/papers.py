"""Acts on evidence: record it, withdraw it, confirm it with its issuer."""

from __future__ import annotations

from axflow.kernel import command as commands
from axflow.kernel.act import Act
from axflow.kernel.authority import Granted, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.content import document_content, split_public
from axflow.kernel.entry import Entry
from axflow.kernel.recording import Recording, confirmed, lock_blockers, unknown_type, withdrawn


class RecordAct(Act):
    """Record evidence."""

    def __init__(self, case: Case, command: commands.Record) -> None:
        super().__init__(case, command)
        self.known = command.evidence in case.definition.evidence
        self._recording: Recording | None = None

    @property
    def recording(self) -> Recording:
        """The record on its way; made once the time of the act is settled."""
        if self._recording is None:
            self._recording = Recording(self.case, self.command)
        return self._recording

    @property
    def roles(self) -> tuple[str, ...]:
        if not self.known:
            return tuple(self.case.definition.roles)
        kind = self.case.definition.evidence[self.command.evidence]
        return tuple(dict.fromkeys((*kind.from_, *kind.via, *kind.unlock)))

    def authority(self) -> Granted | None:
        found = super().authority()
        if found is None and self.known:
            kind = self.case.definition.evidence[self.command.evidence]
            if kind.channel == "issuer_direct" and self.command.issuer not in (None, self.command.actor.organisation):
                # A copy through somebody who takes part is refused for its channel, which says what to do instead.
                return granted(self.case, self.command.actor, tuple(self.case.definition.roles))
        return found

    def blockers(self) -> list[Blocker]:
        if not self.known:
            return [Blocker("unknown_name", {"what": "evidence", "name": self.command.evidence})]
        return self.recording.blockers()

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        if not self.known:
            return self.write("recorded", [], deviations)
        effects = self.recording.effects()
        fields = self.recording.kind.fields
        public, content = split_public(self.recording.values, fields, "values")
        content |= document_content(self.command.document)
        read = (
            ()
            if self.command.refers_to is None
            else ((self.command.refers_to, self.command.refers_to.rpartition("#")[2]),)
        )
        return self.write("recorded", effects, deviations, content=content, public=public, facts=read)


class RecordedAct(Act):
    """Withdraw or confirm a record."""

    @property
    def roles(self) -> tuple[str, ...]:
        item = self.case.project.evidence.get(self.command.record)
        kind = None if item is None else self.case.definition.evidence.get(item.type)
        if kind is None:
            return tuple(self.case.definition.roles)
        if isinstance(self.command, commands.Confirm):
            return kind.confirmed_by or kind.from_
        return tuple(dict.fromkeys((*kind.from_, *kind.unlock)))

    def blockers(self) -> list[Blocker]:
        case, command = self.case, self.command
        item = case.project.evidence.get(command.record)
        if item is None:
            return [Blocker("unknown_record", {"record": command.record})]
        if item.status != "current":
            return [Blocker("not_current", {"record": item.id, "status": item.status})]
        kind = case.definition.evidence.get(item.type)
        if kind is None:
            return [unknown_type(item)]
        if isinstance(command, commands.Confirm):
            return []
        found = []
        if kind.locked:
            found += lock_blockers(case, item, command.actor, command.reason)
        if not command.reason and not command.code:
            found.append(Blocker("reason_required", {"act": self.title}))
        if item.issuer != command.actor.organisation and not kind.unlock:
            directory = case.facts.directory
            successor = directory is not None and directory.ultimate_successor(
                item.issuer, case.at
            ) == directory.ultimate_successor(command.actor.organisation, case.at)
            if not successor:
                roles = case.program.titles(kind.from_)
                found.append(
                    Blocker(
                        "issuer_without_role",
                        {"issuer": command.actor.organisation, "act": case.program.title(item.type), "roles": roles},
                    )
                )
        return found

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        if self.command.record not in self.case.project.evidence:
            return self.write("recorded", [], deviations)
        make = confirmed if isinstance(self.command, commands.Confirm) else withdrawn
        return self.write("recorded", make(self.case, self.command), deviations)
