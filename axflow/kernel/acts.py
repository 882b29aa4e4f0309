"""Which act each kind of command asks for; opening, splitting and merging, which concern whole projects."""

from __future__ import annotations

from typing import Any

from axflow.kernel import administering as admin
from axflow.kernel import command as commands
from axflow.kernel.act import Act
from axflow.kernel.authority import Granted, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.content import split_public
from axflow.kernel.entry import Effect, Entry
from axflow.kernel.offices import CalendarAct, CorrectAct, LegalHoldAct, LinkAct, MigrateAct, ReassignAct, RedactAct
from axflow.kernel.overlays import DischargeAct, ExtendAct, HoldAct, ReleaseAct, WaiveAct
from axflow.kernel.papers import RecordAct, RecordedAct
from axflow.kernel.rearming import revived
from axflow.kernel.sending import SendAct

UNSETTLED = (
    commands.Redact,
    commands.LegalHold,
    commands.LiftLegalHold,
    commands.Reassign,
    commands.LinkTo,
    commands.ChangeCalendar,
)
"""Commands after which no automatic step is looked for: they change nothing that a guard waits for."""


class OpenAct(Act):
    """Open, or take over a project that is already midway."""

    def __init__(self, case: Case, command: Any) -> None:
        super().__init__(case, command)
        self.attributes: dict[str, Any] = {}
        if not case.project.seq:
            case.project = case.project._replace(
                definition=case.definition.id, firm=command.firm, rules_digest=case.definition.rules_digest,
                recorded_history=not command.enforce,
            )  # fmt: skip
            case.forget()

    @property
    def roles(self) -> tuple[str, ...]:
        administration = self.case.definition.administration
        if isinstance(self.command, commands.TakeOver) and administration.take_over.by:
            return administration.take_over.by
        return administration.open or tuple(self.case.definition.roles)

    def authority(self) -> Granted | None:
        found = super().authority()
        if found is None and self.command.cause is not None:
            # Who was permitted the move that opens this project needs no further office for it.
            return granted(self.case, self.command.actor, tuple(self.case.definition.roles)) or Granted("", None)
        return found

    def blockers(self) -> list[Blocker]:
        return admin.opening_blockers(self.case, self.command, self.attributes)

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        public, content = split_public(self.attributes, case.definition.attributes, "attributes")
        if command.title:
            content["title"] = command.title
        for organisation, number in command.aliases.items():
            content[f"alias.{organisation}"] = number
            case.aliases.append((organisation, number))
        for carried in command.carried:
            fields = case.definition.evidence[carried.record.type].fields
            shown, hidden = split_public(carried.values, fields, f"carried.{admin.carried_id(carried)}")
            public |= shown
            content |= hidden
        case.learn({admin.carried_id(c): c.values for c in command.carried}, self.attributes)
        effects: list[Effect] = []
        again = isinstance(command, commands.TakeOver) and case.project.seq
        if again:
            effects += [("history", False), ("calendar", case.facts.calendar.digest)]
            effects += [("attribute", name) for name in self.attributes]
            with case.imagining(effects):
                effects += revived(case)
        else:
            effects = admin.opening_effects(case, command, self.attributes)
        return self.write("moved", effects, deviations, content=content, public=public, cause=command.cause)


class ReplaceAct(Act):
    """Split a project, or merge it into another."""

    @property
    def roles(self) -> tuple[str, ...]:
        definition = self.case.definition
        rule = definition.split if self.command.by == "split" else definition.merge
        return tuple(definition.roles) if rule is None else rule.by

    def blockers(self) -> list[Blocker]:
        return admin.replacing_blockers(self.case, self.command)

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        return self.write("moved", admin.replacing_effects(self.case, self.command), deviations)


_ACTS: dict[type, type[Act]] = {
    commands.Open: OpenAct,
    commands.TakeOver: OpenAct,
    commands.Send: SendAct,
    commands.Record: RecordAct,
    commands.Withdraw: RecordedAct,
    commands.Confirm: RecordedAct,
    commands.Correct: CorrectAct,
    commands.Redact: RedactAct,
    commands.LegalHold: LegalHoldAct,
    commands.LiftLegalHold: LegalHoldAct,
    commands.Waive: WaiveAct,
    commands.PlaceHold: HoldAct,
    commands.ReleaseHold: ReleaseAct,
    commands.Discharge: DischargeAct,
    commands.Extend: ExtendAct,
    commands.Reassign: ReassignAct,
    commands.LinkTo: LinkAct,
    commands.Migrate: MigrateAct,
    commands.ChangeCalendar: CalendarAct,
    commands.Replace: ReplaceAct,
}


def act_for(case: Case, command: commands.Command) -> Act:
    """The act that a command asks for."""
    return _ACTS[type(command)](case, command)
