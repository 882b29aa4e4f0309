"""What guards may read, and how they are compiled together."""

from __future__ import annotations

from typing import Any

import pytest

from axflow.definition.evidence import RESERVED_FIELDS
from axflow.definition.guard_schema import GuardProblem, Scope, check_guards, compile_guards, guard_schema
from axflow.definition.paths import named_transitions
from axflow.guards.values import Collection, Unknown
from tests.definition.samples import small
from tests.definition.test_paths import HANDOFF

PARAMETER = {"title": "n", "type": "integer", "value": "2", "min": "1", "max": "5", "basis": "assumed"}


def guarded(**guards: str) -> dict[str, Any]:
    return {name: {"title": name, "when": when} for name, when in guards.items()}


def test_evidence_has_its_fields_and_what_every_record_has() -> None:
    one = guard_schema(small(evidence={"paper": {"from": "officer", "fields": {"score": "ratio"}}}))["paper"]
    assert one.kind == "record"
    assert one.fields is not None
    assert set(one.fields) == {"score", *RESERVED_FIELDS}
    assert (one.fields["score"].kind, one.fields["score"].places) == ("decimal", 6)
    assert {key for key in RESERVED_FIELDS if one.fields[key].kind == "date"} == {
        "issued_on",
        "received_on",
        "valid_until",
    }


def test_collected_evidence_is_a_bounded_list() -> None:
    paper = {"from": "officer", "fields": {"score": "ratio"}, "collect": {"at_most": "7"}, "may_be_empty": "true"}
    listed = guard_schema(small(evidence={"paper": paper}))["paper"]
    assert (listed.kind, listed.max_items, listed.may_be_empty) == ("list", 7, True)


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("params.n >= 2", "params.n"),
        ("project.firm != project.id", "project.firm"),
        ('project.class == "a"', "project.class"),
        ("firm.projects.filter(p, p.opened_at <= at).size() < 3", "firm.projects"),
        ('firm.projects.exists(p, p.class == "b")', "firm.projects.class"),
        ("visits.first < 2 && visits.over.offered < 3", "visits.over.offered"),
        ("times.over.return <= params.n && times.advance == 0", "times.over.return"),
        ("passed.over.accept || passed.advance", "passed.over.accept"),
        ("!holds.stayed", "holds.stayed"),
        ("!obligations.redress", "obligations.redress"),
        ('tracks.check == "closed" || tracks.check == ""', "tracks.check"),
        ('links.kin.exists(k, k.end == "done")', "links.kin.end"),
        ('at > timestamp("2026-01-01T00:00:00Z")', "at"),
        ('today >= date("2026-01-01")', "today"),
        ('actor.kind == "human"', "actor.kind"),
    ],
)
def test_every_root_can_be_read(expression: str, reads: str) -> None:
    definition = small(
        attributes={"class": "enum(a, b)"},
        parameters={"n": PARAMETER},
        handoffs={"over": HANDOFF},
        holds={"stayed": {"in": "any", "by": "officer"}},
        obligations={"redress": {"title": "R", "within": "3 days", "discharged_by": "officer", "if_late": "escalate"}},
        tracks={"check": {"in": "first", "states": ["open", "closed"]}},
        links={"kin": {"title": "Kin"}},
        guards=guarded(one=expression),
    )
    (guard,) = compile_guards(definition).values()
    assert reads in guard.reads


def test_scopes_leave_out_what_can_not_be_answered_there() -> None:
    definition = small()
    assert {"tracks", "at", "today", "actor"} <= guard_schema(definition).keys()
    narrow = guard_schema(definition, scope=Scope(tracks=False, time=False, actor=False))
    assert {"tracks", "at", "today", "actor"} & narrow.keys() == set()
    assert narrow.keys() == guard_schema(definition).keys() - {"tracks", "at", "today", "actor"}


def test_every_transition_can_be_counted_and_looked_back_at() -> None:
    definition = small(handoffs={"over": HANDOFF})
    reads = " && ".join(f"times.{n.id} < 9 && !passed.{n.id}" for n in named_transitions(definition))
    guard = compile_guards(small(handoffs={"over": HANDOFF}, guards=guarded(one=reads)))["one"]
    assert {f"times.{n.id}" for n in named_transitions(definition)} <= guard.reads


def test_guards_stand_behind_those_they_name_and_inherit_what_those_read() -> None:
    evidence = {"paper": {"from": "officer", "fields": {"score": "integer"}}}
    guards = guarded(
        top="guards.middle && guards.base", middle='guards.base || actor.kind == "human"', base="paper.score > params.n"
    )
    compiled = compile_guards(small(evidence=evidence, parameters={"n": PARAMETER}, guards=guards))
    assert compiled.order.index("base") < compiled.order.index("middle") < compiled.order.index("top")
    assert list(compiled) == ["top", "middle", "base"]
    top = compiled["top"]
    assert (top.evidence, top.params, top.uses_actor) == (frozenset({"paper"}), frozenset({"n"}), True)
    assert compiled["base"].uses_actor is compiled["base"].uses_at is compiled["base"].uses_tracks is False
    assert set(top.depends) == {"middle", "base"}


def test_compiled_guards_judge() -> None:
    evidence = {"letter": {"from": "officer", "fields": {"kept": "boolean"}, "collect": {}}}
    guards = guarded(enough="letter.filter(l, l.kept).size() >= params.n")
    guard = compile_guards(small(evidence=evidence, parameters={"n": PARAMETER}, guards=guards))["enough"].guard
    letter = {"kept": True}
    assert guard.evaluate({"params": {"n": 2}, "letter": Collection((letter, letter))}) is True
    assert guard.evaluate({"params": {"n": 2}, "letter": Collection((letter, {"kept": False}))}) is False
    unsure = guard.evaluate({"params": {"n": 2}, "letter": Collection((letter, {"kept": Unknown("redacted")}))})
    assert isinstance(unsure, Unknown)


def test_a_guard_that_does_not_compile_is_named() -> None:
    definition = small(guards=guarded(fine="passed.advance", broken="passed.advanse"))
    guards, problems = check_guards(definition)
    assert (list(guards), list(problems)) == (["fine"], ["broken"])
    with pytest.raises(GuardProblem, match=r"guards\.broken: .*advanse"):
        compile_guards(definition)


def test_circles_are_reported_and_what_hangs_on_them_still_compiles() -> None:
    definition = small(
        guards=guarded(a="guards.b", b="guards.c", c="guards.a || guards.d", d="passed.advance", own="guards.own")
    )
    guards, problems = check_guards(definition)
    assert set(problems) == {"a", "b", "c", "own"}
    assert "a -> b -> c -> a" in str(problems["b"])
    assert set(guards) == {"d"}


def test_a_long_chain_of_guards_is_ordered() -> None:
    chain = {f"g{n}": f"guards.g{n + 1}" for n in range(400)}
    compiled = compile_guards(small(guards=guarded(**chain, g400="passed.advance")))
    assert compiled.order == tuple(f"g{n}" for n in range(400, -1, -1))
