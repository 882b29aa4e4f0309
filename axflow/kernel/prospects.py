"""Prospects: every way forward from where a project is, who may take it, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.actor import Actor
from axflow.kernel.authority import granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.decide import by_now
from axflow.kernel.facts import Facts
from axflow.kernel.judgement import Judgement
from axflow.kernel.moment import utc_text
from axflow.kernel.moves import active_places
from axflow.kernel.program import program_of
from axflow.kernel.project import Project


class Prospect(NamedTuple):
    """One way forward, or one record that is still awaited."""

    kind: str
    """`event`, `automatic`, `timed` or `record`."""
    name: str
    title: Text
    level: str
    target: str | None
    roles: tuple[str, ...]
    """Who may; empty where the workflow does it by itself."""
    organisations: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    since: str
    """Since when the project waits in the place that this leaves, UTC."""
    due: str | None
    """When the time limit on it ends, UTC."""
    mine: bool
    """Whether the viewer may do it."""

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.blockers


def prospects(
    definition: Definition, project: Project, facts: Facts, viewer: Actor | None = None
) -> tuple[Prospect, ...]:
    """Every way forward from where `project` is: tracks in declaration order, then the stage, then papers awaited."""
    project = by_now(definition, project, facts)
    case = _case(definition, project, facts)
    active = active_places(case)
    found = []
    steps = sorted(case.program.steps, key=lambda step: (step.level == STAGE_LEVEL, step.order))
    for step in steps:
        state = project.stage if step.level == STAGE_LEVEL else project.tracks.get(step.level)
        if state is None or state not in step.sources or step.appeal is not None:
            continue
        transition = step.transition
        place = state if step.level == STAGE_LEVEL else f"{step.level}.{state}"
        kind = "event" if transition.event else "automatic" if transition.automatic else "timed"
        roles = tuple(sorted(step.senders))
        found.append(
            Prospect(
                kind,
                transition.event or step.id,
                case.program.title(transition.event or step.id),
                step.level,
                transition.to,
                roles,
                _organisations(case, roles),
                tuple(Judgement(case, ignore_reason=True).against(step)),
                project.entered.get(place, project.opened_at),
                _due(project, step.id, step.handoff),
                _may(case, viewer, roles),
            )
        )
    return (*found, *_awaited(case, active, viewer))


def _awaited(case: Case, active: set[str], viewer: Actor | None) -> list[Prospect]:
    """Evidence that may be recorded here and is not there yet, or may be added to."""
    found = []
    for name, places in case.program.accepted_in.items():
        here = [place for place in places if place in active]
        kind = case.definition.evidence[name]
        current = case.environment.current(name)
        counts = [item for item in current if case.environment.standing(item) is None]
        if not here or (kind.collect is None and counts) or name not in case.program.readers:
            continue
        blockers: tuple[Blocker, ...] = ()
        if kind.collect is not None and len(current) >= kind.collect.at_most:
            continue
        roles = tuple(kind.from_)
        found.append(
            Prospect(
                "record",
                name,
                case.program.title(name),
                STAGE_LEVEL,
                None,
                roles,
                _organisations(case, roles),
                blockers,
                case.project.entered.get(here[0], case.project.opened_at),
                None,
                _may(case, viewer, roles),
            )
        )
    return found


def status(definition: Definition, project: Project, facts: Facts) -> str | None:
    """The strongest status word that the project's evidence supports; None where not even the weakest is."""
    case = _case(definition, by_now(definition, project, facts), facts)
    word = None
    for declared in definition.statuses:
        if declared.guard is not None and case.environment.verdict(declared.guard) is not True:
            break
        if any(_unsupported(case, name) for name in declared.passed):
            break
        word = declared.id
    return word


def _unsupported(case: Case, transition: str) -> bool:
    steps = [s.id for s in case.program.steps if transition in (s.id, s.transition.event)]
    passed = [name for name in steps if name in case.project.fired]
    return not passed or any(name in case.project.support and case.project.support[name].lost for name in passed)


def sight(definition: Definition, project: Project, facts: Facts, viewer: Actor | None) -> Callable[[str], bool]:
    """Which values a viewer may see, by path (`evidence.field`, `project.attribute`). No viewer: what nobody guards.

    A field without a classification is seen by all; one with it by the roles and organisations of its audience, and by
    the organisation that issued it.
    """
    case = _case(definition, project, facts)
    seen: dict[str, bool] = {}

    def may_see(path: str) -> bool:
        label = label_of(definition, path)
        if label is None:
            return True
        if label not in seen:
            seen[label] = viewer is not None and _in_audience(case, viewer, label)
        return seen[label]

    return may_see


def label_of(definition: Definition, path: str) -> str | None:
    """The classification of a value, by its path; None where it has none."""
    root, _, rest = path.partition(".")
    field = rest.partition(".")[0]
    if root in definition.evidence:
        kind = definition.evidence[root]
        declared = kind.fields.get(field)
        return (declared.classification if declared is not None else None) or (
            kind.classification if field == "" or declared else None
        )
    if root == "project" and field in definition.attributes:
        return definition.attributes[field].classification
    return None


def _in_audience(case: Case, viewer: Actor, label: str) -> bool:
    audience = case.definition.classifications[label].audience if label in case.definition.classifications else ()
    if viewer.organisation in audience:
        return True
    roles = tuple(name for name in audience if name in case.definition.roles)
    return bool(roles) and granted(case, viewer, roles) is not None


def _case(definition: Definition, project: Project, facts: Facts) -> Case:
    text = max(utc_text(facts.now), project.recorded_at)
    return Case(program_of(definition), project, facts, facts.now, text)


def _organisations(case: Case, roles: tuple[str, ...]) -> tuple[str, ...]:
    named: dict[str, None] = {}
    for role in roles:
        for organisation in case.definition.roles[role].of:
            named[case.project.firm if organisation == "firm" else organisation] = None
    return tuple(named)


def _due(project: Project, step: str, handoff: str | None) -> str | None:
    for name in (f"after:{step}", f"handoff:{handoff}"):
        timer = project.timers.get(name)
        if timer is not None:
            return timer.due
    return None


def _may(case: Case, viewer: Actor | None, roles: tuple[str, ...]) -> bool:
    return viewer is not None and granted(case, viewer, roles) is not None
