"""Acts: for each kind of command, who may, what stands against it, and what it writes.

Every act has the same face, so that `decide` can keep one order of checks for all of them.
"""

from __future__ import annotations

from typing import Any

from axflow.kernel import administering as admin
from axflow.kernel import command as commands
from axflow.kernel.appealing import appeal_blockers, appeal_effects, appeal_of, appeal_roles
from axflow.kernel.authority import Granted, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.entry import Effect, Entry
from axflow.kernel.holding import placed, placing_blockers, released, releasing_blockers, renewed
from axflow.kernel.judgement import Judgement
from axflow.kernel.limits import extended, start
from axflow.kernel.moves import act as done_by
from axflow.kernel.moves import taken
from axflow.kernel.program import Program, Step, program_of
from axflow.kernel.reasons import reason_blockers
from axflow.kernel.recording import (
    Recording,
    confirmed,
    corrected,
    discharged,
    document_content,
    lock_blockers,
    split_public,
    withdrawn,
)
from axflow.kernel.signing import Signing, signing_role

UNSETTLED = (commands.Redact, commands.Reassign, commands.LinkTo)
"""Commands after which no automatic step is looked for: they change nothing that a guard waits for."""


class Act:
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
    def roles(self) -> tuple[str, ...]:
        """Roles that may do it."""
        raise NotImplementedError

    def authority(self) -> Granted | None:
        """The role under which the actor may do it; None if none."""
        return granted(self.case, self.command.actor, self.roles)

    def blockers(self) -> list[Blocker]:
        """Everything that stands against it."""
        raise NotImplementedError

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        """Write what it does. `deviations` are what a recorded history would have been refused for."""
        raise NotImplementedError

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


class OpenAct(Act):
    """Open, or take over a project that is already midway."""

    def __init__(self, case: Case, command: Any) -> None:
        super().__init__(case, command)
        self.attributes: dict[str, Any] = {}
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
        effects = []
        again = isinstance(command, commands.TakeOver) and case.project.seq
        if again:
            effects.append(("history", False))
        else:
            effects = admin.opening_effects(case, command, self.attributes)
        return self.write("moved", effects, deviations, content=content, public=public, cause=command.cause)


