"""Every way has one id, whether it was declared or compiled."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.paths import named_transitions, offered, sources_of, stage_ids
from tests.definition.samples import small

HANDOFF: dict[str, Any] = {
    "from": "first",
    "to": "second",
    "offered_by": "officer",
    "accepted_by": "receiver",
    "guards": [],
    "within": "5 working days",
    "if_late": "escalate",
    "returns": {"to": "first", "reasons": ["incomplete"], "at_most": "2"},
}


def test_an_id_is_declared_or_the_event_or_the_two_states() -> None:
    definition = small(
        transitions=[
            {"id": "go", "event": "advance", "from": "first", "to": "second", "by": "officer"},
            {"event": "finish", "from": "second", "to": "done", "by": "officer"},
            {"automatic": True, "from": "first", "to": "second"},
            {"after": "3 days", "from": "second", "to": "first"},
        ]
    )
    assert [n.id for n in named_transitions(definition)] == ["go", "finish", "first_to_second", "second_to_first"]
    assert [n.automatic for n in named_transitions(definition)] == [False, False, True, True]


def test_the_earlier_declaration_keeps_the_plain_name() -> None:
    definition = small(
        transitions=[
            {"event": "stop", "from": "first", "to": "done", "by": "officer"},
            {"event": "stop", "from": "second", "to": "done", "by": "officer"},
            {"event": "stop", "from": "second", "to": "first", "by": "receiver"},
        ]
    )
    assert [n.id for n in named_transitions(definition)] == ["stop", "stop_from_second", "stop_2"]


def test_a_declared_id_wins_over_an_earlier_event_of_that_name() -> None:
    definition = small(
        transitions=[
            {"event": "stop", "from": "first", "to": "done", "by": "officer"},
            {"id": "stop", "event": "halt", "from": "second", "to": "done", "by": "officer"},
        ]
    )
    assert [n.id for n in named_transitions(definition)] == ["stop_from_first", "stop"]


def test_tracks_come_first_in_order_and_last_in_the_choice_of_names() -> None:
    track = {
        "in": "first",
        "states": ["open", "closed"],
        "transitions": [
            {"event": "advance", "from": "open", "to": "closed", "by": "officer"},
            {"event": "again", "from": "any", "to": "open", "by": "officer"},
        ],
    }
    named = named_transitions(small(tracks={"check": track}))
    assert [(n.level, n.id, n.declaration) for n in named] == [
        ("check", "advance_in_check", 0),
        ("check", "again", 1),
        ("stage", "advance", 2),
        ("stage", "finish", 3),
    ]
    assert sources_of(small(tracks={"check": track}), named[1]) == ("open", "closed")


def test_a_handoff_compiles_to_a_stage_and_three_events() -> None:
    definition = small(handoffs={"over": HANDOFF})
    assert stage_ids(definition) == ("first", "second", "over.offered")
    offer, accept, back = (n for n in named_transitions(definition) if n.source == "handoff")
    assert (offer.id, offer.transition.from_, offer.transition.to) == ("over.offer", ("first",), offered("over"))
    assert (accept.id, accept.transition.from_, accept.transition.to) == ("over.accept", ("over.offered",), "second")
    assert (back.id, back.transition.to, back.transition.reason) == ("over.return", "first", ("incomplete",))
    assert (offer.transition.by, accept.transition.by, back.transition.by) == (
        ("officer",),
        ("receiver",),
        ("receiver",),
    )
    assert accept.transition.not_same_actor_as == ("over.offer",)
    assert back.transition.at_most == "2"
    assert {offer.origin, accept.origin, back.origin} == {"over"}


def test_guards_hold_at_the_offer_and_at_the_acceptance_and_never_hinder_a_return() -> None:
    guard = {"title": "Fine", "when": "passed.advance"}
    definition = small(
        guards={"fine": guard}, handoffs={"over": {**HANDOFF, "guards": ["fine"], "rests_on": "advance"}}
    )
    by_id = {n.id: n.transition for n in named_transitions(definition)}
    assert by_id["over.offer"].guards == by_id["over.accept"].guards == ("fine",)
    assert by_id["over.offer"].rests_on == by_id["over.accept"].rests_on == ("advance",)
    assert by_id["over.return"].guards == by_id["over.return"].rests_on == ()


def test_a_handoff_may_be_offered_by_the_workflow_and_accepted_by_its_sender() -> None:
    definition = small(handoffs={"over": {**HANDOFF, "automatic": True, "independent": False}})
    by_id = {n.id: n.transition for n in named_transitions(definition)}
    assert by_id["over.auto_offer"].automatic
    assert by_id["over.auto_offer"].event is None
    assert by_id["over.accept"].not_same_actor_as == ()


def _appeal(**changes: Any) -> dict[str, Any]:
    return {
        "against": "refuse",
        "by": "officer",
        "window": "30 days",
        "grounds": ["procedure"],
        "panel": "receiver",
        "excluded": ["advance"],
        "hold": "stayed",
        "within": "60 days",
        "if_late": "escalate",
        "upheld": {"compensation": "redress"},
        **changes,
    }


REFUSE = [
    {"event": "advance", "from": "first", "to": "second", "by": "officer"},
    {"event": "refuse", "from": ["first", "second"], "to": "done", "by": "officer"},
]


def test_an_upheld_appeal_leads_back_to_where_the_decision_was_taken() -> None:
    upheld = [
        n for n in named_transitions(small(transitions=REFUSE, appeals={"review": _appeal()})) if n.source == "appeal"
    ]
    assert [(n.id, n.transition.from_, n.transition.to) for n in upheld] == [
        ("review.uphold", ("done",), "first"),
        ("review.uphold_from_done", ("done",), "second"),
    ]
    assert {n.transition.event for n in upheld} == {"review.uphold"}
    assert upheld[0].transition.not_same_actor_as == ("refuse", "advance")


def test_an_upheld_appeal_leads_to_the_stage_it_names() -> None:
    appeal = _appeal(upheld={"to": "second", "compensation": "redress"})
    upheld = [
        n for n in named_transitions(small(transitions=REFUSE, appeals={"review": appeal})) if n.source == "appeal"
    ]
    assert [(n.transition.from_, n.transition.to) for n in upheld] == [(("done",), "second")]


def test_any_leaves_every_stage_and_no_end() -> None:
    definition = small(
        handoffs={"over": HANDOFF}, transitions=[{"event": "stop", "from": "any", "to": "done", "by": "officer"}]
    )
    assert sources_of(definition, named_transitions(definition)[0]) == ("first", "second", "over.offered")


_ways = st.lists(
    st.tuples(st.sampled_from(["stop", "advance", None]), st.sampled_from(["first", "second"]), st.booleans()),
    max_size=8,
)


@given(_ways)
def test_ids_are_unique_and_declarations_count_up(ways: list[tuple[str | None, str, bool]]) -> None:
    transitions: list[dict[str, Any]] = [
        {"event": event, "by": "officer", "from": source, "to": "done"}
        if event
        else {"automatic": True, "from": source, "to": "done"}
        for event, source, _ in ways
    ]
    tracked = [
        {**way, "from": "open", "to": "closed"} for way, (_, _, inside) in zip(transitions, ways, strict=True) if inside
    ]
    tracks = {"check": {"in": "first", "states": ["open", "closed"], "transitions": tracked}}
    named = named_transitions(small(transitions=transitions, tracks=tracks, handoffs={"over": HANDOFF}))
    assert len({n.id for n in named}) == len(named)
    assert [n.declaration for n in named] == list(range(len(named)))
