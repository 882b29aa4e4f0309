"""Verifying a store: every project's history, and the documents that decisions rested on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.loading import from_data
from axflow.journal.verify import Break, Kept, hashes, verify_project
from axflow.kernel.directory import Change, Directory, DirectoryError
from axflow.kernel.project import Project
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
    hashed_bytes: int = 0
    """Bytes of entries that were hashed."""
    hashing_seconds: float = 0.0
    """How long that took, apart from reading and from the replay."""
    replaying_seconds: float = 0.0
    """How long all else took that was done to the entries: parsing, chain, content, replay."""
    remembered: int = 0
    """Entries that were not read, since an earlier run verified them."""

    @property
    def good(self) -> bool:
        """Whether everything holds."""
        return not self.breaks


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents that entries may name, and what does not hold of them."""

    breaks: tuple[Break, ...]
    rules: Mapping[str, bool]
    """Rules digests that were published, and whether their definition is intact."""
    calendars: Mapping[str, set[str]]
    """For each rules digest the intact calendars that were ever in force for it."""


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """What was found of one project."""

    project: Project | None
    """What follows from its entries; None where something does not."""
    head: bytes
    report: Report

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return self.report.entries

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Everything that does not hold."""
        return self.report.breaks


class Tally:
    """Adds up reports."""

    def __init__(self, breaks: tuple[Break, ...] = ()) -> None:
        self._numbers = [0, 0, 0, 0, 0, 0]
        self._seconds = [0.0, 0.0]
        self.breaks = list(breaks)

    def add(self, report: Report) -> None:
        """Count one more."""
        counts = (report.projects, report.entries, report.redacted, report.uncheckpointed)
        numbers = (*counts, report.hashed_bytes, report.remembered)
        self._numbers = [a + b for a, b in zip(self._numbers, numbers, strict=True)]
        seconds = (report.hashing_seconds, report.replaying_seconds)
        self._seconds = [a + b for a, b in zip(self._seconds, seconds, strict=True)]
        self.breaks += report.breaks

    def report(self) -> Report:
        """The sum."""
        projects, entries, redacted, uncheckpointed, size, remembered = self._numbers
        hashing, replaying = self._seconds
        breaks = tuple(self.breaks)
        return Report(projects, entries, redacted, uncheckpointed, breaks, size, hashing, replaying, remembered)


def verify(unit: Unit, project: str | None = None) -> Report:
    """Verify one project, or all of them with definitions, calendars and the directory, as a transaction sees them."""
    known = documents(unit)
    tally = Tally(known.breaks)
    for id in ids(unit, project):
        tally.add(verify_one(unit, id, known).report)
    return tally.report()


def ids(unit: Unit, project: str | None = None) -> Iterator[str]:
    """One project, or all by id. `UnknownProject` where that one is not there."""
    if project is not None:
        if unit.head(project) is None:
            raise UnknownProject(project)
        yield project
        return
    last: str | None = None
    while page := unit.projects({}, last, PAGE):
        yield from (row.id for row in page)
        last = page[-1].id


def documents(unit: Unit) -> Documents:
    """Verify definitions, calendars and the directory."""
    breaks, rules, calendars = _definitions(unit)
    return Documents((*breaks, *_directory(unit)), rules, calendars)


def verify_one(unit: Unit, id: str, known: Documents) -> ProjectReport:
    """Verify one project's entries, content and state, with documents that were verified before."""
    stored, entries, contents = unit.project(id), unit.entries(id), unit.contents(id)
    begun = perf_counter()
    hashed = hashes([entry.body for entry in entries])
    done = perf_counter()
    kept = [Kept(entry.seq, entry.hash, entry.body, contents.get(entry.seq, ())) for entry in entries]
    project, head = (stored.project, stored.head) if stored else (None, None)
    checked = verify_project(id, kept, hashed, project, head, known.rules, known.calendars)
    replayed = perf_counter()
    known_seqs = {entry.seq for entry in entries}
    stray = [
        Break(id, seq, "content", "an entry that it belongs to", "none") for seq in contents if seq not in known_seqs
    ]
    report = Report(
        1,
        len(entries),
        sum(payload.value is None for payloads in contents.values() for payload in payloads),
        sum(entry.leaf_index is None for entry in entries),
        tuple(sorted((*checked.breaks, *stray), key=lambda item: item.seq)),
        sum(len(entry.body) for entry in entries),
        done - begun,
        replayed - done,
    )
    return ProjectReport(checked.project, checked.head, report)


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
