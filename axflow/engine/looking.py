"""Looking at projects: nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Unpack

from axflow.engine import refusals
from axflow.engine.content import neutral
from axflow.engine.core import Core
from axflow.engine.options import HostT, Options
from axflow.engine.verification import Report
from axflow.engine.verification import verify as verify_unit
from axflow.engine.verified import Memory, verify_since
from axflow.engine.views import HistoryEntry, ProjectView, shown, until
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.prospects import Prospect, prospects, sight, status
from axflow.store.protocol import Unit
from axflow.store.rows import ProjectRow


class Looking(Core[HostT]):
    """The engine's methods that show."""

    def preview(
        self, project: str, event: str | Command, *, actor: Actor | None = None, **options: Unpack[Options[HostT]]
    ) -> Decision:
        """What would follow from an event (or any command). Nothing is written."""
        if not isinstance(event, Command) and actor is None:
            raise ValueError("say who would send the event: preview(project, event, actor=…)")

        def look(unit: Unit) -> Decision:
            work = Work(self.desk, unit)
            held = work.get(project)
            made = event
            if not isinstance(made, Command):
                assert actor is not None
                made = commands.Send(actor=actor, event=made, **self.common(work, project, options, reading=True))
            made, wrong = neutral(made)
            published = work.published(held.project)
            facts = work.facts(published, held, made)
            if wrong:
                return refusals.malformed(published.definition, held.project, made, facts, wrong)
            return decide(published.definition, held.project, made, facts)

        return self.transactions.read(look, options.get("within"))

    def why(self, project: str, viewer: Actor | None = None, *, within: HostT | None = None) -> tuple[Prospect, ...]:
        """Every way forward: who may, what is missing, since when. Values show as far as the viewer may see them.

        With `within`, here and in the methods below, it is shown as the host's transaction sees it.
        """

        def look(unit: Unit) -> tuple[Prospect, ...]:
            held, published, facts = self.looked(unit, project)
            return prospects(published.definition, held.project, facts, viewer)

        return self.transactions.read(look, within)

    def may_see(self, project: str, viewer: Actor | None, *, within: HostT | None = None) -> Callable[[str], bool]:
        """Which values a viewer may see, by path: for `Blocker.message`."""

        def look(unit: Unit) -> Callable[[str], bool]:
            held, published, facts = self.looked(unit, project)
            return sight(published.definition, held.project, facts, viewer)

        return self.transactions.read(look, within)

    def status(self, project: str, *, within: HostT | None = None) -> str | None:
        """The strongest status word that the project's evidence supports."""

        def look(unit: Unit) -> str | None:
            held, published, facts = self.looked(unit, project)
            return status(published.definition, held.project, facts)

        return self.transactions.read(look, within)

    def project(self, project: str, viewer: Actor | None = None, *, within: HostT | None = None) -> ProjectView:
        """A project with its values, as far as the viewer may see them."""

        def look(unit: Unit) -> ProjectView:
            held, published, facts = self.looked(unit, project)
            definition = published.definition
            may_see = sight(definition, held.project, facts, viewer)
            title = Work(self.desk, unit).content(project, 1, "title", False)
            values = {
                id: {name: v for name, v in kept.items() if may_see(f"{held.project.evidence[id].type}.{name}")}
                for id, kept in held.values.items()
            }
            attributes = {name: v for name, v in held.attributes.items() if may_see(f"project.{name}")}
            word = status(definition, held.project, facts)
            return ProjectView(held.project, definition, str(title.get("", "")), attributes, values, word)

        return self.transactions.read(look, within)

    def history(
        self,
        project: str,
        *,
        viewer: Actor | None = None,
        as_of: str | datetime | None = None,
        occurred_as_of: str | datetime | None = None,
        within: HostT | None = None,
    ) -> tuple[HistoryEntry, ...]:
        """The project's entries, with the content that the viewer may see.

        `as_of` leaves out what was recorded later, `occurred_as_of` what happened later; a date covers its whole day in
        the definition's zone.
        """

        def look(unit: Unit) -> tuple[HistoryEntry, ...]:
            held, published, facts = self.looked(unit, project)
            may_see = sight(published.definition, held.project, facts, viewer)
            zone = published.calendar.timezone
            recorded = until(as_of, zone) if as_of is not None else None
            occurred = until(occurred_as_of, zone) if occurred_as_of is not None else None
            found = [
                shown(entry, list(unit.payloads(project, entry.seq)), published.definition, may_see)
                for entry in unit.entries(project)
            ]
            return tuple(
                item
                for item in found
                if (recorded is None or item.entry.recorded_at <= recorded)
                and (occurred is None or str(item.entry.occurred["end"]) <= occurred)
            )

        return self.transactions.read(look, within)

    def projects(
        self,
        *,
        definition: str | None = None,
        rules_digest: str | None = None,
        firm: str | None = None,
        stage: str | None = None,
        end: str | bool | None = None,
        updated_since: str | None = None,
        after: str | None = None,
        limit: int = 100,
        within: HostT | None = None,
    ) -> Sequence[ProjectRow]:
        """Projects by id, in pages: give the last id seen as `after`. `end`: a name, or whether it has ended."""
        filters: dict[str, str | bool | None] = {
            "definition": definition, "rules_digest": rules_digest, "firm": firm, "stage": stage, "end": end,
            "updated_since": updated_since,
        }  # fmt: skip
        return self.transactions.read(lambda unit: unit.projects(filters, after, limit), within)

    def firm(self, firm: str, *, within: HostT | None = None) -> Sequence[ProjectRow]:
        """All projects of a firm."""
        found: list[ProjectRow] = []
        while page := self.projects(firm=firm, after=found[-1].id if found else None, within=within):
            found += page
        return found

    def find(self, number: str, organisation: str | None = None, *, within: HostT | None = None) -> Sequence[str]:
        """Projects with an organisation's case number."""
        return self.transactions.read(lambda unit: unit.by_alias(number, organisation), within)

    def verify(self, project: str | None = None, *, within: HostT | None = None) -> Report:
        """Verify stored bytes, chains, content, replay and documents, of one project or all."""
        return self.transactions.read(lambda unit: verify_unit(unit, project), within)

    def verify_since(
        self, memory: Memory, project: str | None = None, *, full: bool = False, within: HostT | None = None
    ) -> tuple[Report, Memory]:
        """Verify what is new since `memory`, which must still stand; the report, and what to remember next."""
        return self.transactions.read(lambda unit: verify_since(unit, memory, project, full=full), within)
