"""Where things stand in the picture: nothing overlaps, nothing leaves the page, nothing is too narrow for its words."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.definition.base import Language
from axflow.definition.canonical import canonical
from axflow.definition.definition import Definition
from axflow.definition.diagram import Arrangement, Box, Item, Layout, Line, layout
from axflow.definition.diagram.content import Detail, Row, content_of
from axflow.definition.diagram.shape import ROOM, set_rows
from tests.definition.samples import BASE, EXAMPLE, needs_example, shipped

CONTAINERS = ("band", "track", "heading")
_OWNERS = ("north", "south", "east")
_WORDS = {"en": "Approval of the second instalment", "ko": "두번째분할지급금의최종승인절차"}


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Stages with any owners, moves in any direction, a handoff, tracks, ends of each kind, time limits."""
    stages = [f"s{n}" for n in range(draw(st.integers(2, 6)))]
    ends = {"good": "success", "bad": "failure", "other": "neutral"}
    moves = draw(st.lists(st.tuples(st.sampled_from(stages), st.sampled_from([*stages, *ends])), max_size=9))
    states = [f"t{n}" for n in range(draw(st.integers(1, 4)))]
    inner = draw(st.lists(st.tuples(st.sampled_from(states), st.sampled_from(states)), max_size=5))
    spans = draw(st.lists(st.sampled_from(stages), min_size=1, max_size=2, unique=True))
    at, to = draw(st.sampled_from(stages)), draw(st.sampled_from(stages))
    titles = st.sampled_from([_WORDS, "Short"])
    inside = [
        {"id": f"{track}_{i}", "event": f"go_{i}", "from": a, "to": b, "by": "officer"}
        for track in ("left", "right")
        for i, (a, b) in enumerate(inner)
    ]
    between = [
        {"id": f"m{i}", "event": f"move_{i}", "title": _WORDS, "from": a, "to": b, "by": "officer"}
        for i, (a, b) in enumerate(moves)
    ]
    handoff = {
        "from": at,
        "to": to,
        "offered_by": "officer",
        "accepted_by": "receiver",
        "within": "15 working days",
        "if_late": draw(st.sampled_from(["escalate", "return"])),
        "returns": {"to": at, "reasons": ["incomplete"]},
    }
    late = draw(st.sampled_from(["escalate", {"to": "bad"}]))
    content: dict[str, Any] = {
        **BASE,
        "organisations": {owner: {"en": f"The {owner} record office", "ko": "기록관리총괄부처"} for owner in _OWNERS},
        "stages": {name: {"owner": draw(st.sampled_from(_OWNERS)), "title": draw(titles)} for name in stages},
        "ends": ends,
        "tracks": {
            track: {
                "in": spans,
                "states": {state: {"done": state == states[-1]} for state in states},
                "transitions": [move for move in inside if move["id"].startswith(track)],
            }
            for track in ("left", "right")
        },
        "handoffs": {"pass_on": handoff},
        "deadlines": {"limit": {"in": [at], "within": "30 days", "if_late": late}},
        "holds": {"pause": {"in": "any", "by": "officer"}},
        "transitions": [*between, {"event": "withdraw", "from": "any", "to": "other", "by": "officer"}],
    }
    return Definition.model_validate(content)


def leaves(placed: Layout) -> list[Box]:
    """Boxes that hold words only: stages with tracks are containers of theirs."""
    tracks = [box for box in placed.boxes if box.kind == "track"]
    around = {box.id for box in placed.boxes for track in tracks if box.kind == "stage" and _inside(track, box)}
    return [box for box in placed.boxes if box.kind not in CONTAINERS and box.id not in around]


