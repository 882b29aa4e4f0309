"""Looking back: one project, or the counts of many, as they were known or as they stood at a time.

Two times: what had been *recorded* by then is what anybody could have known; what had *occurred* by then is what is
known now about that day, papers that came in late included. Each may be given alone, or both: what was known by the one
day about the other. What is shown is rendered under the rules that the project was bound to then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from axflow.audit.reading import AuditError, Reading, Selection, Step, instant
from axflow.definition.calendar import Calendar
from axflow.definition.definition import Definition
from axflow.kernel.actor import Actor
from axflow.kernel.content import values_prefix
from axflow.kernel.directory import Directory
from axflow.kernel.evolve import blank, fold
from axflow.kernel.facts import Facts
from axflow.kernel.moment import utc_parse
from axflow.kernel.project import Project
from axflow.kernel.prospects import sight, status

EVERYTHING: Final = Selection()
NOT_OPENED: Final = ""
"""The stage of a project that there was not yet."""


class AsOf(NamedTuple):
    """A project at a time."""

    project: Project
    definition: Definition
    """The rules that it was bound to then."""
    calendar: Calendar
    directory: Directory
    """As it was known then."""
    title: str
    attributes: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    """By record; only of records that counted then, and as far as the viewer may see them."""
    status: str | None
    """The strongest status word that its evidence then supported."""
    entries: int
    """Entries that tell of it."""
    later: int
    """Entries that are left out: recorded, or occurred, later."""
    unplaced: tuple[int, ...]
    """Entries that had occurred by then and rest on what occurred later, so that they cannot be told without it."""
    redacted: tuple[str, ...]
    """Content fields of the entries told that were destroyed since, as `number/field`."""


class Count(NamedTuple):
    """How many projects of a definition were in one stage, or at one end."""

    definition: str
    stage: str
    """`NOT_OPENED` for those that there were not yet."""
    end: bool
    projects: int


def as_of(
    reading: Reading,
    project: str,
    *,
    recorded: str | datetime | None = None,
    occurred: str | datetime | None = None,
    viewer: Actor | None = None,
) -> AsOf:
    """A project at a time.

    Parameters:
        recorded: only what was recorded by then: a day, month or year in the definition's zone, or an instant.
        occurred: only what had happened by then.
        viewer: who looks; nobody sees what is classified.

    Raises `AuditError` where there was no such project then, `ValueError` for what is no time.
    """
    steps = tuple(reading.steps(project))
    known = _until(reading, steps, recorded), _until(reading, steps, occurred)
    state, told, unplaced = _folded(steps, *known)
    if state is None:
        raise AuditError(f"there was no project {project} at that time: it was opened later")
    published = reading.version_of(state)
    calendar = reading.calendar_of(state)
    now = known[0] or known[1] or steps[-1].entry.recorded_at
    by_seq = {step.entry.seq: step.recorded for step in told}
    values: dict[str, dict[str, Any]] = {}
    for id, record in state.evidence.items():
        if record.status == "current":
            prefix = values_prefix(record)
            fields = by_seq[record.seq].fields
            values[id] = {name.removeprefix(prefix): v for name, v in fields.items() if name.startswith(prefix)}
    attributes = {
        name: by_seq[seq].fields[f"attributes.{name}"]
        for name, seq in state.attributes.items()
        if f"attributes.{name}" in by_seq[seq].fields
    }
    directory = reading.directory_at(known[0]) if known[0] is not None else reading.directory
    facts = Facts(utc_parse(now), calendar, directory, values, attributes)
    may_see = sight(published.definition, state, facts, viewer)
    return AsOf(
        state,
        published.definition,
        calendar,
        directory,
        str(by_seq[1].fields.get("title", "")) if 1 in by_seq else "",
        {name: value for name, value in attributes.items() if may_see(f"project.{name}")},
        {
            id: {name: value for name, value in kept.items() if may_see(f"{state.evidence[id].type}.{name}")}
            for id, kept in values.items()
        },
        status(published.definition, state, facts),
        len(told),
        len(steps) - len(told) - len(unplaced),
        unplaced,
        tuple(f"{step.entry.seq}/{field}" for step in told for field in step.recorded.redacted),
    )


def portfolio(
    reading: Reading,
    selection: Selection = EVERYTHING,
    *,
    recorded: str | datetime | None = None,
    occurred: str | datetime | None = None,
) -> tuple[Count, ...]:
    """How many of the selected projects were where at a time, by definition, in order of its stages and ends.

    A project that there was not yet is counted as such, so that the counts add up to the selection. Parameters and
    errors as `as_of`; a day is read in each project's own zone.
    """
    counts: dict[tuple[str, str], int] = {}
    ends: dict[tuple[str, str], bool] = {}
    orders: dict[str, dict[str, int]] = {}
    for id in reading.projects(selection):
        steps = tuple(reading.steps(id))
        state, _, _ = _folded(steps, _until(reading, steps, recorded), _until(reading, steps, occurred))
        bound = state or steps[-1].after
        key = (bound.definition, NOT_OPENED if state is None else state.stage)
        counts[key] = counts.get(key, 0) + 1
        ends[key] = state is not None and state.end is not None
        definition = reading.version_of(bound).definition
        order = orders.setdefault(bound.definition, {NOT_OPENED: -1})
        for name in (*definition.stages, *definition.ends):
            order.setdefault(name, len(order))
    return tuple(
        Count(definition, stage, ends[definition, stage], count)
        for (definition, stage), count in sorted(
            counts.items(), key=lambda item: (item[0][0], orders[item[0][0]].get(item[0][1], 10**6), item[0][1])
        )
    )


def _until(reading: Reading, steps: tuple[Step, ...], time: str | datetime | None) -> str | None:
    """The last instant of a time as UTC text, a day read in the zone that the project ended up with."""
    return None if time is None else instant(time, reading.version_of(steps[-1].after).calendar.timezone)


def _folded(
    steps: tuple[Step, ...], recorded: str | None, occurred: str | None
) -> tuple[Project | None, tuple[Step, ...], tuple[int, ...]]:
    """The project after the entries that had been recorded and had occurred by then, those entries, and the unplaced.

    By what was recorded they are a beginning of the journal. By what occurred they may leave out one in between; what
    each of the others changed is then folded in the order of the journal.
    """
    state: Project | None = None
    told: list[Step] = []
    unplaced: list[int] = []
    for step in steps:
        entry = step.entry
        end = str(entry.occurred["end"])
        if (recorded is not None and entry.recorded_at > recorded) or (occurred is not None and end > occurred):
            continue
        before = state or blank(entry.project, entry.rules_digest, entry.recorded_at)
        try:
            moved_at = end if entry.outcome == "moved" else None
            state = fold(before, entry.effects, entry.seq, entry.version, entry.recorded_at, moved_at)
        except KeyError:
            unplaced.append(entry.seq)
            continue
        told.append(step)
    return (state if state is not None and state.definition else None), tuple(told), tuple(unplaced)
