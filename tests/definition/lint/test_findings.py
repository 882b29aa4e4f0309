"""Findings beyond the examples of the page: each kind of name, each reason of a check, and none where all is well."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.definition.lint import Finding, lint
from axflow.definition.loading import loads
from tests.definition.samples import data, small
from tests.definition.test_builder import YAML as LARGE
from tests.definition.test_paths import HANDOFF


def errors(**changes: Any) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in lint(small(**changes)) if one.severity == "error"]


def of_code(code: str, definition: Any) -> list[Finding]:
    return [one for one in lint(definition) if one.code == code]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("clerk: {of: library}", "clerk: {of: [library, libary]}", "roles.clerk"),
        ("audience: library", "audience: [library, nobody]", "classifications.inside"),
        ("signed_by: [library]", "signed_by: [libary]", "effective"),
        ("Asia/Seoul", "Asia/Soul", "calendar.timezone"),
        ("card: {from: reader", "card: {from: redaer", "evidence.card"),
        ("fee: money(KRW)", "fee: {type: money, currency: KRW, classification: insider}", "evidence.card.fields.fee"),
        ("valid_for: 12 months", "valid_for: 12 months, confirmed_by: [klerk]", "evidence.card"),
        ("valid_for: 12 months", "valid_for: 12 months, dated_after: cart", "evidence.card"),
        ("valid_for: 12 months", "valid_for: 12 months, on_lost: {hold: staid}", "evidence.card"),
        ("owner: archive}", "owner: archiv}", "stages.fetched"),
        ("accepts: card,", "accepts: [card, cart],", "stages.asked"),
        ("in: fetched\n", "in: [fetched, fetchd]\n", "tracks.repair"),
        ("passed: over.accept", "passed: over.acept", "statuses[0]"),
        ("passed: over.accept", "guard: cardd", "statuses[0]"),
        ("offered_by: clerk", "offered_by: klerk", "handoffs.over"),
        ("returns: {to: asked", "returns: {to: askd", "handoffs.over"),
        ("guards: [carded]", "guards: [cardet]", "handoffs.over"),
        ("from: fetched, to: lent", "from: fetchd, to: lent", "transitions[0]"),
        ("to: lent, by: [keeper", "to: lend, by: [keeper", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clark]", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clerk], rests_on: over.acept", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clerk], not_same_actor_as: cart", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clerk], conditions: bring", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clerk], join: {of: repairs}", "transitions[0]"),
        ("to: lent, by: [keeper, clerk]", "to: lent, by: [keeper, clerk], opens: {link: serial}", "transitions[0]"),
        ("at_most: 2, during: term", "at_most: params.mots, during: term", "transitions[1]"),
        ("at_most: 2, during: term", "at_most: 2, during: terms", "transitions[1]"),
        ("clock: post", "clock: mail", "deadlines.answer"),
        ("within: 10 days,", "within: 10 days, until: lent,", "deadlines.answer"),
        ("within: 10 days,", "within: 10 days, starts: evidence cart,", "deadlines.answer"),
        ("within: 10 days,", "within: 10 days, starts: round terms,", "deadlines.answer"),
        ("within: 10 days,", "within: 10 days, starts: event rennew,", "deadlines.answer"),
        ("within: 10 days,", "within: 10 days, starts: field card.nubmer,", "deadlines.answer"),
        ("clock: post, if_late: escalate", "clock: post, if_late: {to: nowhere}", "deadlines.answer"),
        ("clock: post, if_late: escalate", "clock: post, if_late: {escalate: boss}", "deadlines.answer"),
        ("discharged_by: clerk", "discharged_by: clark", "obligations.bring_back"),
        ("by: clerk, stops: [post]", "by: clerk, stops: [mail]", "holds.stayed"),
        ("by: clerk, stops: [post]", "by: clerk, blocks: lendd", "holds.stayed"),
        ("by: clerk, stops: [post]", "by: clerk, requires: letter", "holds.stayed"),
        ("against: refuse", "against: refused_it", "appeals.review"),
        ("panel: keeper", "panel: judge", "appeals.review"),
        ("hold: stayed, window", "hold: staid, window", "appeals.review"),
        ("compensation: bring_back", "compensation: bring_bck", "appeals.review"),
        ("split: {by: clerk, in: asked, end: refused", "split: {by: clerk, in: asked, end: asked", "split"),
        ("merge: {by: clerk, in: asked", "merge: {by: clerk, in: askd", "merge"),
        ("variants: {by: size", "variants: {by: sizes", "variants.by"),
        ("of: {large:", "of: {larger:", "variants.of"),
        ("guards: {lend: large}", "guards: {lendd: large}", "variants.of.large"),
        ("guards: {lend: large}", "guards: {lend: larg}", "variants.of.large"),
        ("guards: {lend: large}", "without: repairs, guards: {lend: large}", "variants.of.large"),
        ("administration: {open: [clerk]", "administration: {open: [klerk]", "administration.open"),
        ("correct: {by: clerk}", "correct: {signatures: [klerk]}", "administration.correct"),
        ("words: {lend:", "words: {lendd:", "words.lendd"),
        ("error: {en: an error", "eror: {en: an error", "words.eror"),
        ("large: {en: large", "lage: {en: large", "words.lage"),
    ],
)  # fmt: skip
def test_each_kind_of_name_is_looked_up(old: str, new: str, path: str) -> None:
    assert old in LARGE
    found = of_code("unknown-name", loads(LARGE.replace(old, new, 1)))
    assert path in {one.path for one in found}
    assert all(one.hint.en and one.hint.ko for one in found)


def test_a_name_that_is_close_is_suggested_in_both_languages() -> None:
    (found,) = of_code("unknown-name", small(stages={"first": {"owner": "nort"}, "second": {"owner": "south"}}))
    assert (found.hint.en, found.hint.ko) == ("did you mean `north`?", "`north`을(를) 뜻했습니까?")
    assert "기관" in found.message.in_("ko")


def test_names_that_the_language_keeps_are_refused() -> None:
    assert ("name-taken", "evidence.params") in errors(evidence={"params": {"from": "officer"}})
    assert ("name-taken", "attributes.stage") in errors(attributes={"stage": "text"})
    assert ("name-taken", "ends.first") in errors(ends={"first": "failure", "done": "success"})
    assert ("name-taken", "handoffs.second") in errors(handoffs={"second": HANDOFF})
    assert ("name-taken", "handoffs.advance") in errors(handoffs={"advance": HANDOFF})
    assert ("name-taken", "organisations.firm") in errors(organisations={"north": "N", "south": "S", "firm": "F"})
    stages = {name: {"owner": "north"} for name in ("first", "second", "any")}
    assert ("name-taken", "stages.any") in errors(stages=stages)


@pytest.mark.parametrize(
    ("join", "states", "says"),
    [
        ("all", {"open": {}, "closed": {}}, "no state `done`"),
        ({"of": ["check", "other"]}, {"open": {}, "closed": {"done": "true"}}, "`other` does not run"),
        ({"at_least": "params.n"}, {"open": {}, "closed": {"done": "true"}}, "2 of 1 tracks"),
    ],
)
def test_joins_that_can_not_complete_say_why(join: Any, states: Any, says: str) -> None:
    close = {"event": "close", "from": "open", "to": "closed", "by": "officer"}
    tracks = {
        "check": {"in": "second", "states": states, "transitions": [close]},
        "other": {"in": "first", "states": {"only": {"done": "true"}}},
    }
    parameters = {"n": {"title": "n", "type": "integer", "value": "2", "basis": "assumed"}}
    moves = data()["transitions"]
    moves[1]["join"] = join
    (found,) = of_code("join-cannot-complete", small(tracks=tracks, transitions=moves, parameters=parameters))
    assert says in found.message.en


def test_a_join_where_no_track_runs_says_so() -> None:
    moves = data()["transitions"]
    moves[0]["join"] = "all"
    (found,) = of_code("join-cannot-complete", small(transitions=moves))
    assert "no track runs in `first`" in found.message.en


def test_one_event_for_a_stage_and_a_track_that_run_together_overlaps() -> None:
    inner = {"event": "finish", "from": "open", "to": "closed", "by": "officer"}
    track = {"in": "second", "states": {"open": {}, "closed": {"done": "true"}}, "transitions": [inner]}
    assert ("overlapping-transitions", "tracks.check.transitions[0]") in errors(tracks={"check": track})
    apart = {**track, "in": "first"}
    assert of_code("overlapping-transitions", small(tracks={"check": apart})) == []


def test_roles_that_differ_and_automatic_otherwise_do_not_overlap() -> None:
    moves = [
        {"event": "advance", "from": "first", "to": "second", "by": "officer"},
        {"event": "advance", "from": "first", "to": "done", "by": "receiver"},
        {"automatic": "true", "from": "second", "to": "done", "guards": ["one"]},
        {"automatic": "true", "from": "second", "to": "first", "at_most": "1"},
    ]
    guards = {"one": {"title": "One", "when": "visits.first > 1"}}
    assert of_code("overlapping-transitions", small(transitions=moves, guards=guards)) == []
    turned = [*moves[:2], moves[3], moves[2]]
    assert len(of_code("overlapping-transitions", small(transitions=turned, guards=guards))) == 1


def test_time_that_leads_back_is_no_unbounded_rework() -> None:
    again = {"renewal": {"in": "second", "within": "12 months", "if_late": {"to": "first"}}}
    assert errors(deadlines=again) == []
    assert errors(deadlines={"renewal": {**again["renewal"], "if_late": {"to": "second"}}}) == [
        ("timer-without-consequence", "deadlines.renewal")
    ]


def test_a_deadline_in_an_end_tells_somebody() -> None:
    inside = {"in": "done", "within": "12 months", "if_late": "escalate"}
    assert errors(deadlines={"warranty": inside}) == [("timer-without-consequence", "deadlines.warranty")]
    assert errors(deadlines={"warranty": {**inside, "if_late": {"escalate": "officer"}}}) == []


def test_rework_inside_a_track_is_bounded_too() -> None:
    moves = [
        {"event": "test", "from": "open", "to": "tested", "by": "officer"},
        {"event": "retest", "from": "tested", "to": "open", "by": "officer"},
    ]
    track = {"in": "first", "states": {"open": {}, "tested": {"done": "true"}}, "transitions": moves}
    assert errors(tracks={"trial": track}) == [("unbounded-rework", "tracks.trial.transitions[1]")]
    moves[1]["at_most"] = "2"
    assert errors(tracks={"trial": track}) == []


def test_a_handoff_may_not_lapse_and_silence_may_be_acceptance() -> None:
    assert ("misplaced-consequence", "handoffs.over") in errors(handoffs={"over": {**HANDOFF, "if_late": "lapse"}})
    assert errors(handoffs={"over": {**HANDOFF, "if_late": "accept"}}) == []
    guards = {"own": {"title": "Own", "when": 'actor.kind == "human"'}}
    silent = {**HANDOFF, "if_late": "accept", "guards": ["own"]}
    assert ("actor-in-automatic", "handoffs.over") in errors(handoffs={"over": silent}, guards=guards)


def test_a_stage_that_a_deadline_leads_to_is_reachable() -> None:
    stages = {"first": {"owner": "north"}, "second": {"owner": "south"}, "third": {"owner": "north"}}
    moves = [*data()["transitions"], {"event": "close", "from": "third", "to": "done", "by": ["officer", "receiver"]}]
    late = {"limit": {"in": "first", "within": "3 days", "if_late": {"to": "third"}}}
    assert errors(stages=stages, transitions=moves) == [("unreachable", "stages.third")]
    assert errors(stages=stages, transitions=moves, deadlines=late) == []


def test_errors_come_first_and_nothing_is_said_twice() -> None:
    found = lint(small(roles={"officer": {"of": "nort"}, "receiver": {"of": "south"}}, title="Small"))
    severities = [one.severity for one in found]
    assert severities == sorted(severities)
    assert len(set(found)) == len(found)
    assert str(found[0]).startswith(f"{found[0].path}: error {found[0].code}: ")


_ids = st.sampled_from(
    ["first", "second", "done", "officer", "receiver", "north", "any", "firm", "ghost", "one", "paper"]
)
_ways = st.fixed_dictionaries(
    {"from": _ids, "to": _ids, "event": _ids, "by": _ids, "guards": st.lists(_ids, max_size=2)},
    optional={"join": st.just("all"), "at_most": st.sampled_from(["0", "2", "params.x"]), "rests_on": _ids},
)
_guards = st.sampled_from(["paper.score > 3", "guards.one", "nonsense(", "visits.ghost > 1", "today > today", "true"])


@settings(max_examples=150)
@given(
    st.lists(_ways, max_size=4),
    st.dictionaries(_ids, _guards, max_size=3),
    st.dictionaries(_ids, st.fixed_dictionaries({"owner": _ids, "accepts": _ids}), min_size=1, max_size=4),
)
def test_any_definition_that_loads_can_be_linted(ways: Any, guards: Any, stages: Any) -> None:
    definition = small(
        transitions=ways,
        guards={name: {"title": name, "when": when} for name, when in guards.items()},
        stages=stages,
        evidence={"paper": {"from": "officer", "fields": {"score": "integer"}}},
        handoffs={"over": HANDOFF},
        tracks={"check": {"in": "first", "states": ["open"], "transitions": []}},
    )
    for one in lint(definition):
        assert one.path
        assert one.message.en
        assert one.message.ko


def test_a_definition_with_every_section_has_no_error() -> None:
    assert [str(one) for one in lint(loads(LARGE)) if one.severity == "error"] == []
