"""Mermaid text: owners as boxes, tracks inside their stage, handoffs thick, no mark that Mermaid would read."""

from __future__ import annotations

import re

import pytest

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.words import Names
from axflow.interchange.mermaid import mermaid
from tests.definition.samples import data, shipped


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", ["ax_handoff", "building_permit"])
def test_every_stage_end_and_track_is_there(name: str, language: Language) -> None:
    definition = shipped(name)
    text, names = mermaid(definition, language), Names(definition, language)
    for state in (*definition.stages, *definition.handoffs):
        label = names.handoff(state) if state in definition.handoffs else names.state(state)
        assert re.search(rf'n\d+(\[|\[\[)"{re.escape(label)}', text), label
    for track in definition.tracks:
        assert re.search(rf'subgraph n\d+\["{re.escape(names.track(track))}', text)


def test_boxes_open_and_close() -> None:
    lines = [line.strip() for line in mermaid(shipped("ax_handoff")).splitlines()]
    assert lines[3] == "flowchart TB"
    assert sum(line.startswith("subgraph ") for line in lines) == lines.count("end") > 10


def test_every_line_joins_boxes_that_are_declared() -> None:
    text = mermaid(shipped("ax_handoff"))
    declared = set(re.findall(r"^\s*(?:subgraph )?(n\d+)[\[({>/]", text, flags=re.M))
    joined = re.findall(r"^\s*(n\d+) (?:-->|==>|-\.->)\|.*\| (n\d+)$", text, flags=re.M)
    assert len(joined) > 50
    assert {end for pair in joined for end in pair} <= declared


def test_handoffs_are_thick_and_returns_dotted() -> None:
    definition = shipped("ax_handoff")
    text = mermaid(definition)
    assert text.count("==>") == 2 * len(definition.handoffs)
    assert text.count('-.->|"Return') == len(definition.handoffs)


def test_marks_of_the_language_are_written_by_number() -> None:
    titled = Definition.model_validate(data(title='A "b"; <c> #d & e', organisations={"north": "N`", "south": "S\\"}))
    text = mermaid(titled)
    assert 'title: "A #34;b#34;#59; #60;c#62; #35;d #38; e"' in text
    assert '["N#96;"]' in text
    assert '["S#92;"]' in text


def test_it_is_the_same_each_time() -> None:
    assert mermaid(shipped("ax_handoff")) == mermaid(shipped("ax_handoff"))