class SendAct(Act):
    """Send an event: an event of the path, or of an appeal."""

    def __init__(self, case: Case, command: commands.Send) -> None:
        super().__init__(case, command)
        self.appeal = appeal_of(case, command.event)
        self.judgement = Judgement(case, command.reason, command.code)
        self.signing: Signing | None = None
        self.step: Step | None = None
        self.steps = case.program.by_event.get(command.event, ())

    @property
    def roles(self) -> tuple[str, ...]:
        if self.appeal is not None:
            return appeal_roles(self.case, *self.appeal)
        return tuple(dict.fromkeys(role for step in self.steps for role in sorted(step.senders)))

    def authority(self) -> Granted | None:
        if not self.steps and self.appeal is None:
            # Who holds any role here may be told that the event does not exist; nobody else learns that much.
            return granted(self.case, self.command.actor, tuple(self.case.definition.roles))
        for step in self._here():
            if step.transition.signatures:
                signing = self._signing(step)
                found = signing_role(self.case, self.command.actor, signing)
                if found is not None:
                    return found
            found = granted(self.case, self.command.actor, sorted(step.senders))
            if found is not None:
                return found
        return granted(self.case, self.command.actor, self.roles)

    def _here(self) -> list[Step]:
        """The steps of this event that leave where the project is: tracks in declaration order, then the stage."""
        project, found = self.case.project, []
        for step in self.steps:
            state = project.tracks.get(step.level) if step.level != "stage" else project.stage
            if state in step.sources and step.appeal is None:
                found.append(step)
        return sorted(found, key=lambda step: (step.level == "stage", step.order))

    def _signing(self, step: Step) -> Signing:
        environment = self.case.environment
        read = sorted({item.id for name in step.guards for item in environment.read_by(name)})
        return Signing(
            self.case,
            f"{step.id}@{self._source(step)}",
            step.transition.signatures,
            [step.id, read, self.command.code or ""],
        )

    def _source(self, step: Step) -> str:
        state = self.case.project.tracks.get(step.level, self.case.project.stage)
        place = state if step.level == "stage" else f"{step.level}.{state}"
        return f"{place}.{self.case.project.visits.get(place, 0)}"

    def blockers(self) -> list[Blocker]:
        case, command = self.case, self.command
        if self.appeal is not None:
            return appeal_blockers(case, *self.appeal, command)
        if not self.steps:
            return [Blocker("unknown_event", {"event": command.event})]
        here = self._here()
        if not here:
            title = case.program.title
            if case.project.end is not None and not any(case.project.end in step.sources for step in self.steps):
                return [Blocker("ended", {"here": title(case.project.stage)})]
            where = tuple(
                dict.fromkeys(
                    source if step.level == "stage" else f"{step.level}.{source}"
                    for step in self.steps
                    for source in step.sources
                )
            )
            params = {"act": self.title, "here": title(case.project.stage), "where": case.program.titles(where)}
            return [Blocker("not_enabled", params)]
        mine = [step for step in here if case.role is None or case.role in step.senders] or here
        for step in mine:
            before = len(self.judgement.blockers)
            machine = case.program.machines[step.level]
            state = case.project.stage if step.level == "stage" else case.project.tracks[step.level]
            judge = _Only(self.judgement, step)
            if machine.fire(step.trigger, state, judge) is not None and len(self.judgement.blockers) == before:
                self.step = step
                break
        if self.step is None:
            if not case.enforce:
                self.step = mine[0]
            return list(self.judgement.blockers)
        self.judgement.blockers.clear()
        if self.step.transition.signatures:
            self.signing = self._signing(self.step)
            return self.signing.blockers(command.actor, case.role or "")
        return []

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        if self.appeal is not None:
            outcome, effects = appeal_effects(case, *self.appeal, command)
            return self.write(outcome, effects, deviations)
        step = self.step or self._forced()
        if step is None:
            return self.write("recorded", [done_by(case, command.event)], deviations)
        if self.signing is not None and not self.signing.complete_with(case.role or "") and case.enforce:
            signed = [self.signing.effect(case.role or "", command.actor), done_by(case, command.event)]
            return self.write(
                "recorded", signed, deviations, flags=("signed",), facts=self.facts(), verdicts=self.verdicts()
            )
        source = case.project.stage if step.level == "stage" else case.project.tracks.get(step.level, "")
        effects = [] if self.signing is None else self.signing.done()
        effects += taken(case, step, self.judgement, source)
        return self.write(
            "moved",
            effects,
            deviations,
            transition=step.id,
            facts=self.facts(),
            verdicts=self.judgement.verdict_pairs(step),
            waivers=self.judgement.waivers.get(step.id, ()),
            flags=(step.transition.flag,) if step.transition.flag else (),
        )

    def _forced(self) -> Step | None:
        """In a recorded history: the move that the event stands for, from wherever the project is."""
        for step in self.steps:
            if step.appeal is None and (step.level == "stage" or step.level in self.case.project.tracks):
                return step
        return None

    def facts(self) -> tuple[tuple[str, str], ...]:
        read: dict[str, str] = {}
        for step in self.steps:
            if step.id in self.judgement.found:
                read.update(self.judgement.facts(step))
        return tuple(read.items())

    def verdicts(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for step in self.steps:
            for verdict in self.judgement.found.get(step.id, ()):
                found[verdict.guard] = verdict.value
                if verdict not in self.case.verdicts:
                    self.case.verdicts.append(verdict)
        return tuple(found.items())


class _Only:
    """Judges one of several steps of an event: the others are looked at in their own turn."""

    __slots__ = ("judgement", "step")

    def __init__(self, judgement: Judgement, step: Step) -> None:
        self.judgement = judgement
        self.step = step

    def permits(self, step: Step) -> bool:
        return step is self.step and self.judgement.permits(step)


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
        if item is None:
            return tuple(self.case.definition.roles)
        kind = self.case.definition.evidence[item.type]
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
        kind = case.definition.evidence[item.type]
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
        if self.attributes:
            shown, hidden = split_public(self.attributes, case.definition.attributes, "attributes")
            public |= shown
            content |= hidden
            effects += [("attribute", name) for name in self.attributes]
            case.learn(attributes=self.attributes)
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
        facts = (
            (f"entry:{self.command.seq}", str(self.command.seq)),
            *((f"field:{f}", "1") for f in self.command.fields),
        )
        return self.write("recorded", effects, deviations, facts=facts, flags=("forced",) if forced else ())


class WaiveAct(Act):
    """Waive a guard: one person proposes, another agrees."""

    @property
    def roles(self) -> tuple[str, ...]:
        guard = self.case.definition.guards.get(self.command.guard)
        if guard is None or guard.waivable is False:
            return tuple(self.case.definition.roles)
        return tuple(dict.fromkeys((*guard.waivable.by, *guard.waivable.confirmed_by)))

    def _signing(self) -> Signing:
        return Signing(self.case, f"waive:{self.command.guard}", ("by", "confirmed_by"), ["waive", self.command.guard])

    def _part(self) -> str:
        """Whether the actor proposes or agrees: who may do both proposes if nobody has."""
        guard = self.case.definition.guards[self.command.guard]
        assert guard.waivable is not False
        missing = self._signing().open_roles
        for part, roles in (("by", guard.waivable.by), ("confirmed_by", guard.waivable.confirmed_by)):
            if part in missing and granted(self.case, self.command.actor, roles) is not None:
                return part
        return "none"

    def blockers(self) -> list[Blocker]:
        case, command = self.case, self.command
        guard = case.definition.guards.get(command.guard)
        if guard is None:
            return [Blocker("unknown_name", {"what": "guard", "name": command.guard})]
        if guard.waivable is False:
            return [Blocker("not_waivable", {"guard": guard.title})]
        found: list[Blocker] = []
        if not (command.reason and command.reason.strip()):
            found.append(Blocker("reason_required", {"act": guard.title}))
        if command.actor.organisation == case.project.firm:
            params = {"actor": command.actor.id, "earlier": case.program.title("firm"), "act": guard.title}
            found.append(Blocker("separation_of_duties", params))
        current = case.project.waivers.get(command.guard)
        if current is not None and current.until > case.at_text:
            found.append(Blocker("already_waived", {"guard": guard.title, "until": current.until[:10]}))
        found += self._signing().blockers(command.actor, case.role or "")
        if not found and self._part() == "none":
            found.append(Blocker("already_signed", {"actor": command.actor.id}, tuple(guard.waivable.confirmed_by)))
        return found

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        guard = case.definition.guards.get(command.guard)
        if guard is None or guard.waivable is False:
            return self.write("recorded", [], deviations)
        signing, part = self._signing(), self._part()
        if not signing.complete_with(part):
            return self.write("recorded", [signing.effect(part, command.actor)], deviations, flags=("proposed",))
        first = signing.given[0][1] if signing.given else command.actor.id
        timer = start(case, f"waiver:{command.guard}", guard.waivable.for_, None)
        waiver = {"until": timer[2]["due"], "by": first, "confirmed_by": command.actor.id, "seq": case.project.seq + 1}
        return self.write("recorded", [*signing.done(), ("waiver", command.guard, waiver), timer], deviations)


class HoldAct(Act):
    """Place a hold."""

    @property
    def roles(self) -> tuple[str, ...]:
        hold = self.case.definition.holds.get(self.command.hold)
        return tuple(self.case.definition.roles) if hold is None else hold.by

    def blockers(self) -> list[Blocker]:
        if self.command.hold not in self.case.definition.holds:
            return [Blocker("unknown_name", {"what": "hold", "name": self.command.hold})]
        return placing_blockers(self.case, self.command)

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        if command.hold not in case.definition.holds or command.hold in case.project.holds:
            return self.write("recorded", [], deviations)
        effects = placed(case, command.hold, command.actor.id, command.code)
        return self.write("recorded", [*effects, done_by(case, command.hold)], deviations)


class ReleaseAct(Act):
    """Release a hold, or renew it after a review."""

    @property
    def roles(self) -> tuple[str, ...]:
        hold = self.case.definition.holds.get(self.command.hold)
        return tuple(self.case.definition.roles) if hold is None else hold.released_by or hold.by

    def blockers(self) -> list[Blocker]:
        if self.command.hold not in self.case.definition.holds:
            return [Blocker("unknown_name", {"what": "hold", "name": self.command.hold})]
        found = releasing_blockers(self.case, self.command)
        if self.command.renew:
            found += reason_blockers(self.case, "required", self.command.reason, self.command.code, self.name)
        return found

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, command = self.case, self.command
        if command.hold not in case.project.holds:
            return self.write("recorded", [], deviations)
        if command.renew:
            return self.write("recorded", renewed(case, command.hold), deviations, flags=("renewed",))
        return self.write("recorded", released(case, command.hold), deviations)


class DischargeAct(Act):
    """Declare an obligation met."""

    @property
    def roles(self) -> tuple[str, ...]:
        declared = self.case.definition.obligations.get(self.command.obligation)
        return tuple(self.case.definition.roles) if declared is None else declared.discharged_by

    def blockers(self) -> list[Blocker]:
        case, command = self.case, self.command
        if command.obligation not in case.project.obligations:
            return [Blocker("no_obligation", {"obligation": case.program.title(command.obligation)})]
        return reason_blockers(case, "required", command.reason, command.code, command.obligation)

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        known = self.command.obligation in self.case.project.obligations
        return self.write("recorded", discharged(self.command.obligation) if known else [], deviations)


class ExtendAct(Act):
    """Extend a deadline."""

    @property
    def roles(self) -> tuple[str, ...]:
        declared = self.case.definition.deadlines.get(self.command.deadline)
        if declared is None or declared.extension is None:
            return tuple(self.case.definition.roles)
        return declared.extension.by

    def blockers(self) -> list[Blocker]:
        case, name = self.case, self.command.deadline
        declared = case.definition.deadlines.get(name)
        if declared is None:
            return [Blocker("unknown_name", {"what": "deadline", "name": name})]
        title = case.program.title(name)
        if declared.extension is None:
            return [Blocker("not_extensible", {"deadline": title})]
        timer = case.project.timers.get(f"deadline:{name}")
        if timer is None or timer.due is None:
            return [Blocker("not_running", {"deadline": title})]
        found = []
        if timer.extended >= declared.extension.at_most:
            params = {"act": title, "limit": declared.extension.at_most, "count": timer.extended}
            found.append(Blocker("limit_reached", params))
        if declared.extension.reason:
            found += reason_blockers(case, "required", self.command.reason, self.command.code, name)
        return found

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        case, name = self.case, self.command.deadline
        declared = case.definition.deadlines.get(name)
        timer = case.project.timers.get(f"deadline:{name}")
        if declared is None or declared.extension is None or timer is None or timer.due is None:
            return self.write("recorded", [], deviations)
        return self.write("recorded", [extended(case, timer, declared.extension.for_)], deviations)


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
        return [*admin.migrating_blockers(self.case, self.command), *self.signature_blockers()]

    def perform(self, deviations: tuple[Blocker, ...]) -> Entry:
        signature = self.sign(deviations)
        if signature is not None:
            return signature
        case = self.case
        effects = [*self.cleared(), *admin.migrating_effects(case, self.command)]
        before = case.program
        with case.imagining(effects):
            _bind(case, program_of(self.command.target))
            effects += admin.rearmed(case)
            entry_rules = case.program
            _bind(case, before)
        facts = (("rules", self.command.target.rules_digest),)
        entry = self.write("moved", effects, deviations, facts=facts)
        _bind(case, entry_rules)
        return entry


def _bind(case: Case, program: Program) -> None:
    case.program = program
    case.definition = program.definition
    case.forget()


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
    commands.Waive: WaiveAct,
    commands.PlaceHold: HoldAct,
    commands.ReleaseHold: ReleaseAct,
    commands.Discharge: DischargeAct,
    commands.Extend: ExtendAct,
    commands.Reassign: ReassignAct,
    commands.LinkTo: LinkAct,
    commands.Migrate: MigrateAct,
    commands.Replace: ReplaceAct,
}

_NAMED = ("event", "evidence", "guard", "hold", "obligation", "deadline", "record", "by", "link")


def act_for(case: Case, command: commands.Command) -> Act:
    """The act that a command asks for."""
    return _ACTS[type(command)](case, command)


def name_of(command: commands.Command) -> str:
    """What a command is about, as the name of its entry."""
    for field in _NAMED:
        value = getattr(command, field, None)
        if isinstance(value, str) and value:
            return value
    return command.kind
