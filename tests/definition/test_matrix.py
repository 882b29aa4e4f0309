"""The responsibility matrix: who owns, is heard, acts, records, offers, accepts and holds, state by state."""

from __future__ import annotations

import csv
import io
import json

from axflow.definition.definition import Definition
from axflow.definition.matrix import Act, matrix
from tests.definition.samples import data, shipped


def sample() -> Definition:
    return Definition.model_validate(
        data(
            roles={
                "officer": {"of": "north"},
                "receiver": {"of": "south"},
                "owner": {"of": "firm"},
                "body": {"of": "any"},
            },
            stages={
                "first": {"owner": "north", "consulted": "south", "accepts": "letter"},
                "second": {"owner": "south"},
            },
            evidence={"letter": {"from": "body", "confirmed_by": "officer"}},
            handoffs={
                "over": {
                    "from": "first",
                    "to": "second",
                    "offered_by": "officer",
                    "accepted_by": "receiver",
                    "within": "5 days",
                    "if_late": "escalate",
                    "returns": {"to": "first", "reasons": ["incomplete"]},
                }
            },
            tracks={
                "beside": {
                    "in": "first",
                    "owner": "south",
                    "states": ["open", "shut"],
                    "transitions": [{"event": "shut", "from": "open", "to": "shut", "by": "receiver"}],
                }
            },
            holds={"pause": {"in": "first", "by": "officer", "released_by": "receiver"}},
            transitions=[
                {"event": "finish", "from": "second", "to": "done", "signatures": ["officer", "receiver"]},
                {"event": "leave", "from": "any", "to": "done", "by": "owner"},
                {"automatic": True, "from": "first", "to": "second"},
            ],
        )
    )


def test_each_kind_of_act_stands_in_its_cell() -> None:
    made = matrix(sample())
    assert made.acts("first", "north") == (
        Act("owns"),
        Act("offers", "over", "officer"),
        Act("confirms", "letter", "officer"),
        Act("holds", "pause", "officer"),
    )
    assert made.acts("first", "south") == (Act("consulted"), Act("releases", "pause", "receiver"))
    assert made.acts("first", "any") == (Act("records", "letter", "body"),)
    assert made.acts("over.offered", "south") == (
        Act("awaited"),
        Act("accepts", "over", "receiver"),
        Act("returns", "over", "receiver"),
    )
    assert made.acts("over.offered", "north") == (Act("owns"),)
    assert made.acts("beside.open", "south") == (Act("owns"), Act("sends", "shut", "receiver"))
    assert made.acts("beside.shut", "north") == ()


def test_a_way_out_of_any_stage_stands_in_every_stage_and_in_no_end() -> None:
    made = matrix(sample())
    leaving = [state for state in made.states if Act("sends", "leave", "owner") in made.acts(state, "firm")]
    assert leaving == ["first", "over.offered", "second"]


def test_each_who_signs_may_act() -> None:
    made = matrix(sample())
    assert Act("sends", "finish", "officer") in made.acts("second", "north")
    assert Act("sends", "finish", "receiver") in made.acts("second", "south")


def test_states_come_in_the_order_of_reading_and_organisations_in_the_order_of_declaration() -> None:
    made = matrix(sample())
    assert made.states == ("first", "beside.open", "beside.shut", "over.offered", "second")
    assert made.organisations == ("north", "south", "any", "firm")


def test_the_words_are_there_in_both_languages() -> None:
    made = matrix(sample())
    assert made.words("first", "any") == ("may record: letter",)
    assert made.words("first", "any", "ko") == ("제출: Letter",)
    assert "  South: is consulted; may release: pause" in made.text()
    assert "  남: 협의; 보류 해제: Pause" in made.text("ko")


def test_markdown_has_a_row_for_each_state_and_escapes_bars() -> None:
    definition = sample().model_copy(update={"organisations": shipped("building_permit").organisations})
    made = matrix(definition)
    lines = made.markdown().splitlines()
    assert len(lines) == len(made.states) + 2
    titled = Definition.model_validate(data(organisations={"north": "A|B", "south": "C"}))
    assert matrix(titled).markdown().splitlines()[0] == "| State | A\\|B | C |"


def test_csv_reads_back_and_starts_no_formula() -> None:
    titled = Definition.model_validate(data(organisations={"north": "=SUM(A1)", "south": "C"}))
    made = matrix(titled)
    rows = list(csv.reader(io.StringIO(made.csv(), newline="")))
    assert rows[0] == ["State", "'=SUM(A1)", "C"]
    assert rows[1][1] == "is accountable\nmay send: advance"
    assert made.csv().endswith("\r\n")


def test_json_names_acts_by_id() -> None:
    made = json.loads(json.dumps(matrix(sample()).to_data()))
    first = made["states"][0]
    assert first["state"] == "first"
    assert first["organisations"]["north"][1] == {"act": "offers", "what": "over", "role": "officer"}
    assert "firm" in first["organisations"]


def test_every_stage_of_the_shipped_workflow_has_an_owner_in_its_row() -> None:
    definition = shipped("ax_handoff")
    made = matrix(definition)
    for stage_id, stage in definition.stages.items():
        owners = [name for name in made.organisations if Act("owns") in made.acts(stage_id, name)]
        assert owners == [stage.owner]
