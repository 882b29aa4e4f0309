"""Files of directory changes: the short lines that people write, or the changes as a directory exports them.

    axflow_directory: 1
    timezone: Asia/Seoul
    changes: # append only: what is new is a new line
      - {since: 2026-01-01, organisation: office, en: Office, ko: 담당기관}
      - {since: 2026-01-01, person: lee, role: officer, of: office}

A day begins at its midnight in the zone of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axflow.definition.problems import did_you_mean
from axflow.definition.source import Source, decode, read
from axflow.kernel.directory import Change, Delegation, DirectoryError, Grant, Organisation, Person, Revocation
from axflow.kernel.directory_records import Record

_KEYS: Final = {
    "organisation": ("en", "ko", "parent", "successor", "abolished"),
    "person": ("kind", "role", "of", "until", "deputy_for", "departed"),
    "revoke": (),
}
"""What a line may say beside `since` and `recorded`, by the key that says what it is about."""


def read_directory(path: str | Path) -> list[Change]:
    """The changes in a file, in order. Raises `DirectoryError` naming file and line, `DefinitionError` for no YAML."""
    source = read(decode(Path(path).read_bytes(), str(path)), str(path))
    data: Any = source.data
    if isinstance(data, list):
        return [Change.from_json(_exported(item)) for item in data]
    if not isinstance(data, Mapping) or str(data.get("axflow_directory")) != "1":
        raise DirectoryError(
            f"{path}: a directory file begins with `axflow_directory: 1`, `timezone` and `changes`; "
            "or it is a list of changes"
        )
    return _Lines(source, data).changes()


class _Lines:
    """The short form. Every complaint names the line."""

    def __init__(self, source: Source, data: Mapping[str, Any]) -> None:
        self.source = source
        unknown = [key for key in data if key not in ("axflow_directory", "timezone", "changes")]
        if unknown:
            known = ("timezone", "changes")
            raise self.wrong((unknown[0],), f"`{unknown[0]}` is no key here; {did_you_mean(unknown[0], known)}")
        zone = data.get("timezone")
        try:
            self.zone = ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(("timezone",), f"{zone!r} is no time zone; write one such as Asia/Seoul") from None
        lines = data.get("changes")
        self.lines: list[Mapping[str, Any]] = lines if isinstance(lines, list) else []
        if not isinstance(lines, list) or not all(isinstance(line, Mapping) for line in lines):
            raise self.wrong(("changes",), "`changes` is a list of lines such as {since: 2026-01-01, person: kim, …}")

    def wrong(self, path: tuple[str | int, ...], message: str) -> DirectoryError:
        line, column = self.source.place(path)
        return DirectoryError(f"{self.source.name}:{line}:{column}: {message}")

    def changes(self) -> list[Change]:
        return [change for place, line in enumerate(self.lines) for change in self.line(place, line)]

    def line(self, place: int, line: Mapping[str, Any]) -> list[Change]:
        path: tuple[str | int, ...] = ("changes", place)
        about = [key for key in _KEYS if key in line]
        if len(about) != 1:
            raise self.wrong(path, f"a line is about one of {', '.join(f'`{key}`' for key in _KEYS)}")
        known = ("since", "recorded", about[0], *_KEYS[about[0]])
        for key in line:
            if key not in known:
                raise self.wrong((*path, key), f"`{key}` is no key here; {did_you_mean(key, known)}")
        since = self.instant(path, line, "since")
        if since is None:
            raise self.wrong(path, "`since` is missing: the day from which it holds")
        recorded = self.instant(path, line, "recorded") or since
        try:
            return [Change(recorded, record) for record in self.records(path, about[0], line, since)]
        except DirectoryError as error:
            raise self.wrong(path, str(error)) from None

    def records(
        self, path: tuple[str | int, ...], about: str, line: Mapping[str, Any], since: datetime
    ) -> list[Record]:
        name = str(line[about])
        if about == "organisation":
            words = {language: str(line[language]) for language in ("en", "ko") if line.get(language)}
            parent = ((since, _text(line["parent"])),) if "parent" in line else ()
            gone = since if line.get("abolished") == "true" else None
            return [Organisation(name, ((since, words),) if words else (), parent, _text(line.get("successor")), gone)]
        if about == "revoke":
            if not name.isdigit():
                raise self.wrong((*path, about), f"{name!r} is no number of a change; the first line is 1")
            return [Revocation(int(name), since)]
        if line.get("departed") == "true":
            return [Person(name, departed_on=since)]
        made: list[Record] = []
        if "kind" in line or "role" not in line:
            made.append(Person(name, line.get("kind", "human")))
        if "role" in line:
            made.append(self.holding(path, name, line, since))
        return made

    def holding(self, path: tuple[str | int, ...], name: str, line: Mapping[str, Any], since: datetime) -> Record:
        if "of" not in line:
            raise self.wrong(path, "`of` is missing: the organisation for which the role is held")
        role, of, until = str(line["role"]), str(line["of"]), self.instant(path, line, "until")
        if "deputy_for" in line:
            return Delegation(str(line["deputy_for"]), name, role, of, since, until)
        return Grant(name, role, of, since, until)

    def instant(self, path: tuple[str | int, ...], line: Mapping[str, Any], key: str) -> datetime | None:
        text = line.get(key)
        if text is None:
            return None
        try:
            if len(str(text)) == len("2026-01-01"):
                day = date.fromisoformat(str(text))
                return datetime(day.year, day.month, day.day, tzinfo=self.zone)
            found = datetime.fromisoformat(str(text))
        except ValueError:
            found = None
        if found is None or found.utcoffset() is None:
            raise self.wrong(
                (*path, key), f"{text!r} is no day, such as 2026-01-01, and no time with offset, 2026-01-01T09:00+09:00"
            )
        return found


def _text(value: Any) -> str | None:
    return None if value in (None, "null", "~", "") else str(value)


def _exported(change: Any) -> Any:
    """A change as `Change.to_json` wrote it, its scalars given the types that they had."""
    if not isinstance(change, dict) or not isinstance(change.get("record"), dict):
        return change
    record = {key: _null(value) for key, value in change["record"].items()}
    if change.get("kind") == "revocation" and str(record.get("record", "")).isdigit():
        record["record"] = int(str(record["record"]))
    return {**change, "record": record}


def _null(value: Any) -> Any:
    if isinstance(value, list):
        return [_null(item) for item in value]
    return None if value in ("null", "~", "") else value
