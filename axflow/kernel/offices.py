"""Acts of an office: correct, redact, reassign, link, migrate, with their signatures; and a change of calendar."""

from __future__ import annotations

from typing import Any

from axflow.definition.calendar import Calendar
from axflow.kernel import administering as admin
from axflow.kernel import command as commands
from axflow.kernel.act import Act
from axflow.kernel.authority import Granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.content import split_public
from axflow.kernel.entry import Effect, Entry
from axflow.kernel.migrating import migrating_blockers, migrating_effects
from axflow.kernel.program import Program, program_of
from axflow.kernel.rearming import rearmed, reckoned
from axflow.kernel.recording import corrected
from axflow.kernel.signing import Signing, signing_role
from axflow.kernel.support import rechecked


class OfficeAct(Act):
    """An administrative act, with the signatures that the definition asks of its office."""

    office = ""

    @property
    def declared(self) -> Any:
        """The office that the definition declares."""
        return getattr(self.case.definition.administration, self.office)

    @property
    def roles(self) -> tuple[str, ...]:
        return admin.office_roles(self.case, self.declared)

    def authority(self) -> Granted | None:
        if self.declared.signatures:
            return signing_role(self.case, self.command.actor, self.signing())
        return super().authority()

    def signing(self) -> Signing:
        """The signatures under this very act."""
        return Signing(self.case, f"{self.command.kind}:{self.name}", self.declared.signatures, self.signed())

    def signed(self) -> Any:
        """What a signature is bound to."""
        return [self.command.kind, self.name]

    def sign(self, deviations: tuple[Blocker, ...]) -> Entry | None:
        """The entry of a signature that is not the last one; None where the act may happen now."""
        if not self.declared.signatures or not self.case.enforce:
            return None
        signing, role = self.signing(), self.case.role or ""
        if signing.complete_with(role):
            return None
        return self.write("recorded", [signing.effect(role, self.command.actor)], deviations, flags=("signed",))

    def signature_blockers(self) -> list[Blocker]:
        """Whether this person signed already."""
        return self.signing().blockers(self.command.actor, self.case.role or "") if self.declared.signatures else []

    def cleared(self) -> list[Effect]:
        """The effect that clears the signatures."""
        return self.signing().done() if self.declared.signatures else []


