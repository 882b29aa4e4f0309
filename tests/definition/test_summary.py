"""The summary: every part is named, in both languages, within the width of the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.base import Language
from axflow.definition.columns import columns, folded
from axflow.definition.summary import summary
from axflow.definition.words import Names, lowered, particle
from tests.definition.samples import EXAMPLE, data, needs_example, shipped, small


def joined(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_part_of_the_shipped_workflow_is_named(language: Language) -> None:
    definition = shipped("ax_handoff")
    names, text = Names(definition, language), joined(summary(definition, language)).lower()
    words = [names.organisation(name) for name in definition.organisations]
    words += [names.state(name) for name in (*definition.stages, *definition.ends)]
    words += [names.state(f"{t}.{s}") for t, track in definition.tracks.items() for s in track.states]
    words += [names.guard(name) for name in definition.guards]
    words += [names.evidence(name) for name in definition.evidence]
    words += [names.parameter(name) for name in definition.parameters]
    words += [names.handoff(name) for name in definition.handoffs]
    words += [names.hold(name) for name in definition.holds]
    words += [names.deadline(name) for name in definition.deadlines]
    words += [names.obligation(name) for name in definition.obligations]
    words += [names.appeal(name) for name in definition.appeals]
    assert [word for word in words if joined(word).lower() not in text] == []


@needs_example
def test_the_example_reads_as_prose() -> None:
    text = joined(summary(shipped(EXAMPLE)))
    assert "Agencies that must confirm demand: 2, between 1 and 5 (assumed)." in text
    assert "Reject: to Rejected, by defence officer, with a reason." in text
    assert "defence officer offers, industry officer accepts or returns within 15 working days" in text
    assert "Award: to Contracted, by contracting officer, if procurement cleared, not by anyone" in text
    korean = joined(summary(shipped(EXAMPLE), "ko"))
    assert "책임 기관은 국방부입니다" in korean
    assert "자동 진행: 조달로 이동, 조건 수요 확인." in korean


def test_the_order_is_that_of_a_definition() -> None:
    text = summary(shipped("ax_handoff"))
    headings = ["Who takes part", "Levers", "Papers", "Conditions", "The path", "At any stage", "Time limits", "Holds"]
    places = [text.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)


def test_a_section_without_content_has_no_heading() -> None:
    assert "Levers" not in summary(small())
    assert "The path" in summary(small())


@pytest.mark.parametrize("width", [60, 100])
def test_lines_keep_to_the_width(width: int) -> None:
    lines = summary(shipped("ax_handoff"), "ko", width=width).splitlines()
    assert [line for line in lines if columns(line) > width and " " in line.strip().removeprefix("- ")] == []


def test_a_width_without_room_for_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="40 is the least"):
        summary(small(), width=30)


@given(st.text(alphabet="ab 가나", min_size=1).filter(str.strip), st.integers(8, 40))
def test_folding_loses_no_letter_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = list(folded(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(columns(line) <= width for line in lines)


@given(st.lists(st.text(alphabet="ab가나", min_size=1, max_size=4), min_size=1), st.integers(20, 40))
def test_folding_breaks_no_word_that_has_room(words: list[str], width: int) -> None:
    assert " ".join(folded(" ".join(words), width)).split() == words


def test_parameters_are_filled_into_what_is_missing() -> None:
    definition = small(
        parameters={"quorum": {"type": "integer", "value": "4", "basis": "assumed", "title": "Quorum"}},
        guards={"enough": {"title": "Enough", "when": "params.quorum > 3", "missing": "{params.quorum} letters"}},
    )
    assert "what may be missing: 4 letters; rule: params.quorum > 3" in joined(summary(definition))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("조달", "조달로"), ("검토", "검토로"), ("계약", "계약으로"), ("Lab", "Lab(으)로"), ("", "(으)로")],
)
def test_korean_particles_follow_the_last_sound(word: str, expected: str) -> None:
    assert particle(word, "으로", "로") == expected


@pytest.mark.parametrize(
    ("title", "inside"),
    [("Demo plan", "demo plan"), ("AI report", "AI report"), ("Ministry of Work", "Ministry of Work"), ("", "")],
)
def test_a_title_inside_a_sentence_keeps_its_proper_names(title: str, inside: str) -> None:
    assert lowered(title) == inside


def test_a_state_that_a_deadline_names_plainly_is_found_in_its_track() -> None:
    tracks = {"side": {"in": "first", "states": {"open": {"title": "Still open"}, "shut": {"title": "Shut down"}}}}
    definition = small(
        tracks=tracks, deadlines={"limit": {"in": "side.open", "within": "3 days", "if_late": {"to": "shut"}}}
    )
    assert "otherwise it moves to Shut down" in joined(summary(definition))
    assert data()["id"] == definition.id


def test_words_name_events_fields_values_and_reasons_and_a_title_goes_first() -> None:
    definition = small(
        attributes={"kind": {"type": "enum", "values": ["soft", "hard"]}},
        evidence={
            "report": {"from": "officer", "fields": {"score": "integer", "note": {"type": "text", "title": "Note"}}}
        },
        transitions=[
            {"event": "advance", "from": "first", "to": "second", "by": "officer", "reason": ["no_money"]},
            {"id": "by_hand", "event": "finish", "title": "By hand", "from": "second", "to": "done", "by": "receiver"},
            {"id": "by_letter", "event": "finish", "from": "second", "to": "done", "by": "officer"},
        ],
        words={
            "advance": {"en": "Pass it on", "ko": "이송"},
            "finish": {"en": "Finish it", "ko": "종결"},
            "no_money": {"en": "no budget", "ko": "예산 부족"},
            "score": {"en": "Points", "ko": "점수"},
            "note": {"en": "never read", "ko": "쓰이지 않음"},
            "hard": {"en": "hardware", "ko": "하드웨어"},
        },
    )
    text, korean = joined(summary(definition)), joined(summary(definition, "ko"))
    assert "Pass it on: to Second, by officer, with one of the reasons no budget." in text
    assert "By hand: to Done" in text
    assert "Finish it: to Done" in text
    assert "It states points (whole number), note (text)." in text
    assert "이송: Second(으)로 이동" in korean
    names = Names(definition, "ko")
    assert [names.word(value) for value in ("soft", "hard")] == ["soft", "하드웨어"]
    assert names.event("by_letter") == "종결"


def test_counts_and_values_of_papers_are_said_without_a_project() -> None:
    counted, level = "Votes: {have} of {need}", "{letter.level}"
    definition = small(
        parameters={"quorum": {"type": "integer", "value": "4", "basis": "assumed", "title": "Quorum"}},
        evidence={
            "letter": {"from": "officer", "title": {"en": "Letter", "ko": "문서"}, "fields": {"level": "integer"}},
            "vote": {"from": "officer", "collect": {}, "fields": {"yes": "boolean"}},
        },
        guards={
            "enough": {"title": "Enough", "when": "vote.size() >= params.quorum", "missing": counted},
            "some": {"title": "Some", "when": "vote.size() >= 1", "missing": {"en": counted, "ko": "{have}/{need}"}},
            "high": {"title": "High", "when": "letter.level >= 2", "missing": {"en": level, "ko": level}},
        },
    )  # fmt: skip
    text, korean = joined(summary(definition)), joined(summary(definition, "ko"))
    assert "what may be missing: Votes: 4; rule" in text
    assert "what may be missing: Votes: as many as the rule asks; rule" in text
    assert "what may be missing: level of the letter; rule" in text
    assert "미충족 시 안내: 판정식에서 정한 수; 판정식" in korean
    assert "미충족 시 안내: 문서의 level; 판정식" in korean
