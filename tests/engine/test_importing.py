"""Recorded histories keep the precision of their source, enforce nothing, and say what would not have been allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from axflow.engine import Engine, HistoryError
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock, assert_blocked
from tests.engine.flow import people


def history(*acts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    first = {"kind": "open", "occurred_at": "2025-07", "actor": "clerk", "organisation": "office"}
    return {
        "axflow_history": 1,
        "definition": "repair",
        "project": {"title": {"en": "Lamp", "ko": "등"}, "firm": "acme", "aliases": {"shop": "7"}},
        "acts": [first, *acts],
        **changes,
    }


def act(
    kind: str, name: str, at: str, actor: str = "clerk", organisation: str = "office", **more: Any
) -> dict[str, Any]:
    return {"kind": kind, "name": name, "occurred_at": at, "actor": actor, "organisation": organisation, **more}


def test_a_month_stays_a_month(engine: Engine, who: dict[str, Actor]) -> None:
    told = history(
        act("send", "start", "2025-08"),
        act(
            "record", "report", "2025-09-03", "checker", "shop",
            values={"serial": "S", "grade": "2"}, published="2025-10", source="paper 7",
        ),
        act("send", "finish", "2025-09", "checker", "shop"),
    )  # fmt: skip
    project = engine.import_history(told)
    assert project.recorded_history
    assert project.end == "done"
    entries = [item.entry for item in engine.history(project.id)]
    assert [(entry.occurred["text"], entry.occurred["precision"]) for entry in entries] == [
        ("2025-07", "month"), ("2025-08", "month"), ("2025-09-03", "day"), ("2025-09", "month"),
    ]  # fmt: skip
    assert "guard_false" in entries[3].blockers
    assert entries[2].content["published"] == "2025-10"
    assert engine.project(project.id).title == "Lamp"
    assert list(engine.find("7", "shop")) == [project.id]
    assert engine.verify().good


def test_no_timer_fires_against_todays_clock(engine: Engine, who: dict[str, Actor], clock: SettableClock) -> None:
    project = engine.import_history(history(act("send", "start", "2025-08")))
    clock.advance(days=900)
    assert engine.tick() == 0
    assert_blocked(engine.send(project.id, "finish", actor=who["clerk"]), "recorded_history", "guard_unknown")


def test_a_recorded_history_can_be_taken_over(engine: Engine, who: dict[str, Actor]) -> None:
    project = engine.import_history(history(act("send", "start", "2025-08")))
    live = engine.take_over("repair", id=project.id, firm="acme", actor=who["clerk"])
    assert not live.recorded_history
    assert engine.record(project.id, "report", {"serial": "S", "grade": 4}, actor=who["checker"]).allowed


def test_files_are_read_as_yaml_or_json(engine: Engine, who: dict[str, Actor], tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps(history(act("send", "start", "2025-08"))), encoding="utf-8")
    assert engine.import_history(path, id="mine").id == "mine"
    path = tmp_path / "history.yaml"
    path.write_text(json.dumps(history()), encoding="utf-8")
    assert engine.import_history(str(path)).stage == "desk"


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"acts": []}, "axflow_history: 1"),
        (history(acts=[]), "at least one act"),
        (history(acts=[act("send", "start", "2025-08")]), "begins with"),
        (history(act("dance", "start", "2025-08")), "act 2 is 'dance'"),
        (history(act("send", "", "2025-08")), "lacks `name`"),
        (history(act("send", "start", "August")), "act 2: 'August'"),
        (history(act("send", "start", "2025-08", actor="")), "lacks 'actor'"),
        (history(act("send", "start", "2025-08", colour="red")), "'colour'"),
        (history(act("record", "photo", "2025-08", document={"size": "x"})), "document"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_kept(
    engine: Engine, who: dict[str, Actor], told: dict[str, Any], message: str
) -> None:
    with pytest.raises(HistoryError, match=message):
        engine.import_history(told)
    assert not engine.projects()


def test_words_in_both_languages_are_kept_in_the_one_that_is_asked_for() -> None:
    told = {
        "axflow_history": 1, "definition": "repair",
        "project": {"title": {"en": "A lamp", "ko": "등"}, "firm": "acme"},
        "acts": [
            {"kind": "open", "occurred_at": "2020-01", "actor": "x", "organisation": "office",
             "reason": {"en": "asked", "ko": "요청"}},
        ],
    }  # fmt: skip
    english, korean = Engine.memory(), Engine.memory()
    people(english)
    people(korean)
    told_in = {english: english.import_history(told), korean: korean.import_history(told, language="ko")}
    for engine, title, reason in ((english, "A lamp", "asked"), (korean, "등", "요청")):
        project = told_in[engine]
        assert engine.project(project.id).title == title
        assert engine.history(project.id)[0].entry.content["reason"] == reason
