"""Calendars after a version was published: a new one is kept, put in force, and journaled in every project it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.canonical import canonical
from axflow.engine.catalogue import Published, materialise
from axflow.engine.core import Core
from axflow.engine.errors import NotAuthorised
from axflow.engine.gathering import WORKFLOW
from axflow.engine.options import HostT
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.administering import calendar_roles
from axflow.kernel.authority import granted
from axflow.kernel.case import Case
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.evolve import blank
from axflow.kernel.facts import Facts
from axflow.kernel.moment import utc_text
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from axflow.store.errors import UnknownDefinition
from axflow.store.protocol import Unit
from axflow.store.rows import CalendarChange

PAGE: Final = 200


class TimerMove(NamedTuple):
    """A running time limit that is due at another time under the new calendar; UTC texts."""

    project: str
    timer: str
    before: str
    after: str


class CalendarRun(NamedTuple):
    """What a calendar meant for one version."""

    definition: str
    version: str
    before: Calendar
    """In force until now."""
    calendar: Calendar
    """In force from now on; the same where no day differs."""
    projects: tuple[str, ...]
    """Projects that came under it, each by an entry of its own."""
    timers: tuple[TimerMove, ...]
    """Their time limits that moved."""

    @property
    def added(self) -> Mapping[str, str]:
        """Days off that the calendar before did not have."""
        return {day: name for day, name in self.calendar.holidays.items() if day not in self.before.holidays}

    @property
    def removed(self) -> Mapping[str, str]:
        """Days off of the calendar before that are worked now."""
        return {day: name for day, name in self.before.holidays.items() if day not in self.calendar.holidays}


class Calendars(Core[HostT]):
    """The engine's methods about calendars."""

    def calendar(self, definition: str, version: str | None = None, *, within: HostT | None = None) -> Calendar:
        """The calendar in force for a version; without `version`, for the one that a project would be opened with."""

        def look(unit: Unit) -> Calendar:
            catalogue = self.catalogue
            found = catalogue.get(unit, definition, version) if version else catalogue.in_force(unit, definition)
            return catalogue.calendar_in_force(unit, found)

        return self.transactions.read(look, within)

    def calendar_changes(
        self, definition: str, version: str, *, within: HostT | None = None
    ) -> Sequence[CalendarChange]:
        """The calendars that came into force for a version after it was published, in order."""
        return self.transactions.read(lambda unit: unit.calendar_changes(definition, version), within)

    def publish_calendar(
        self,
        definition: str,
        version: str | None = None,
        calendar: Calendar | None = None,
        *,
        actor: Actor,
        reason: str | None = None,
        within: HostT | None = None,
    ) -> tuple[CalendarRun, ...]:
        """Put a new calendar in force, and reckon what runs in live projects by it from now on.

        Each project gets an entry that names the calendar before and the new one, and the time limits that move: those
        that run are due anew, from when they began; those that stand keep what is left. A limit that has been over by
        the new calendar for a while is kept at the next tick, as of when it was over; what has happened stays.

        Until its entry a project keeps the calendar that its journal names. Each project is a transaction of its own,
        unless `within` is given; where this is interrupted, the same call goes on with the projects that are left. A
        calendar that says the same of every day changes nothing.

        Parameters:
            definition: its id.
            version: the one version meant; default: all that are published.
            calendar: what to put in force, such as `engine.calendar(…).changed(extra={"2026-08-17": "…"})`; default:
                what is known of the country's holidays today, with the days that the definition itself adds or takes
                out. A day announced in between must then be given again, unless it has become known.
            actor: who publishes it: a role of `administration.calendar`, else any in an organisation that owns a stage.
            reason: why, such as the decree.
            within: the host's session or connection, to do all of it in the host's transaction.

        Returns:
            What it meant, one for each version.

        Raises:
            NotAuthorised: the actor has no such role.
            CalendarError: it is of another country or zone, or covers less than the one in force.
            UnknownDefinition: no such version is published.
        """
        runs = []
        for found in self._versions(definition, version, within):
            put = partial(self._put_in_force, found, calendar, actor, reason)
            before, made = self.in_transaction(put, within=within)
            projects, timers = [], []
            for id in self._concerned(found, made, within):
                command = commands.ChangeCalendar(actor=actor, calendar=made.digest, reason=reason)
                moved = self.in_transaction(partial(_moved, id=id, command=command), command.kind, within)
                if moved is not None:
                    projects.append(id)
                    timers += _moves(moved[0], moved[1].require())
            runs.append(CalendarRun(definition, found.row.version, before, made, tuple(projects), tuple(timers)))
        return tuple(runs)

    def preview_calendar(
        self,
        definition: str,
        version: str | None = None,
        calendar: Calendar | None = None,
        *,
        actor: Actor,
        within: HostT | None = None,
    ) -> tuple[CalendarRun, ...]:
        """What `publish_calendar` would mean: projects and time limits that would move. Nothing is written."""
        runs = []
        for found in self._versions(definition, version, within):
            before, made = self.transactions.read(partial(self._follow, found, calendar, actor), within)
            projects, timers = [], []
            for id in self._concerned(found, made, within):
                projects.append(id)
                timers += self.transactions.read(partial(self._tried, found, made, actor, id), within)
            runs.append(CalendarRun(definition, found.row.version, before, made, tuple(projects), tuple(timers)))
        return tuple(runs)

    def _versions(self, definition: str, version: str | None, within: HostT | None) -> list[Published]:
        def look(unit: Unit) -> list[Published]:
            if version is not None:
                return [self.catalogue.get(unit, definition, version)]
            return [self.catalogue.get(unit, row.id, row.version) for row in unit.definitions(definition)]

        found = self.transactions.read(look, within)
        if not found:
            raise UnknownDefinition(f"no version of {definition!r} is published; publish it first")
        return found

    def _put_in_force(
        self, published: Published, given: Calendar | None, actor: Actor, reason: str | None, work: Work
    ) -> tuple[Calendar, Calendar]:
        unit, row = work.unit, published.row
        before, made = self._follow(published, given, actor, unit)
        if made is not before:
            number = len(unit.calendar_changes(row.id, row.version)) + 1
            unit.add_calendar(made.digest, canonical(made.to_json()).decode())
            unit.change_calendar(
                CalendarChange(row.id, row.version, number, made.digest, utc_text(self.clock()), actor.id, reason)
            )
        return before, made

    def _follow(
        self, published: Published, given: Calendar | None, actor: Actor, unit: Unit
    ) -> tuple[Calendar, Calendar]:
        """The calendar in force for a version and the one that follows it: the very same where no day differs."""
        row, now = published.row, self.clock()
        before = self.catalogue.calendar_in_force(unit, published)
        facts = Work(self.desk, unit).facts(published, None, commands.Tick(actor=actor))
        _authorise(published, facts, actor, now)
        if given is None:
            number = len(unit.calendar_changes(row.id, row.version)) + 2
            made = materialise(published.definition, now).changed(version=str(number))
        else:
            made = given
            _check(made, before, now)
        return before, before if made.same_days(before) else made

    def _tried(self, published: Published, calendar: Calendar, actor: Actor, id: str, unit: Unit) -> list[TimerMove]:
        """The time limits of one project that would move."""
        work = Work(self.desk, unit)
        held = work.get(id)
        command = commands.ChangeCalendar(actor=actor, calendar=calendar.digest)
        facts = work.facts(published, held, commands.Tick(actor=WORKFLOW))._replace(following=calendar)
        return _moves(held.project, decide(published.definition, held.project, command, facts).require())

    def _concerned(self, published: Published, calendar: Calendar, within: HostT | None) -> Iterator[str]:
        """Projects of a version that are reckoned by another calendar, and in which something runs or still may."""
        row = published.row
        filters = {"definition": row.id, "rules_digest": row.rules_digest}

        def page(after: str | None, unit: Unit) -> tuple[list[str], list[str]]:
            listed = [line.id for line in unit.projects(filters, after, PAGE)]
            stored = {id: unit.project(id) for id in listed}
            return listed, [id for id, one in stored.items() if one and concerned(one.project, published, calendar)]

        after: str | None = None
        while True:
            listed, found = self.transactions.read(partial(page, after), within)
            yield from found
            if len(listed) < PAGE:
                return
            after = listed[-1]