def _inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def assert_sound(placed: Layout) -> None:
    page = Box("page", "page", 0, 0, placed.width, placed.height)
    assert [box.id for box in placed.boxes if not _inside(box, page)] == []
    assert [(a.id, b.id) for a, b in combinations(leaves(placed), 2) if _overlap(a, b)] == []
    tracks = [box for box in placed.boxes if box.kind in ("track", "band")]
    assert [(a.id, b.id) for a, b in combinations(tracks, 2) if a.kind == b.kind and _overlap(a, b)] == []
    boxes = {box.id: box for box in placed.boxes}
    for route in placed.routes:
        for points in (route.first, route.second):
            assert len(points) >= 2
            for (x1, y1), (x2, y2) in pairwise(points):
                assert x1 == x2 or y1 == y2, f"{route.id} runs askew"
                corner = Box("", "", min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
                assert _inside(corner, page)
                crossed = [box.id for box in leaves(placed) if _runs_through(corner, box)]
                assert crossed == [], f"{route.id} runs through {crossed}"
        reached = f"{route.id}:target" if route.id.startswith("aside") else route.id.split(">")[1].split(":")[0]
        target = boxes[reached]
        assert _touches(route.second[-1], target), f"{route.id} ends away from its box"


def _runs_through(segment: Box, box: Box) -> bool:
    """Whether a line passes the inside of a box; touching its border by a pixel is arriving."""
    return (
        segment.x < box.x + box.width - 1
        and box.x + 1 < segment.x + segment.width + (segment.width == 0)
        and segment.y < box.y + box.height - 1
        and box.y + 1 < segment.y + segment.height + (segment.height == 0)
    )


def _touches(point: tuple[int, int], box: Box) -> bool:
    near = Box("", "", point[0] - 1, point[1] - 1, 2, 2)
    return _overlap(near, Box("", "", box.x - 1, box.y - 1, box.width + 2, box.height + 2)) and not (
        box.x + 2 < point[0] < box.x + box.width - 2 and box.y + 2 < point[1] < box.y + box.height - 2
    )


@given(definitions())
@settings(max_examples=60)
def test_nothing_overlaps_and_nothing_leaves_the_page(definition: Definition) -> None:
    assert_sound(layout(definition))


@pytest.mark.parametrize("name", ["ax_handoff", "building_permit"])
@pytest.mark.parametrize("detail", ["brief", "full"])
def test_the_shipped_workflows_are_drawn_soundly(name: str, detail: Detail) -> None:
    assert_sound(layout(shipped(name), detail=detail))


@needs_example
def test_the_example_is_drawn_soundly() -> None:
    assert_sound(layout(shipped(EXAMPLE)))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("detail", ["brief", "full"])
def test_every_box_is_wide_and_high_enough_for_its_words(language: Language, detail: Detail) -> None:
    definition = shipped("ax_handoff")
    placed, content = layout(definition, detail=detail), content_of(definition, detail)
    boxes = {box.id: box for box in placed.boxes}
    words: list[tuple[str, tuple[Row, ...], int]] = []
    graphs = [(content.path, "label"), *((track.graph, "inner") for track in content.tracks)]
    for graph, room in graphs:
        words += [(f"label:{link.id}", link.rows, ROOM[room]) for link in graph.links]
        for node in graph.nodes:
            wide = node.kind == "stage" and bool(content.inside(node.id))
            words.append((node.id, node.rows, ROOM["wide" if wide else node.kind]))
    assert len(words) > 100
    for identifier, rows, room in words:
        _, width, height = set_rows(rows, language, room)
        assert (width, height) <= (boxes[identifier].width, boxes[identifier].height), identifier
        assert height <= boxes[identifier].height, identifier


def test_coordinates_survive_json_and_have_a_canonical_form() -> None:
    placed = layout(shipped("building_permit"))
    again = Layout.from_data(json.loads(canonical(placed.to_data())))
    assert again == placed
    assert layout(shipped("building_permit")) == placed


def test_another_format_is_refused() -> None:
    data = layout(shipped("building_permit")).to_data()
    with pytest.raises(ValueError, match="layout format 9 is not known"):
        Layout.from_data({**data, "format": 9})


def test_owners_have_bands_from_top_to_bottom_in_the_order_of_the_path() -> None:
    definition = shipped("ax_handoff")
    placed = layout(definition)
    bands = [box for box in placed.boxes if box.id.startswith("band:")]
    assert [box.y + box.height for box in bands[:-1]] == [box.y for box in bands[1:]]
    for stage_id, stage in definition.stages.items():
        band = next(b for b in bands if _inside(placed.box(stage_id), b))
        assert band.id.endswith(f":{stage.owner}")
    with pytest.raises(KeyError, match="nowhere"):
        placed.box("nowhere")


def test_a_track_stands_inside_the_first_stage_that_it_spans() -> None:
    definition = shipped("ax_handoff")
    placed = layout(definition)
    for track_id, track in definition.tracks.items():
        first = next(stage for stage in definition.stages if stage in track.in_)
        box = placed.box(f"{track_id}@{first}")
        assert _inside(box, placed.box(first))
        assert all(_inside(placed.box(f"{track_id}.{state}"), box) for state in track.states)


def test_another_engine_can_lay_out_the_picture() -> None:
    class Stacked:
        name = "stacked 1"

        def arrange(self, items: tuple[Item, ...], lines: tuple[Line, ...]) -> Arrangement:
            """Everything in one column, by level; straight lines from corner to corner."""
            corners, y = {}, 0
            for item in sorted(items, key=lambda item: item.level):
                corners[item.id] = (0, y)
                y += item.height + 10
            led = tuple((corners[line.source], corners[line.target]) for line in lines)
            return Arrangement(corners, led, max(item.width for item in items), y)

    placed = layout(shipped("building_permit"), arranger=Stacked())
    assert placed.engine == "stacked 1"
    assert len({box.y for box in placed.boxes if box.kind == "stage"}) == len(shipped("building_permit").stages)


def test_a_name_that_is_not_there_is_named() -> None:
    broken = Definition.model_validate(
        {**BASE, "transitions": [{"event": "go", "from": "first", "to": "nowhere", "by": "officer"}]}
    )
    with pytest.raises(ValueError, match="'nowhere'"):
        layout(broken)
