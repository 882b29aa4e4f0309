"""The SVG: well formed, self-contained, complete, the same bytes each time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.diagram import Layout, draw, layout
from axflow.definition.words import Names
from tests.definition.samples import BASE, shipped

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> str:
    return " ".join(element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def closed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_stage_track_handoff_and_end_is_named(language: Language) -> None:
    definition = shipped("ax_handoff")
    names, shown = Names(definition, language), closed(texts(draw(definition, language=language)))
    for stage in definition.stages:
        assert closed(names.state(stage)) in shown
    for track_id, track in definition.tracks.items():
        assert closed(names.track(track_id)) in shown
        assert all(closed(names.state(f"{track_id}.{state}")) in shown for state in track.states)
    for handoff in definition.handoffs:
        assert closed(names.handoff(handoff)) in shown
    for owner in {stage.owner for stage in definition.stages.values()}:
        assert closed(names.organisation(owner)) in shown


def test_a_handoff_looks_different_from_a_move() -> None:
    svg = draw(shipped("ax_handoff"))
    root = ElementTree.fromstring(svg)
    kinds = [element.get("class") for element in root.iter(f"{SVG}path")]
    assert kinds.count("line handoff") == 2 * 2 * len(shipped("ax_handoff").handoffs)
    assert kinds.count("line return") == 2 * len(shipped("ax_handoff").handoffs)
    offers = [element for element in root.iter(f"{SVG}rect") if element.get("class") == "card offer"]
    assert len(offers) == len(shipped("ax_handoff").handoffs)


def test_ends_differ_by_shape_and_not_by_colour_alone() -> None:
    root = ElementTree.fromstring(draw(shipped("ax_handoff")))
    assert {e.get("class") for e in root.iter(f"{SVG}polygon")} >= {"end failure"}
    rounded = {e.get("class"): e.get("rx") for e in root.iter(f"{SVG}rect") if (e.get("class") or "").startswith("end")}
    assert rounded["end success"] != rounded["end neutral"]


def test_it_is_self_contained() -> None:
    svg = draw(shipped("ax_handoff"))
    assert not re.search(r"<script|<image|<foreignObject|href|url\(|@import|\bon\w+=", svg)
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "prefers-color-scheme:dark" in svg


def test_it_says_what_it_is_to_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(draw(shipped("building_permit"), language="ko"))
    definition = shipped("building_permit")
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == definition.title.in_("ko")
    assert Names(definition, "ko").state(definition.initial) in (root.findtext(f"{SVG}desc") or "")


def test_stored_coordinates_give_the_same_bytes() -> None:
    definition = shipped("ax_handoff")
    stored = Layout.from_data(json.loads(json.dumps(layout(definition, detail="full").to_data())))
    assert draw(definition, stored) == draw(definition, detail="full")
    assert draw(definition, stored) != draw(definition)


def test_coordinates_of_other_content_are_refused() -> None:
    with pytest.raises(ValueError, match="belongs to content"):
        draw(shipped("building_permit"), layout(shipped("ax_handoff")))


def test_marks_in_titles_are_escaped() -> None:
    stages = {"first": {"owner": "north", "title": "<script>&"}, "second": {"owner": "south"}}
    definition = Definition.model_validate({**BASE, "title": 'A <b> & "c"', "stages": stages})
    svg = draw(definition)
    assert "<script>" not in svg
    assert "<script>&" in texts(svg)


def test_the_picture_in_the_documentation_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "pictures" / "ax_handoff.svg").read_text(encoding="utf-8")
    assert kept == draw(shipped("ax_handoff")), (
        "draw it again as docs/pictures.md says, under “The picture in this folder”"
    )
