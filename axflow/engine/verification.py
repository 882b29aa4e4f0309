"""Verifying a store: every project's history, and the documents that decisions rested on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.loading import from_data
from axflow.journal.verify import Break, Kept, verify_project
from axflow.kernel.directory import Change, Directory, DirectoryError
from axflow.store.errors import UnknownProject
from axflow.store.protocol import Unit

PAGE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified and what does not hold.

    Integrity is claimed from recording on. A history cut or written anew as a whole, together with its project, shows
    only against a head that somebody else remembers: see checkpoints.
    """

    projects: int
    entries: int
    redacted: int
    """Content fields that were destroyed; their commitments stand."""
    uncheckpointed: int
    """Entries that have no place in the log yet."""
    breaks: tuple[Break, ...]

    @property
    def good(self) -> bool:
        """Whether everything holds."""
        return not self.breaks


def verify(unit: Unit, project: str | None = None) -> Report:
    """Verify one project, or all of them with definitions, calendars and the directory, as a transaction sees them."""
    breaks, rules, calendars = _definitions(unit)
    breaks += _directory(unit)
    counts = [0, 0, 0, 0]
    for id in _ids(unit, project):
        breaks += _project(unit, id, rules, calendars, counts)
    return Report(counts[0], counts[1], counts[2], counts[3], tuple(breaks))


def _ids(unit: Unit, project: str | None) -> list[str]:
    if project is not None:
        if unit.head(project) is None:
            raise UnknownProject(project)
        return [project]
    found: list[str] = []
    while page := unit.projects({}, found[-1] if found else None, PAGE):
        found += [row.id for row in page]
    return found


def _project(
    unit: Unit, id: str, rules: dict[str, bool], calendars: dict[str, set[str]], counts: list[int]
) -> list[Break]:
    stored = unit.project(id)
    kept = []
    for entry in unit.entries(id):
        payloads = unit.payloads(id, entry.seq)
        kept.append(Kept(entry.seq, entry.hash, entry.body, payloads))
        counts[1] += 1
        counts[2] += sum(payload.value is None for payload in payloads)
        counts[3] += entry.leaf_index is None
    counts[0] += 1
    project, head = (stored.project, stored.head) if stored else (None, None)
    return verify_project(id, kept, project, head, rules, calendars)


def _definitions(unit: Unit) -> tuple[list[Break], dict[str, bool], dict[str, set[str]]]:
    found: list[Break] = []
    rules: dict[str, bool] = {}
    calendars: dict[str, set[str]] = {}
    for row in unit.definitions():
        name = f"{row.id} {row.version}"
        try:
            definition = from_data(json.loads(row.document))
            good = definition.digest == row.digest and definition.rules_digest == row.rules_digest
            digest = definition.digest
        except ValueError as error:
            good, digest = False, str(error)
        if not good:
            found.append(Break(name, 0, "definition", row.digest, digest))
        rules[row.rules_digest] = rules.get(row.rules_digest, False) or good
        changes = unit.calendar_changes(row.id, row.version)
        for place, change in enumerate(changes, 1):
            if change.number != place:
                found.append(Break(name, 0, "calendar", f"change {place} of its calendar", f"change {change.number}"))
        for wanted in (row.calendar, *(change.calendar for change in changes)):
            digest = _calendar(unit.calendar(wanted))
            if digest == wanted:
                calendars.setdefault(row.rules_digest, set()).add(wanted)
            else:
                found.append(Break(name, 0, "calendar", wanted, digest))
    return found, rules, calendars


def _calendar(document: str | None) -> str:
    """The digest of a calendar document, or what is wrong with it."""
    try:
        return "nothing" if document is None else Calendar.from_json(json.loads(document)).digest
    except (CalendarError, ValueError, KeyError, TypeError) as error:
        return str(error)


def _directory(unit: Unit) -> list[Break]:
    rows = unit.changes()
    changes = []
    for place, row in enumerate(rows):
        try:
            changes.append(Change.from_json(json.loads(row.change)))
            ends = place + 1 == len(rows) or rows[place + 1].digest != row.digest
            digest = Directory(changes).digest if ends else row.digest
        except (DirectoryError, ValueError) as error:
            return [Break("directory", row.number, "directory", row.digest, str(error))]
        if digest != row.digest:
            return [Break("directory", row.number, "directory", row.digest, digest)]
    return []