class CorrectAct(OfficeAct):
    """Correct a record or attributes."""

    office = "correct"

    def __init__(self, case: Case, command: commands.Correct) -> None:
        super().__init__(case, command)
        self.values: dict[str, Any] = {}
        self.attributes: dict[str, Any] = {}

    def signed(self) -> Any:
        return [self.command.kind, self.name, sorted(self.command.values), sorted(self.command.attributes)]

    def blockers(self) -> list[Blocker]:
        found = admin.correcting_blockers(self.case, self.command, self.values, self.attributes)
        return [*found, *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        effects = self.cleared()
        public: dict[str, Any] = {}
        content: dict[str, Any] = {}
        if command.record is not None and command.record in case.project.evidence:
            effects += corrected(case, command, self.values)
            fields = case.definition.evidence[case.project.evidence[command.record].type].fields
            public, content = split_public(self.values, fields, "values")
            content |= {f"document.{name}": value for name, value in case.facts.document.items()}
        if self.attributes:
            shown, hidden = split_public(self.attributes, case.definition.attributes, "attributes")
            public |= shown
            content |= hidden
            effects += [("attribute", name) for name in self.attributes]
            case.learn(attributes=self.attributes)
            # Papers that count only while they name the project's own version or use may count no more.
            matched = [n for n, kind in case.definition.evidence.items() if self.attributes.keys() & set(kind.matches)]
            effects += rechecked(case, effects, matched)
        facts = () if command.record is None else ((command.record, command.record.rpartition("#")[2]),)
        return self.write("recorded", effects, deviations, content=content, public=public, facts=facts)


class RedactAct(OfficeAct):
    """Destroy content of an entry."""

    office = "redact"

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*super().roles, *self.case.definition.administration.force_redaction)))

    def signed(self) -> Any:
        return [self.command.kind, self.command.seq, sorted(self.command.fields)]

    def blockers(self) -> list[Blocker]:
        return [*admin.redacting_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        forced = bool(admin.still_read(self.case, self.command))
        effects = [*self.cleared(), *admin.redacting_effects(self.case, self.command)]
        named = self.case.redactions[-1].named()
        return self.write("recorded", effects, deviations, facts=named, flags=("forced",) if forced else ())


class LegalHoldAct(OfficeAct):
    """Keep all content for a matter, or end that. It may be done at any time, also after the end."""

    office = "legal_hold"

    @property
    def roles(self) -> tuple[str, ...]:
        """Those named for it; else any role in an organisation that owns a stage: an ended project has no owner."""
        named = tuple(dict.fromkeys((*self.declared.by, *self.declared.signatures)))
        return named or admin.stage_owners(self.case.definition)

    def blockers(self) -> list[Blocker]:
        return [*admin.keeping_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        since = self.case.at_text if isinstance(self.command, commands.LegalHold) else None
        effects = [*self.cleared(), ("legal_hold", self.command.matter, since)]
        return self.write("recorded", effects, deviations)


class ReassignAct(OfficeAct):
    """Name another handler, or the firm that took over."""

    office = "reassign"

    def blockers(self) -> list[Blocker]:
        return [*admin.reassigning_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        effects = self.cleared()
        if self.command.handler is not None:
            effects.append(("handler", self.command.handler))
        if self.command.firm is not None:
            effects.append(("firm", self.command.firm))
        return self.write("recorded", effects, deviations)


class LinkAct(OfficeAct):
    """Link to another project, or note a case number."""

    office = "link"

    def blockers(self) -> list[Blocker]:
        return [*admin.linking_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        command = self.command
        effects, content = self.cleared(), {}
        if command.alias is not None:
            self.case.aliases.append(command.alias)
            content[f"alias.{command.alias[0]}"] = command.alias[1]
        elif command.link is not None and command.other is not None:
            effects.append(("link", command.link, command.other))
        return self.write("recorded", effects, deviations, content=content)


class MigrateAct(OfficeAct):
    """Move to another version of the definition."""

    office = "migrate"

    def signed(self) -> Any:
        return [self.command.kind, self.command.target.rules_digest, sorted(self.command.states.items())]

    def blockers(self) -> list[Blocker]:
        return [*migrating_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        case = self.case
        old, calendar = case.facts.calendar, case.facts.following or case.facts.calendar
        effects = [*self.cleared(), *migrating_effects(case, self.command)]
        if case.facts.following is not None and case.project.calendar != calendar.digest:
            effects.append(("calendar", calendar.digest))
        before, after = case.program, program_of(self.command.target)
        with case.imagining(effects):
            _bind(case, after, calendar)
            timers = rearmed(case)
            if calendar.digest != case.bound:
                with case.imagining(timers):
                    timers += reckoned(case)
            _bind(case, before, old)
        facts = [("rules", self.command.target.rules_digest)]
        if calendar.digest != case.bound:
            facts += _named(case.bound, calendar)
        entry = self.write("moved", [*effects, *timers], deviations, facts=tuple(facts))
        _bind(case, after, calendar)
        return entry


def _bind(case: Case, program: Program, calendar: Calendar) -> None:
    case.program = program
    case.definition = program.definition
    case.facts = case.facts._replace(calendar=calendar)
    case.forget()


def _named(before: str, after: Calendar) -> tuple[tuple[str, str], ...]:
    """How an entry names in clear the calendar that a project leaves and the one that it is bound to."""
    return ("calendar.before", before), ("calendar.after", after.digest)


class CalendarAct(Act):
    """Come under a republished calendar: what runs is reckoned anew, what stands keeps its remainder."""

    @property
    def roles(self) -> tuple[str, ...]:
        return admin.calendar_roles(self.case.definition)

    def blockers(self) -> list[Blocker]:
        following = self.case.facts.following
        if following is None or following.digest != self.command.calendar:
            return [Blocker("unknown_name", {"what": "calendar", "name": self.command.calendar})]
        return [Blocker("same_calendar")] if self.case.bound == following.digest else []

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, calendar = self.case, self.case.facts.following
        assert calendar is not None
        case.facts = case.facts._replace(calendar=calendar)
        case.forget()
        effects: list[Effect] = [("calendar", calendar.digest), *reckoned(case)]
        return self.write("recorded", effects, deviations, facts=_named(case.bound, calendar))
