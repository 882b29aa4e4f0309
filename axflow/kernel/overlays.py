"""Acts on what lies over the path: waivers, holds, obligations and deadlines."""

from __future__ import annotations

from axflow.kernel.act import Act
from axflow.kernel.authority import granted, same
from axflow.kernel.blocker import Blocker
from axflow.kernel.entry import Entry
from axflow.kernel.holding import placed, placing_blockers, released, releasing_blockers, renewed
from axflow.kernel.limits import extended, start
from axflow.kernel.moves import act as done_by
from axflow.kernel.reasons import reason_blockers
from axflow.kernel.recording import discharged
from axflow.kernel.signing import Signing


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
        if same(case, command.actor.organisation, case.project.firm):
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
        signed = {role: who for role, who, _ in signing.given} | {part: command.actor.id}
        timer = start(case, f"waiver:{command.guard}", guard.waivable.for_, None)
        parts = {"by": signed["by"], "confirmed_by": signed["confirmed_by"]}
        waiver = {"until": timer[2]["due"], **parts, "seq": case.project.seq + 1}
        effects = [*signing.done(), ("waiver", command.guard, waiver)]
        if not case.project.recorded_history:
            effects.append(timer)
        return self.write("recorded", effects, deviations)


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
