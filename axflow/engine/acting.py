"""Acts on a project, each a command spelled out, and the timers that act by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, Unpack

from axflow.engine import notices, refusals
from axflow.engine.core import Core
from axflow.engine.gathering import WORKFLOW
from axflow.engine.ids import new_id
from axflow.engine.options import HostT, Options
from axflow.engine.work import Work
from axflow.journal.digest import keyed_digest
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command, Document, Part
from axflow.kernel.decision import Decision
from axflow.kernel.evolve import evolve
from axflow.kernel.moment import utc_text
from axflow.store.errors import UnknownProject
from axflow.store.rows import StoredKey

_CommandT = TypeVar("_CommandT", bound=Command)


class Acting(Core[HostT]):
    """The engine's methods that change a project."""

    def execute(self, project: str, command: Command, *, within: HostT | None = None) -> Decision:
        """Put a command to a project. The methods below are this, spelled out.

        With `within`, a Session or Connection of SQLAlchemy, it works in a savepoint of that host's transaction and
        never commits: what it wrote is kept or lost with what the host wrote. `Conflict` then means that the host has
        to roll back and do its whole transaction again.
        """
        return self.in_transaction(lambda work: work.run(project, command), command.kind, within)

    def send_many(self, sends: Iterable[tuple[str, Command]], *, within: HostT | None = None) -> list[Decision]:
        """Put commands to projects in the given order, in one transaction; each sees what came before it.

        Refusals are journaled and stop nothing; an exception takes everything back.
        """
        listed = list(sends)

        def run(work: Work) -> list[Decision]:
            for project in sorted({project for project, _ in listed}):
                work.take(project)  # in one order everywhere: two batches then never wait for each other
            return [work.run(project, command) for project, command in listed]

        return self.in_transaction(run, "send_many", within)

    def send(
        self,
        project: str,
        event: str,
        *,
        actor: Actor,
        evidence: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Send an event. `evidence` (values by type) is recorded first and stands even if the event is refused.

        Options, here and in the methods below: key, expected, reason, code, occurred_at, within; see `Options`.
        """

        def run(work: Work) -> Decision:
            common = self.common(work, project, options)
            made = commands.Send(actor=actor, event=event, **common)
            if evidence:
                rest = {name: value for name, value in common.items() if name not in ("key", "expected")}
                for name, values in evidence.items():
                    key = f"{made.key}/{name}" if made.key is not None else None
                    work.run(project, commands.Record(actor=actor, evidence=name, values=values, key=key, **rest))
            return work.run(project, made)

        return self.in_transaction(run, "send", options.get("within"))

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
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Record evidence."""
        make = partial(
            commands.Record, actor=actor, evidence=evidence, values=values or {}, issuer=issuer, issued_on=issued_on,
            received_on=received_on, document=document, product_version=product_version, intended_use=intended_use,
            refers_to=refers_to,
        )  # fmt: skip
        return self._put(project, make, options)

    def withdraw(self, project: str, record: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Withdraw a record: from now on it does not count."""
        return self._put(project, partial(commands.Withdraw, actor=actor, record=record), options)

    def confirm(self, project: str, record: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Confirm with its issuer that a record is genuine."""
        return self._put(project, partial(commands.Confirm, actor=actor, record=record), options)

    def correct(
        self,
        project: str,
        record: str | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        attributes: Mapping[str, Any] | None = None,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Correct a record's values or the project's attributes, from now on."""
        make = partial(commands.Correct, actor=actor, record=record, values=values or {}, attributes=attributes or {})
        return self._put(project, make, options)

    def redact(
        self,
        project: str,
        seq: int,
        fields: Iterable[str],
        *,
        actor: Actor,
        force: bool = False,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Destroy content of an entry, by field (`reason`, `values.name`). Every proof still holds."""
        return self._put(
            project, partial(commands.Redact, actor=actor, seq=seq, fields=tuple(fields), force=force), options
        )

    def legal_hold(self, project: str, matter: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Have all content of a project kept for a matter: while it stands, nothing is redacted, not even by force."""
        return self._put(project, partial(commands.LegalHold, actor=actor, matter=matter), options)

    def lift_legal_hold(
        self, project: str, matter: str, *, actor: Actor, **options: Unpack[Options[HostT]]
    ) -> Decision:
        """End the keeping for a matter."""
        return self._put(project, partial(commands.LiftLegalHold, actor=actor, matter=matter), options)

    def waive(self, project: str, guard: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Propose to waive a guard, or agree to it as the second person."""
        return self._put(project, partial(commands.Waive, actor=actor, guard=guard), options)

    def hold(self, project: str, hold: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Place a hold."""
        return self._put(project, partial(commands.PlaceHold, actor=actor, hold=hold), options)

    def release(
        self, project: str, hold: str, *, actor: Actor, renew: bool = False, **options: Unpack[Options[HostT]]
    ) -> Decision:
        """Release a hold, or renew it: the review is done and the hold stays."""
        return self._put(project, partial(commands.ReleaseHold, actor=actor, hold=hold, renew=renew), options)

    def discharge(self, project: str, obligation: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Declare an obligation met."""
        return self._put(project, partial(commands.Discharge, actor=actor, obligation=obligation), options)

    def extend(self, project: str, deadline: str, *, actor: Actor, **options: Unpack[Options[HostT]]) -> Decision:
        """Extend a deadline."""
        return self._put(project, partial(commands.Extend, actor=actor, deadline=deadline), options)

    def reassign(
        self,
        project: str,
        *,
        actor: Actor,
        handler: str | None = None,
        firm: str | None = None,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Name who handles the project, or the firm that took it over."""
        return self._put(project, partial(commands.Reassign, actor=actor, handler=handler, firm=firm), options)

    def link(
        self,
        project: str,
        link: str | None = None,
        other: str | None = None,
        *,
        actor: Actor,
        alias: tuple[str, str] | None = None,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Link to another project, or note an organisation's case number by `alias=(organisation, number)`."""

        def run(work: Work) -> Decision:
            if other is not None and work.unit.head(other) is None:
                raise UnknownProject(other)
            common = self.common(work, project, options)
            return work.run(project, commands.LinkTo(actor=actor, link=link, other=other, alias=alias, **common))

        return self.in_transaction(run, "link", options.get("within"))

    def migrate(
        self,
        project: str,
        version: str,
        *,
        actor: Actor,
        states: Mapping[str, str] | None = None,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """Move a project to another published version; `states` maps names that differ."""

        def run(work: Work) -> Decision:
            target = self.catalogue.get(work.unit, work.take(project).project.definition, version).definition
            common = self.common(work, project, options)
            return work.run(project, commands.Migrate(actor=actor, target=target, states=states or {}, **common))

        return self.in_transaction(run, "migrate", options.get("within"))

    def split(
        self,
        project: str,
        parts: Iterable[Part | Mapping[str, Any]],
        *,
        actor: Actor,
        **options: Unpack[Options[HostT]],
    ) -> Decision:
        """End a project by splitting it into several; parts without a project id get one."""
        listed = tuple(self._part(part) for part in parts)
        return self._put(project, partial(commands.Replace, actor=actor, by="split", parts=listed), options)

    def merge(
        self,
        projects: Sequence[str],
        into: Part | Mapping[str, Any],
        *,
        actor: Actor,
        **options: Unpack[Options[HostT]],
    ) -> list[Decision]:
        """End several projects by merging them into one: all, or none where one is refused (raises `Refused`).

        Nothing of a refused merge is kept, its refusal neither; `record_refusal(refused.decision)` journals it.
        """
        part = self._part(into)

        def run(work: Work) -> list[Decision]:
            for id in sorted(projects):
                work.take(id)
            common = self.common(work, projects[0], options)
            return [
                work.run(id, commands.Replace(actor=actor, by="merge", parts=(part,), **common)).require()
                for id in projects
            ]

        return self.in_transaction(run, "merge", options.get("within"))

    def _put(self, project: str, make: partial[_CommandT], options: Options[HostT]) -> Decision:
        """Put the command to the project that `make` makes with the common parts."""

        def run(work: Work) -> Decision:
            return work.run(project, make(**self.common(work, project, options)))

        return self.in_transaction(run, make.func.kind, options.get("within"))  # type: ignore[attr-defined]

    def _part(self, part: Part | Mapping[str, Any]) -> Part:
        made = part if isinstance(part, Part) else Part(**{"project": "", **part})
        return made if made.project else Part(new_id(self.clock()), made.title, made.firm, made.attributes)

    def record_refusal(self, decision: Decision, *, within: HostT | None = None) -> bool:
        """Journal a refusal that was rolled back together with the host's transaction.

        Parameters:
            decision: what a command returned, or `refused.decision`.
            within: the host's next transaction; default: one of its own.

        The entry tells who was refused what, when and why, and is flagged `recorded_later`; it follows what the
        project's journal holds by now. Returns whether it was written: not where the refusal stands there already,
        since the host has committed after all or this was called before; not where it is only counted, as the
        twenty-first equal one in an hour; and not where the project was never kept. A refused opening has no project
        and so no journal: it is logged as `axflow.refused_opening`. The command's key is not bound: its transaction
        never happened. Raises `ValueError` for a decision that is no refusal.
        """
        if decision.first == "refused":
            return False  # a repeat: what it repeats was committed long ago
        refusal = refusals.refusal_of(decision)
        decided = decision.project
        if refusal is None or decided is None:
            notices.refused_opening(blocker.code for blocker in decision.blockers)
            return False

        def run(work: Work) -> bool:
            work.take(refusal.project)
            scope = f"refusal:{refusal.project}"
            mark = keyed_digest(self.desk.secret, scope, [refusal.structure(), refusal.content])
            if work.unit.key(scope, mark) is not None or refusals.kept(work.unit, refusal):
                return False
            work.run(refusal.project, commands.Tick(actor=WORKFLOW))
            project, now = work.get(refusal.project).project, self.clock()
            entry = refusals.later(refusal, decided, project, utc_text(now))
            made = Decision("refused", evolve(project, entry), decision.blockers, entries=(entry,), seq=entry.seq)
            actor = str((refusal.actor or {}).get("id", ""))
            made = refusals.bounded(work.unit, project, actor, made, now)
            work.note(project.id, made)
            work.unit.bind(scope, mark, StoredKey("", project.id, made.seq, "refused"))
            return made.counted is None

        try:
            return self.in_transaction(run, "record_refusal", within)
        except UnknownProject:
            return False
