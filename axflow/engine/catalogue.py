"""Published definitions and calendars: linted, signed, immutable; found by version, by rules or by being in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, NamedTuple

from axflow.definition.calendar import Calendar
from axflow.definition.canonical import canonical
from axflow.definition.definition import Definition
from axflow.definition.lint import lint
from axflow.definition.loading import from_data, load
from axflow.engine.errors import NotPublishable, VersionReused
from axflow.kernel.actor import Actor
from axflow.kernel.moment import utc_text
from axflow.kernel.project import Project
from axflow.store.errors import UnknownDefinition
from axflow.store.protocol import Unit
from axflow.store.rows import Signature, StoredDefinition

YEARS_BACK: Final = 20
YEARS_AHEAD: Final = 15
"""Years that a calendar covers around the one of publishing: recorded histories reach back, validity ahead."""


class Published:
    """A published version, ready to decide by."""

    __slots__ = ("calendar", "definition", "row")

    def __init__(self, row: StoredDefinition, definition: Definition, calendar: Calendar) -> None:
        self.row = row
        self.definition = definition
        self.calendar = calendar


class Draft(NamedTuple):
    """A definition that passed the linter, with what is kept of it."""

    definition: Definition
    row: StoredDefinition
    calendar: Calendar


class Catalogue:
    """The published versions of a store. What was read once is kept: it never changes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._read: dict[tuple[str, str], Published] = {}
        self._by_rules: dict[tuple[str, str], Published] = {}
        self._calendars: dict[str, Calendar] = {}
        self._made: dict[StoredDefinition, Published] = {}

    def read(self, definition: Definition | str | Path) -> Definition:
        """A definition by a shipped name, a file, or itself."""
        return definition if isinstance(definition, Definition) else load(definition)

    def published(self, made: Definition, row: StoredDefinition | None) -> bool:
        """Whether it is published already, as `row`. `VersionReused` where its version has other content."""
        if row is not None and row.digest != made.digest:
            raise VersionReused(
                f"version {made.version!r} of {made.id!r} is published with other content "
                f"({row.digest[:12]}…, not {made.digest[:12]}…); give the changed one another version"
            )
        return row is not None

    def draft(self, made: Definition, actor: Actor | None = None) -> Draft:
        """A definition made ready for publishing: linted, drawn, its calendar materialised. Raises `NotPublishable`."""
        findings = lint(made)
        if any(finding.severity == "error" for finding in findings):
            raise NotPublishable(f"{made.id} {made.version}", findings)
        now = self._clock()
        calendar = materialise(made, now)
        row = StoredDefinition(
            made.id,
            made.version,
            made.digest,
            made.rules_digest,
            json.dumps(
                made.document, ensure_ascii=False, separators=(",", ":")
            ),  # sorted keys would lose the order of stages
            _layout(made),
            calendar.digest,
            made.effective.from_.isoformat() if made.effective else None,
            made.effective.until.isoformat() if made.effective and made.effective.until else None,
            utc_text(now),
            actor.id if actor else None,
        )
        return Draft(made, row, calendar)

    def publish(self, unit: Unit, draft: Draft) -> None:
        """Keep a draft, unless somebody was faster with the same."""
        made, row, calendar = draft
        if not self.published(made, unit.definition(made.id, made.version)):
            unit.add_calendar(calendar.digest, canonical(calendar.to_json()).decode())
            unit.add_definition(row)

    def sign(self, unit: Unit, definition: str, version: str, organisation: str, actor: Actor) -> Signature:
        """Keep an organisation's signature under the digest of a version."""
        row = unit.definition(definition, version)
        if row is None:
            raise UnknownDefinition(f"version {version!r} of {definition!r} is not published; publish it first")
        signature = Signature(definition, version, organisation, row.digest, actor.id, utc_text(self._clock()))
        unit.sign(signature)
        return signature

    def get(self, unit: Unit, id: str, version: str) -> Published:
        """A version."""
        found = self._read.get((id, version))
        if found is None:
            row = unit.definition(id, version)
            if row is None:
                raise UnknownDefinition(f"version {version!r} of {id!r} is not published; `definitions()` lists those")
            found = self._ready(unit, row)
        return found

    def by_rules(self, unit: Unit, id: str, rules_digest: str) -> Published:
        """The version that a project is bound to."""
        found = self._by_rules.get((id, rules_digest))
        if found is None:
            row = unit.definition_by_rules(id, rules_digest)
            if row is None:
                raise UnknownDefinition(f"no published version of {id!r} has the rules {rules_digest[:12]}…")
            found = self._ready(unit, row)
            if unit.settled:
                self._by_rules[id, rules_digest] = found
        return found

    def in_force(self, unit: Unit, id: str) -> Published:
        """The version to open a project with: the newest that is effective and signed, else the newest."""
        rows = unit.definitions(id)
        if not rows:
            raise UnknownDefinition(f"no version of {id!r} is published; publish it first")
        newest = partial(max, key=lambda row: (row.effective_from or "", row.published_at, row.version))
        usable = [row for row in rows if self._usable(unit, row)]
        row: StoredDefinition = newest(usable or rows)
        return self.get(unit, row.id, row.version)

    def calendar(self, unit: Unit, digest: str) -> Calendar:
        """A calendar document."""
        found = self._calendars.get(digest)
        if found is None:
            document = unit.calendar(digest)
            if document is None:
                raise UnknownDefinition(f"no calendar {digest[:12]}… is kept here; run verify")
            found = self._calendars[digest] = Calendar.from_json(json.loads(document))
        return found

    def calendar_in_force(self, unit: Unit, published: Published) -> Calendar:
        """The calendar that a version is reckoned by now: its own, or the last one that followed it."""
        changes = unit.calendar_changes(published.row.id, published.row.version)
        return self.calendar(unit, changes[-1].calendar) if changes else published.calendar

    def calendar_of(self, unit: Unit, published: Published, project: Project) -> Calendar:
        """The calendar that a project's journal names; where that is older than such names, its version's own."""
        if project.calendar is None or project.calendar == published.row.calendar:
            return published.calendar
        return self.calendar(unit, project.calendar)

    def signed(self, unit: Unit, published: Published) -> frozenset[str]:
        """The organisations that signed this version's digest."""
        row = published.row
        return frozenset(s.organisation for s in unit.signatures(row.id, row.version) if s.digest == row.digest)

    def _usable(self, unit: Unit, row: StoredDefinition) -> bool:
        published = self.get(unit, row.id, row.version)
        effective = published.definition.effective
        if effective is None:
            return True
        today = self.calendar_in_force(unit, published).day_of(self._clock())
        if today < effective.from_ or (effective.until is not None and today > effective.until):
            return False
        return set(effective.signed_by) <= self.signed(unit, published) if effective.signed_by else True

    def _ready(self, unit: Unit, row: StoredDefinition) -> Published:
        found = self._made.get(row)
        if found is None:
            definition = _definition(row.document)
            document = unit.calendar(row.calendar)
            if document is None or definition.digest != row.digest:
                raise UnknownDefinition(
                    f"version {row.version!r} of {row.id!r} is damaged: its document or calendar does not have the "
                    "digest under which it was published; run verify"
                )
            found = self._made[row] = Published(row, definition, _calendar(document))
        # What a host's transaction has published itself may yet be rolled back, and its name used for something else.
        if unit.settled:
            self._read[row.id, row.version] = found
        return found


# A document never changes, so a process that makes several engines reads and compiles it once.


@lru_cache(maxsize=64)
def _definition(document: str) -> Definition:
    return from_data(json.loads(document))


@lru_cache(maxsize=64)
def _calendar(document: str) -> Calendar:
    return Calendar.from_json(json.loads(document))


def materialise(definition: Definition, now: datetime) -> Calendar:
    """The calendar that a definition asks for, around `now`."""
    choice = definition.calendar
    years = range(now.year - YEARS_BACK, now.year + YEARS_AHEAD + 1)
    inside = {day.isoformat(): words for day, words in choice.extra.items() if day.year in years}
    plain = Calendar.materialise(choice.country, choice.timezone, years) if choice.working else None
    return Calendar.materialise(
        choice.country,
        choice.timezone,
        years,
        extra={day: words.in_("ko" if choice.country == "KR" else "en") for day, words in inside.items()},
        remove=[day.isoformat() for day in choice.working if plain and day.isoformat() in plain.holidays],
    )


def _layout(definition: Definition) -> str | None:
    from axflow.definition.diagram.layout import layout

    return canonical(layout(definition).to_data()).decode()