def concerned(project: Project, published: Published, calendar: Calendar) -> bool:
    """Whether a project is still to come under a calendar. Nothing runs in a history, nor at an end with no way on."""
    if project.recorded_history or (project.calendar or published.calendar.digest) == calendar.digest:
        return False
    if project.end is None or project.timers:
        return True
    return any(project.end in step.sources for step in program_of(published.definition).steps)


def _moved(work: Work, *, id: str, command: commands.ChangeCalendar) -> tuple[Project, Decision] | None:
    """Bring one project under the calendar, unless somebody did so meanwhile or it belongs to another version now."""
    held = work.take(id)
    published = work.published(held.project)
    calendar = work.desk.catalogue.calendar_in_force(work.unit, published)
    if calendar.digest != command.calendar or not concerned(held.project, published, calendar):
        return None
    return held.project, work.run(id, command)


def _moves(before: Project, decision: Decision) -> list[TimerMove]:
    assert decision.project is not None
    return [
        TimerMove(before.id, timer.id, timer.due, later.due)
        for timer in before.timers.values()
        if (later := decision.project.timers.get(timer.id)) is not None
        and timer.due is not None
        and later.due is not None
        and timer.due != later.due
    ]


def _authorise(published: Published, facts: Facts, actor: Actor, now: datetime) -> None:
    definition = published.definition
    nobody = blank("", definition.rules_digest, utc_text(now))
    roles = calendar_roles(definition)
    if granted(Case(program_of(definition), nobody, facts, now, utc_text(now)), actor, roles) is None:
        raise NotAuthorised(
            f"{actor.id} may not publish a calendar for {definition.id!r}; it needs the role {' or '.join(roles)}"
        )


def _check(made: Calendar, before: Calendar, now: datetime) -> None:
    """Whether a calendar can take the place of another one."""
    if (made.country, made.timezone) != (before.country, before.timezone):
        raise CalendarError(
            f"calendar {made.id!r} is of {made.country} in {made.timezone}; the definition reckons by {before.country} "
            f"in {before.timezone}"
        )
    made.day_of(now)
    if made.first_day > before.first_day or made.last_day < before.last_day:
        raise CalendarError(
            f"calendar {made.id!r} covers {made.first_day} to {made.last_day}, less than the one in force; "
            f"it must cover {before.first_day} to {before.last_day}"
        )
