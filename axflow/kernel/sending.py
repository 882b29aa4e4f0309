"""Sending events: events of the path, which move a project, and the events of appeals."""

from __future__ import annotations

from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel import command as commands
from axflow.kernel.act import Act
from axflow.kernel.appealing import appeal_blockers, appeal_effects, appeal_of, appeal_roles
from axflow.kernel.authority import Granted, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.decision import GuardVerdict
from axflow.kernel.entry import Entry
from axflow.kernel.judgement import Judgement
from axflow.kernel.moves import act as done_by
from axflow.kernel.moves import taken
from axflow.kernel.program import Step
from axflow.kernel.signing import Signing, signing_role


class SendAct(Act):
    """Send an event: an event of the path, or of an appeal."""

    def __init__(self, case: Case, command: commands.Send) -> None:
        super().__init__(case, command)
        self.appeal = appeal_of(case, command.event)
        self.judgement = Judgement(case, command.reason, command.code)
        self.signing: Signing | None = None
        self.step: Step | None = None
        self.steps = case.program.by_event.get(command.event, ())
        self._enabled: list[Step] | None = None
        if not self.steps and not command.enforce and command.event in case.program.by_id:
            # A history may know of a move that the workflow makes by itself; it is told by the id of the step.
            self.steps = (case.program.by_id[command.event],)

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
            found = granted(self.case, self.command.actor, step.by)
            if found is not None:
                return found
        return granted(self.case, self.command.actor, self.roles)

    def _here(self) -> list[Step]:
        """The steps of this event that leave where the project is: tracks in declaration order, then the stage."""
        if self._enabled is None:
            project, found = self.case.project, []
            for step in self.steps:
                state = project.stage if step.level == STAGE_LEVEL else project.tracks.get(step.level)
                if state in step.sources and step.appeal is None:
                    found.append(step)
            if len(found) > 1:
                found.sort(key=lambda step: (step.level == STAGE_LEVEL, step.order))
            self._enabled = found
        return self._enabled

    def _signing(self, step: Step) -> Signing:
        environment = self.case.environment
        read = sorted(item.id for item in environment.read_by(step.guards))
        return Signing(
            self.case,
            f"{step.id}@{self._source(step)}",
            step.transition.signatures,
            [step.id, read, self.command.code or ""],
        )

    def _source(self, step: Step) -> str:
        state = self.case.project.tracks.get(step.level, self.case.project.stage)
        place = state if step.level == STAGE_LEVEL else f"{step.level}.{state}"
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
                    source if step.level == STAGE_LEVEL else f"{step.level}.{source}"
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
            state = case.project.stage if step.level == STAGE_LEVEL else case.project.tracks[step.level]
            judge = self.judgement if len(self.steps) == 1 else _Only(self.judgement, step)
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
        source = case.project.stage if step.level == STAGE_LEVEL else case.project.tracks.get(step.level, "")
        effects = [] if self.signing is None else self.signing.done()
        effects += taken(case, step, self.judgement, source)
        return self.write(
            "moved",
            effects,
            deviations,
            transition=step.id,
            facts=self.facts(),
            verdicts=self.verdicts(),
            waivers=self.judgement.waivers.get(step.id, ()),
            flags=(step.transition.flag,) if step.transition.flag else (),
        )

    def _forced(self) -> Step | None:
        """In a recorded history: the move that the event stands for, from wherever the project is."""
        for step in self.steps:
            if step.appeal is None and (step.level == STAGE_LEVEL or step.level in self.case.project.tracks):
                return step
        return None

    def facts(self) -> tuple[tuple[str, str], ...]:
        judged = self._judged()
        if len(judged) == 1:
            return self.judgement.facts(judged[0])
        return tuple(dict(pair for step in judged for pair in self.judgement.facts(step)).items())

    def verdicts(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, GuardVerdict] = {}
        for step in self._judged():
            for verdict in self.judgement.found[step.id]:
                found[verdict.guard] = verdict
        self.case.verdicts[:] = found.values()
        return tuple([(name, verdict.value) for name, verdict in found.items()])

    def _judged(self) -> list[Step]:
        return [step for step in self.steps if step.id in self.judgement.found]


class _Only:
    """Judges one of several steps of an event: the others are looked at in their own turn."""

    __slots__ = ("judgement", "step")

    def __init__(self, judgement: Judgement, step: Step) -> None:
        self.judgement = judgement
        self.step = step

    def permits(self, step: Step) -> bool:
        return step is self.step and self.judgement.permits(step)
