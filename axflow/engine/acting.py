"""Acts on a project, each a command spelled out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from axflow.engine.ids import new_id
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command, Document, Part
from axflow.kernel.decision import Decision
from axflow.store.errors import UnknownProject

if TYPE_CHECKING:
    pass

from axflow.engine.core import Core


class Acting(Core):
    """The engine's methods that change a project."""

    def execute(self, project: str, command: Command) -> Decision:
        """Put a command to a project. The methods below are this, spelled out."""
        return self.in_transaction(lambda work: work.run(project, command), command.kind)

    def send_many(self, sends: Iterable[tuple[str, Command]]) -> list[Decision]:
        """Put commands to projects in the given order, in one transaction; each sees what came before it.

        Refusals are journaled and stop nothing; an exception takes everything back.
        """
        listed = list(sends)

        def run(work: Work) -> list[Decision]:
            for project in sorted({project for project, _ in listed}):
                work.take(project)  # in one order everywhere: two batches then never wait for each other
            return [work.run(project, command) for project, command in listed]

        return self.in_transaction(run)

    def send(
        self,
        project: str,
        event: str,
        *,
        actor: Actor,
        evidence: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> Decision:
        """Send an event. `evidence` (values by type) is recorded first and stands even if the event is refused.

        Options: key, expected, reason, code, occurred_at.
        """
        common = self.common(project, options)
        made = commands.Send(actor=actor, event=event, **common)
        if not evidence:
            return self.execute(project, made)
        rest = {name: value for name, value in common.items() if name not in ("key", "expected")}

        def run(work: Work) -> Decision:
            for name, values in evidence.items():
                key = f"{made.key}/{name}" if made.key is not None else None
                work.run(project, commands.Record(actor=actor, evidence=name, values=values, key=key, **rest))
            return work.run(project, made)

        return self.in_transaction(run, "send")

    def record(
        self,
        project: str,
        evidence: str,
        values: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        issuer: str | None = None,
        issued_on: str | None = None,
        received_on: str | None = None,
        document: Document | None = None,
        product_version: str | None = None,
        intended_use: str | None = None,
        refers_to: str | None = None,
        **options: Any,
    ) -> Decision:
        """Record evidence. Options as for `send`."""
        made = commands.Record(
            actor=actor, evidence=evidence, values=values or {}, issuer=issuer, issued_on=issued_on,
            received_on=received_on, document=document, product_version=product_version, intended_use=intended_use,
            refers_to=refers_to, **self.common(project, options),
        )  # fmt: skip
        return self.execute(project, made)

    def withdraw(self, project: str, record: str, *, actor: Actor, **options: Any) -> Decision:
        """Withdraw a record: from now on it does not count."""
        return self.execute(project, commands.Withdraw(actor=actor, record=record, **self.common(project, options)))

    def confirm(self, project: str, record: str, *, actor: Actor, **options: Any) -> Decision:
        """Confirm with its issuer that a record is genuine."""
        return self.execute(project, commands.Confirm(actor=actor, record=record, **self.common(project, options)))

    def correct(
        self,
        project: str,
        record: str | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        attributes: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Decision:
        """Correct a record's values or the project's attributes, from now on."""
        made = commands.Correct(
            actor=actor, record=record, values=values or {}, attributes=attributes or {},
            **self.common(project, options),
        )  # fmt: skip
        return self.execute(project, made)

    def redact(
        self, project: str, seq: int, fields: Iterable[str], *, actor: Actor, force: bool = False, **options: Any
    ) -> Decision:
        """Destroy content of an entry, by field (`reason`, `values.name`). Every proof still holds."""
        made = commands.Redact(actor=actor, seq=seq, fields=tuple(fields), force=force, **self.common(project, options))
        return self.execute(project, made)

    def waive(self, project: str, guard: str, *, actor: Actor, **options: Any) -> Decision:
        """Propose to waive a guard, or agree to it as the second person."""
        return self.execute(project, commands.Waive(actor=actor, guard=guard, **self.common(project, options)))

    def hold(self, project: str, hold: str, *, actor: Actor, **options: Any) -> Decision:
        """Place a hold."""
        return self.execute(project, commands.PlaceHold(actor=actor, hold=hold, **self.common(project, options)))

    def release(self, project: str, hold: str, *, actor: Actor, renew: bool = False, **options: Any) -> Decision:
        """Release a hold, or renew it: the review is done and the hold stays."""
        made = commands.ReleaseHold(actor=actor, hold=hold, renew=renew, **self.common(project, options))
        return self.execute(project, made)

    def discharge(self, project: str, obligation: str, *, actor: Actor, **options: Any) -> Decision:
        """Declare an obligation met."""
        made = commands.Discharge(actor=actor, obligation=obligation, **self.common(project, options))
        return self.execute(project, made)

    def extend(self, project: str, deadline: str, *, actor: Actor, **options: Any) -> Decision:
        """Extend a deadline."""
        return self.execute(project, commands.Extend(actor=actor, deadline=deadline, **self.common(project, options)))

    def reassign(
        self, project: str, *, actor: Actor, handler: str | None = None, firm: str | None = None, **options: Any
    ) -> Decision:
        """Name who handles the project, or the firm that took it over."""
        made = commands.Reassign(actor=actor, handler=handler, firm=firm, **self.common(project, options))
        return self.execute(project, made)

    def link(
        self,
        project: str,
        link: str | None = None,
        other: str | None = None,
        *,
        actor: Actor,
        alias: tuple[str, str] | None = None,
        **options: Any,
    ) -> Decision:
        """Link to another project, or note an organisation's case number by `alias=(organisation, number)`."""
        if other is not None:
            with self.store.reading() as unit:
                if unit.head(other) is None:
                    raise UnknownProject(other)
        made = commands.LinkTo(actor=actor, link=link, other=other, alias=alias, **self.common(project, options))
        return self.execute(project, made)

    def migrate(
        self, project: str, version: str, *, actor: Actor, states: Mapping[str, str] | None = None, **options: Any
    ) -> Decision:
        """Move a project to another published version; `states` maps names that differ."""

        def run(work: Work) -> Decision:
            target = self.catalogue.get(work.unit, work.get(project).project.definition, version).definition
            return work.run(project, commands.Migrate(actor=actor, target=target, states=states or {}, **common))

        common = self.common(project, options)
        return self.in_transaction(run, "migrate")

    def split(
        self, project: str, parts: Iterable[Part | Mapping[str, Any]], *, actor: Actor, **options: Any
    ) -> Decision:
        """End a project by splitting it into several; parts without a project id get one."""
        listed = tuple(self._part(part) for part in parts)
        made = commands.Replace(actor=actor, by="split", parts=listed, **self.common(project, options))
        return self.execute(project, made)

    def merge(
        self, projects: Sequence[str], into: Part | Mapping[str, Any], *, actor: Actor, **options: Any
    ) -> list[Decision]:
        """End several projects by merging them into one: all, or none where one is refused (raises `Refused`)."""
        part = self._part(into)
        common = self.common(projects[0], options)

        def run(work: Work) -> list[Decision]:
            for id in sorted(projects):
                work.take(id)
            return [
                work.run(id, commands.Replace(actor=actor, by="merge", parts=(part,), **common)).require()
                for id in projects
            ]

        return self.in_transaction(run, "merge")

    def _part(self, part: Part | Mapping[str, Any]) -> Part:
        made = part if isinstance(part, Part) else Part(**{"project": "", **part})
        return made if made.project else Part(new_id(self.clock()), made.title, made.firm, made.attributes)
