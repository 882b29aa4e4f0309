"""The decision: one pure function from definition, project, command and facts to what follows.

The order of its checks is a rule of its own. A key used before, a stale view and a lack of authority end the matter at
once, in this order, so that nobody without authority learns more. Everything else is collected and told together.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from axflow.definition.calendar import CalendarError
from axflow.definition.definition import Definition
from axflow.kernel import acts
from axflow.kernel.act import Act, name_of
from axflow.kernel.actor import Actor
from axflow.kernel.authority import Granted
from axflow.kernel.blocker import Blocker, key_reused, not_authorised, stale
from axflow.kernel.case import MOST_MICROSTEPS, Case, Unbounded
from axflow.kernel.command import Command, Open, TakeOver, Tick
from axflow.kernel.decision import Decision, Outcome
from axflow.kernel.evolve import blank
from axflow.kernel.facts import Facts
from axflow.kernel.moment import as_utc, utc_parse, utc_text
from axflow.kernel.moves import settle
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from axflow.kernel.timers import fire_due


class _Now(NamedTuple):
    instant: datetime
    text: str
    went_back: bool


def decide(definition: Definition, project: Project | None, command: Command, facts: Facts) -> Decision:
    """What follows from `command`.

    Parameters:
        definition: the version that the project is bound to.
        project: the project as its entries left it; None only for `Open` and `TakeOver`.
        command: what is asked.
        facts: everything else that the decision may rest on.

    Returns:
        The outcome with its reasons, the entries to store and the project after them. A refusal is a value.

    Raises:
        ValueError: the command cannot be put to this project at all: none given, one given to open, another
            definition's or calendar's, or days that the calendar does not cover. Nothing follows from it then.
    """
    project = _fitting(definition, project, command, facts)
    if facts.prior is not None and facts.prior.same:
        return Decision(
            "duplicate",
            project if project.seq else None,
            seq=facts.prior.seq,
            first=cast("Outcome", facts.prior.outcome),
        )
    try:
        return _bounded(definition, project, command, facts, facts.calendar.digest)
    except CalendarError:
        if facts.following is None:
            raise
        # Timers that are due may start others beyond the last day of the old calendar: the new one is there for that.
        return _bounded(definition, project, command, facts._replace(calendar=facts.following), facts.calendar.digest)


def _bounded(definition: Definition, project: Project, command: Command, facts: Facts, bound: str) -> Decision:
    now = _now(project, facts)
    case = Case(program_of(definition), project, facts, now.instant, now.text)
    case.bound = bound
    if now.went_back:
        case.flags.append("clock_went_back")
    try:
        return _decided(case, command)
    except Unbounded:
        again = Case(case.program, project, facts, now.instant, now.text)
        again.acting(command.actor)
        return _refused(again, command, (Blocker("not_bounded", {"limit": MOST_MICROSTEPS}),))


def by_now(definition: Definition, project: Project, facts: Facts) -> Project:
    """The project as it is now, whether or not anybody ticked: with the timers fired that are due by now."""
    if project.next_due is None or project.next_due > utc_text(facts.now):
        return project
    nobody = Actor("workflow", "workflow", kind="service")
    return decide(definition, project, Tick(actor=nobody), facts._replace(prior=None)).project or project


def _fitting(definition: Definition, project: Project | None, command: Command, facts: Facts) -> Project:
    if isinstance(command, Open):
        if project is not None and not (isinstance(command, TakeOver) and project.recorded_history):
            raise ValueError(f"project {project.id!r} is open already; open takes no project")
        return project or blank(command.project, definition.rules_digest, "")
    if project is None:
        raise ValueError(f"{command.kind} needs a project; there is none yet, so open one first")
    if project.rules_digest != definition.rules_digest:
        raise ValueError(
            f"project {project.id!r} is bound to rules {project.rules_digest[:12]}…, "
            f"not to {definition.rules_digest[:12]}… of {definition.id} {definition.version}"
        )
    if project.calendar is not None and project.calendar != facts.calendar.digest:
        raise ValueError(
            f"project {project.id!r} is reckoned by calendar {project.calendar[:12]}…, "
            f"not by {facts.calendar.digest[:12]}…; decide by the calendar that its journal names"
        )
    return project


def _now(project: Project, facts: Facts) -> _Now:
    text = utc_text(facts.now)
    if text >= project.recorded_at:
        return _Now(as_utc(facts.now), text, False)
    return _Now(utc_parse(project.recorded_at), project.recorded_at, True)


def _decided(case: Case, command: Command) -> Decision:
    case.enforce = command.enforce
    if case.facts.prior is not None:
        case.acting(command.actor)
        assert command.key is not None
        return _refused(case, command, (key_reused(command.key),))
    if case.project.seq:
        fire_due(case)
    if isinstance(command, Tick):
        moved = any(entry.outcome == "moved" for entry in case.entries)
        return case.decision("moved" if moved else "recorded", case.project.seq)
    if command.expected is not None and command.expected != case.project.version:
        case.acting(command.actor)
        return _refused(case, command, (stale(command.expected, case.project.version),))
    early = _take_moment(case, command)
    taking_over = isinstance(command, TakeOver)
    act = acts.act_for(case, command)
    case.acting(command.actor)
    found = act.authority()
    if found is not None and case.enforce and command.occurred_at is not None and not early and not taking_over:
        found = _then_too(case, act, found)
    if found is None and case.enforce:
        return _refused(
            case, command, (not_authorised(command.actor.id, act.title, case.program.titles(act.roles)),), act.name
        )
    if isinstance(found, Granted):
        case.acting(command.actor, found.role, found.authority)
    if early and case.enforce:
        return _refused(case, command, (*early, *act.blockers()), act.name, act)
    blockers = act.blockers()
    if blockers and case.enforce:
        return _refused(case, command, tuple(blockers), act.name, act)
    if found is None:
        blockers = [not_authorised(command.actor.id, act.title, case.program.titles(act.roles)), *blockers]
    if taking_over and command.occurred_at is not None and case.enforce:
        # Who may admit a project is judged now; what runs in it runs since it came where it is said to be.
        case.since(command.occurred_at)
    entry = act.perform((*early, *blockers))
    if not isinstance(command, acts.UNSETTLED):
        settle(case)
    return case.decision("moved" if entry.outcome == "moved" else "recorded", entry.seq)


def _take_moment(case: Case, command: Command) -> list[Blocker]:
    """Set the time at which the command is judged, and say what is wrong with the time that it names.

    What is recorded of a past history is judged as of then. A live act is judged now, whenever it is said to have
    happened: naming an earlier time brings no expired paper, ended waiver or revoked role back.
    """
    moment = command.occurred_at
    found: list[Blocker] = []
    if case.project.recorded_history and command.enforce and not isinstance(command, TakeOver):
        found.append(Blocker("recorded_history"))
    if moment is None:
        return found
    if moment.start > case.now:
        found.append(Blocker("in_future", {"occurred": moment.text}))
    if case.project.seq and utc_text(moment.end) < case.project.moved_at and command.kind not in ("record", "correct"):
        found.append(Blocker("out_of_order", {"occurred": moment.text, "last": case.project.moved_at}))
    if not command.enforce:
        case.at_moment(moment)
    elif not found:
        case.told(moment)
    return found


def _then_too(case: Case, act: Act, found: Granted) -> Granted | None:
    """The authority of who says that they acted earlier: what they hold now, if they held it then as well."""
    now, now_text = case.at, case.at_text
    then = min(str(case.occurred["end"]), now_text)
    case.at, case.at_text = utc_parse(then), then
    held = act.authority()
    case.at, case.at_text = now, now_text
    case.forget()
    return None if held is None else found


def _refused(
    case: Case, command: Command, blockers: tuple[Blocker, ...], name: str | None = None, act: Act | None = None
) -> Decision:
    # A project that was never opened has no journal to write the attempt into; the caller is told all the same.
    if not case.project.seq and isinstance(command, Open):
        return case.decision("refused", 0, blockers)
    content = {} if command.reason is None else {"reason": command.reason}
    entry = case.write(
        command.kind,
        name or name_of(command),
        "refused",
        code=command.code,
        facts=() if act is None else act.facts(),
        verdicts=() if act is None else act.verdicts(),
        blockers=blockers,
        content=content,
    )
    return case.decision("refused", entry.seq, blockers)
