"""Files of directory changes: short lines mean what the records mean, and what is wrong is named by its line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from axflow.engine import Engine
from axflow.engine.directory_file import read_directory
from axflow.kernel.directory import Change, Delegation, DirectoryError, Grant, Organisation, Person, Revocation
from axflow.testing import SettableClock

SEOUL = ZoneInfo("Asia/Seoul")
HEAD = "axflow_directory: 1\ntimezone: Asia/Seoul\nchanges:\n"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=SEOUL)
SUMMER = datetime(2026, 7, 1, tzinfo=SEOUL)
LINES = {
    "{since: 2026-01-01, organisation: office, en: Office, ko: 사무국}": Organisation(
        "office", ((NEW_YEAR, {"en": "Office", "ko": "사무국"}),)
    ),
    "{since: 2026-01-01, organisation: north, parent: office}": Organisation("north", (), ((NEW_YEAR, "office"),)),
    "{since: 2026-01-01, organisation: north, parent: null}": Organisation("north", (), ((NEW_YEAR, None),)),
    "{since: 2026-07-01, organisation: north, abolished: true, successor: office}": Organisation(
        "north", (), (), "office", SUMMER
    ),
    "{since: 2026-01-01, person: robot, kind: service}": Person("robot", "service"),
    "{since: 2026-07-01, person: lee, departed: true}": Person("lee", departed_on=SUMMER),
    "{since: 2026-01-01, person: lee, role: officer, of: office}": Grant("lee", "officer", "office", NEW_YEAR),
    "{since: 2026-01-01, until: 2026-07-01, person: lee, role: officer, of: office}": Grant(
        "lee", "officer", "office", NEW_YEAR, SUMMER
    ),
    "{since: 2026-01-01T00:00+09:00, person: kim, role: officer, of: office, deputy_for: lee}": Delegation(
        "lee", "kim", "officer", "office", NEW_YEAR
    ),
    "{since: 2026-07-01, revoke: 3}": Revocation(3, SUMMER),
}
WRONG = {
    "{person: lee}": "`since` is missing",
    "{since: 2026-01-01}": "a line is about one of `organisation`, `person`, `revoke`",
    "{since: 2026-01-01, person: lee, organisation: x}": "a line is about one of",
    "{since: 2026-01-01, person: lee, rolle: officer}": "`rolle` is no key here; did you mean `role`?",
    "{since: 2026-01-01, person: lee, role: officer}": "`of` is missing",
    "{since: soon, person: lee}": "'soon' is no day",
    "{since: 2026-01-01T09:00, person: lee}": "no time with offset",
    "{since: 2026-01-01, revoke: first}": "'first' is no number of a change",
    "{since: 2026-01-01, person: lee, kind: dog}": "human, service, ai",
    "{since: 2026-07-01, until: 2026-01-01, person: lee, role: officer, of: office}": "not after its beginning",
}


def written(folder: Path, *lines: str) -> Path:
    path = folder / "directory.yaml"
    path.write_text(HEAD + "".join(f"  - {line}\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_the_record_that_it_stands_for(tmp_path: Path, line: str) -> None:
    (change,) = read_directory(written(tmp_path, line))
    since = SUMMER if "since: 2026-07" in line else NEW_YEAR
    assert change == Change(since, LINES[line])


def test_what_became_known_later_says_when(tmp_path: Path) -> None:
    (change,) = read_directory(
        written(tmp_path, "{since: 2026-01-01, recorded: 2026-07-01, person: lee, role: officer, of: office}")
    )
    assert change == Change(SUMMER, Grant("lee", "officer", "office", NEW_YEAR))


def test_a_machine_that_gets_a_role_takes_one_line(tmp_path: Path) -> None:
    changes = read_directory(written(tmp_path, "{since: 2026-01-01, person: bot, kind: ai, role: officer, of: office}"))
    assert [change.record for change in changes] == [Person("bot", "ai"), Grant("bot", "officer", "office", NEW_YEAR)]


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, "{since: 2026-01-01, organisation: office}", line)
    with pytest.raises(DirectoryError, match="directory") as caught:
        read_directory(path)
    assert str(caught.value).startswith(f"{path}:5:")
    assert WRONG[line] in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("axflow_directory: 1\ntimezone: Mars/Base\nchanges: []\n", "'Mars/Base' is no time zone"),
        ("axflow_directory: 1\nchanges: []\n", "None is no time zone"),
        ("axflow_directory: 1\ntimezone: Asia/Seoul\nchanges: lee\n", "`changes` is a list of lines"),
        ("axflow_directory: 1\ntimezone: Asia/Seoul\nchange: []\n", "did you mean `changes`?"),
        ("people: []\n", "begins with `axflow_directory: 1`"),
    ],
)
def test_a_file_that_is_no_directory_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "d.yaml").write_text(text, "utf-8")
    with pytest.raises(DirectoryError, match=r"directory|`changes`|time zone") as caught:
        read_directory(tmp_path / "d.yaml")
    assert said in str(caught.value)


def test_lines_that_are_new_are_taken_in_and_exported_changes_are_read_back(tmp_path: Path) -> None:
    clock = SettableClock()
    engine = Engine.memory(clock=clock)
    lines = [line for line in LINES if "2026-07" not in line and "parent" not in line]
    assert engine.directory.load(written(tmp_path, *lines[:2])) == 2
    assert engine.directory.load(written(tmp_path, *lines)) == len(lines) - 2
    assert engine.directory.load(written(tmp_path, *lines)) == 0
    exported = tmp_path / "exported.yaml"
    exported.write_text(json.dumps(engine.directory.current.to_json(), ensure_ascii=False), "utf-8")
    assert read_directory(exported) == list(engine.directory.current.changes)
