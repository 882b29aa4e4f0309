"""The directory: appended, dated, shared between processes, loaded from files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.kernel.directory import Change, DirectoryError, Person
from axflow.testing import SettableClock, assert_blocked

LIST = """
- recorded_at: "2026-01-01T00:00:00+09:00"
  kind: organisation
  record:
    id: office
    names: [["2020-01-01T00:00:00+09:00", {en: Office, ko: 사무국}]]
    parent: []
    successor: null
    abolished_on: null
- recorded_at: "2026-01-02T00:00:00+09:00"
  kind: grant
  record: {actor: kim, role: clerk, organisation: office, from: "2026-01-02T00:00:00+09:00", until: null}
"""
MORE = """
- {recorded_at: "2026-01-03T00:00:00+09:00", kind: revocation, record: {record: 2, at: "2026-01-03T00:00:00+09:00"}}
"""


def test_grants_count_from_when_they_are_recorded(
    engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    lee = Actor("lee", "office")
    assert_blocked(engine.send(project, "start", actor=lee), "not_authorised")
    early = clock.now
    clock.advance(days=1)
    number = engine.directory.grant("lee", "clerk", "office", at=early)
    assert engine.preview(project, "start", actor=lee).allowed
    clock.advance(days=1)
    engine.directory.revoke(number)
    assert_blocked(engine.send(project, "start", actor=lee), "not_authorised")
    assert engine.directory.current.authority("lee", "clerk", "office", early) is None


def test_a_deputy_acts_on_behalf(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.directory.person("lee", kind="human")
    engine.directory.delegate("clerk", "lee", "clerk", "office")
    engine.send(project, "start", actor=Actor("lee", "office")).require()
    actor = engine.history(project)[-1].entry.actor
    assert actor is not None
    assert actor["on_behalf_of"] == "clerk"


def test_names_and_successors_are_dated(engine: Engine, clock: SettableClock) -> None:
    directory = engine.directory
    directory.organisation("old", en="Old", ko="옛 기관")
    directory.organisation("new", en="New", parent="old")
    clock.advance(days=1)
    directory.organisation("old", successor="new", abolished_on=clock.now)
    now = directory.current
    assert now.ultimate_successor("old", clock.now) == "new"
    assert now.ultimate_successor("old", clock.now - timedelta(hours=1)) == "old"
    assert now.name("old", clock.now, "ko") == "옛 기관"
    assert now.parent("new", clock.now) == "old"


def test_a_file_is_loaded_once(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "directory.yaml"
    path.write_text(LIST, encoding="utf-8")
    assert engine.directory.load(path) == 2
    assert engine.directory.load(path) == 0
    path.write_text(LIST + MORE, encoding="utf-8")
    assert engine.directory.load(str(path)) == 1
    current = engine.directory.current
    assert len(current.changes) == 3
    at = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert current.authority("kim", "clerk", "office", at) is not None
    assert current.authority("kim", "clerk", "office", at + timedelta(days=1)) is None
    assert engine.verify().good


def test_a_change_that_does_not_fit_changes_nothing(engine: Engine, clock: SettableClock, tmp_path: Path) -> None:
    engine.directory.grant("kim", "clerk", "office")
    with pytest.raises(DirectoryError):
        engine.directory.load([Change(clock.now - timedelta(days=9), Person("lee"))])
    with pytest.raises(ValueError, match="future"):
        engine.directory.load([Change(clock.now + timedelta(days=9), Person("lee"))])
    with pytest.raises(DirectoryError):
        engine.directory.revoke(99)
    with pytest.raises(DirectoryError):
        engine.directory.load([{"kind": "nothing"}])
    path = tmp_path / "directory.yaml"
    path.write_text("a: 1", encoding="utf-8")
    with pytest.raises(ValueError, match="list of changes"):
        engine.directory.load(path)
    assert len(engine.directory.current.changes) == 1
