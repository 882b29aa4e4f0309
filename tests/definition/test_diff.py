"""Differences in words: what a reader of two versions needs to know, rules apart from wording."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from axflow.definition.definition import Definition
from axflow.definition.diff import Change, diff, diff_data, diff_text
from axflow.definition.diff_words import PARTS, label
from tests.definition.samples import BASE, data, shipped, small

RICH: dict[str, Any] = data(
    parameters={
        "quorum": {
            "type": "integer",
            "value": "2",
            "min": "1",
            "max": "5",
            "basis": "assumed",
            "title": {"en": "Agencies that must confirm", "ko": "확인 기관 수"},
        }
    },
    evidence={"letter": {"from": "officer", "fields": {"amount": "integer"}, "valid_for": "12 months"}},
    guards={"enough": {"title": {"en": "Enough", "ko": "충족"}, "when": "params.quorum > 1", "missing": "letters"}},
    tracks={
        "side": {
            "in": "first",
            "states": ["open", "shut"],
            "transitions": [{"event": "shut", "from": "open", "to": "shut", "by": "officer"}],
        }
    },
    deadlines={"limit": {"in": "first", "within": "30 days", "if_late": "escalate"}},
    holds={"pause": {"in": "any", "by": "officer"}},
)


def changed(*edits: tuple[str, Any]) -> tuple[Change, ...]:
    """The differences after setting values at dotted paths; None removes."""
    new = deepcopy(RICH)
    for path, value in edits:
        *way, last = path.split(".")
        place: Any = new
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is None:
            place.pop(last)
        else:
            place[last] = value
    return diff(Definition.model_validate(RICH), Definition.model_validate(new))


@pytest.mark.parametrize(
    ("path", "value", "english", "korean"),
    [
        ("parameters.quorum.value", "3", "Agencies that must confirm: 2 → 3", "확인 기관 수: 2 → 3"),
        (
            "guards.enough.when",
            "params.quorum > 2",
            "Condition “Enough”, rule: params.quorum > 1 → params.quorum > 2",
            "조건 ‘충족’, 판정식: params.quorum > 1 → params.quorum > 2",
        ),
        (
            "deadlines.limit.within",
            "15 working days",
            "Deadline “Limit”, time limit: 30 days → 15 working days",
            "기한 ‘Limit’, 기한: 30일 → 근무일 15일",
        ),
        (
            "deadlines.limit.if_late",
            {"to": "done"},
            "Deadline “Limit”, when late: it is escalated → it moves to Done",
            "기한 ‘Limit’, 기한 초과 시: 상급자에게 보고 → Done(으)로 이동",
        ),
        ("roles.officer.of", "south", "Role “Officer”, of: North → South", "역할 ‘Officer’, 소속: 북 → 남"),
        ("stages.first.owner", "south", "Stage “First”, owner: North → South", "단계 ‘First’, 책임 기관: 북 → 남"),
        ("roles.clerk", {"of": "south"}, "Added: role “Clerk” — South", "추가: 역할 ‘Clerk’ — 남"),
        ("stages.third", {"owner": "south"}, "Added: stage “Third” — South", "추가: 단계 ‘Third’ — 남"),
        (
            "evidence.letter.fields.unit",
            "text",
            "Added: evidence “Letter”, field unit — text",
            "추가: 제출 자료 ‘Letter’, 기재 사항 unit — 글",
        ),
        (
            "evidence.letter.fields.amount",
            None,
            "Removed: evidence “Letter”, field amount — whole number",
            "삭제: 제출 자료 ‘Letter’, 기재 사항 amount — 정수",
        ),
        (
            "evidence.letter.valid_for",
            None,
            "Evidence “Letter”, validity: 12 months → none",
            "제출 자료 ‘Letter’, 유효기간: 12개월 → 없음",
        ),
        (
            "transitions.0.by",
            "officer",
            "Transition “Advance” (advance), who acts: Officer and Receiver → Officer",
            "전이 ‘Advance’(advance), 행위자: Officer 및 Receiver → Officer",
        ),
        (
            "tracks.side.transitions.0.at_most",
            "2",
            "Transition “Shut” (shut), how often at most: none → 2",
            "전이 ‘Shut’(shut), 최대 횟수: 없음 → 2",
        ),
        (
            "tracks.side.states",
            ["shut", "open"],
            "New order of states: open, shut → shut, open",
            "상태 순서 변경: open, shut → shut, open",
        ),
        (
            "holds.pause.blocks",
            "advance",
            "Hold “Pause”, blocks: everything → Advance",
            "보류 ‘Pause’, 차단 대상: 모든 행위 → Advance",
        ),
    ],
)
def test_a_rule_change_reads_in_both_languages(path: str, value: Any, english: str, korean: str) -> None:
    (change,) = changed((path, value))
    assert change.words("en") == english
    assert change.words("ko") == korean
    assert change.rule


@pytest.mark.parametrize(
    ("path", "value", "english"),
    [
        ("title", {"en": "Smaller", "ko": "작은 절차"}, "Title: Small → Smaller"),
        ("guards.enough.title.en", "Plenty", "Condition “Plenty”, title: Enough → Plenty"),
        ("guards.enough.missing", "papers", "Condition “Enough”, words for what is missing: letters → papers"),
        ("version", "2", "Version: 1 → 2"),
        ("organisations.north.en", "Northern", "Organisation “Northern”: North → Northern"),
    ],
)
def test_rewording_is_no_rule_change(path: str, value: Any, english: str) -> None:
    (change,) = changed((path, value))
    assert change.words("en") == english
    assert not change.rule


def test_a_word_that_only_the_other_language_changes_is_still_shown() -> None:
    (change,) = changed(("title.ko", "더 작은 절차"))
    assert change.words("en") == "Title: 작은 절차 → 더 작은 절차"


def test_a_new_transition_is_told_as_a_sentence() -> None:
    more = [*RICH["transitions"], {"event": "stop", "from": "first", "to": "done", "by": "officer", "guards": "enough"}]
    (change,) = changed(("transitions", more))
    assert change.words() == "Added: transition “Stop” (stop) — Stop: to Done, by officer, if enough."


def test_nothing_changed_says_so() -> None:
    definition = Definition.model_validate(RICH)
    assert diff(definition, definition) == ()
    assert diff_text(()) == "No differences.\n"
    assert diff_text((), "ko") == "차이 없음.\n"


def test_rules_come_before_wording() -> None:
    text = diff_text(changed(("version", "2"), ("parameters.quorum.value", "3")))
    assert text == "Rules\n- Agencies that must confirm: 2 → 3\n\nWording\n- Version: 1 → 2\n"


def test_json_holds_both_languages() -> None:
    made = json.loads(json.dumps(diff_data(changed(("parameters.quorum.value", "3")))))
    assert made["schema"] == 1
    assert made["changes"][0]["path"] == "parameters.quorum.value"
    assert made["changes"][0]["before"] == {"en": "2", "ko": "2"}
    assert made["changes"][0]["words"]["ko"] == "확인 기관 수: 2 → 3"


EDITS = [
    ("parameters.quorum.value", "3"), ("guards.enough.when", "params.quorum > 2"), ("guards.enough.title", "Plenty"),
    ("deadlines.limit.within", "31 days"), ("holds.pause", None), ("stages.first.title", "Start"),
    ("roles.clerk", {"of": "north"}), ("evidence.letter.locked", "true"), ("title", "Other"),
    ("guards.enough.missing", "x"),
    ("tracks.side.states", ["shut", "open"]), ("administration", {"open": "officer"}), ("calendar.country", "JP"),
]  # fmt: skip


@given(st.lists(st.sampled_from(EDITS), unique_by=lambda edit: edit[0], max_size=6))
@settings(max_examples=100)
def test_there_is_a_rule_change_exactly_where_the_rules_digest_differs(edits: list[tuple[str, Any]]) -> None:
    new = deepcopy(RICH)
    for path, value in edits:
        *way, last = path.split(".")
        place: Any = new
        for step in way:
            place = place[step]
        if value is None:
            place.pop(last)
        else:
            place[last] = value
    old_model, new_model = Definition.model_validate(RICH), Definition.model_validate(new)
    found = diff(old_model, new_model)
    assert any(change.rule for change in found) == (old_model.rules_digest != new_model.rules_digest)
    assert bool(found) == (old_model.digest != new_model.digest)
    assert len({change.path for change in found}) == len(found)
    back = diff(new_model, old_model)
    assert sorted(change.path for change in back) == sorted(change.path for change in found)


def test_two_workflows_with_nothing_in_common_can_be_compared() -> None:
    found = diff(shipped("building_permit"), shipped("ax_handoff"))
    assert len(found) > 100
    assert all(change.words("en") and change.words("ko") for change in found)


def test_every_key_of_the_language_has_a_name_in_both_languages() -> None:
    keys: set[str] = set()
    seen: set[type[BaseModel]] = set()

    def walk(model: type[BaseModel]) -> None:
        if model not in seen:
            seen.add(model)
            for name, field in model.model_fields.items():
                keys.add(field.alias or name)
                inside(field.annotation)

    def inside(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            walk(annotation)
        for one in get_args(annotation):
            inside(one)

    walk(Definition)
    assert len(keys) > 100
    lacking = [key for key in sorted(keys) if not re.search("[가-힣]", PARTS.get(key, label(key))[1])]
    assert lacking == []


def test_reasons_counts_and_fields_are_named_as_people_call_them() -> None:
    tries = {"type": "integer", "value": "2", "basis": "assumed", "title": {"en": "Tries", "ko": "횟수"}}
    base: dict[str, Any] = {
        "parameters": {"tries": tries},
        "evidence": {"letter": {"from": "officer", "fields": {"budget": {"type": "text", "max_length": "40"}}}},
        "words": {"poor": {"en": "no money", "ko": "예산 부족"}, "budget": {"en": "Budget", "ko": "예산"}},
    }
    advance = {"event": "advance", "from": "first", "to": "second", "by": "officer"}
    rest = BASE["transitions"][1:]
    before = small(**base, transitions=[{**advance, "reason": ["poor"], "at_most": "params.tries"}, *rest])
    base["evidence"] = {"letter": {"from": "officer", "fields": {"budget": {"type": "text", "max_length": "60"}}}}
    after = small(**base, transitions=[{**advance, "reason": "required", "at_most": "3"}, *rest])
    told = "\n".join(change.words("ko") for change in diff(before, after))
    assert "기재 사항 예산(budget), 최대 글자 수: 40 → 60" in told
    assert "사유: 예산 부족 → 필수" in told
    assert "최대 횟수: 횟수 (2) → 3" in told
