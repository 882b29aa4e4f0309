"""The engine: acts are decided and journaled, repeats change nothing, and what was kept can be verified."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import structlog
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axflow.engine import Engine, NotAuthorised, NotPublishable, VersionReused
from axflow.engine.ids import new_id
from axflow.engine.refusals import MOST_REFUSALS
from axflow.kernel.actor import Actor
from axflow.kernel.command import Document, Record, Send
from axflow.kernel.decision import Refused
from axflow.store.errors import StoreError, UnknownDefinition, UnknownProject
from axflow.store.memory import MemoryStore, MemoryUnit
from axflow.store.sql import SqlUnit
from axflow.testing import SettableClock, assert_blocked
from tests.engine.driven import another
from tests.engine.flow import TEXT, definition, people


def unit_of(engine: Engine) -> Any:
    """The class of the engine's transactions."""
    return MemoryUnit if isinstance(engine.store, MemoryStore) else SqlUnit


GOOD = {"serial": "S-1", "grade": 4}
PAPER = Document("a" * 64, 10, "사진.png")


def test_a_project_goes_its_way(engine: Engine, who: dict[str, Actor], project: str) -> None:
    assert_blocked(engine.send(project, "finish", actor=who["checker"]), "not_enabled")
    assert engine.send(project, "start", actor=who["clerk"]).outcome == "moved"
    assert_blocked(engine.send(project, "finish", actor=who["checker"]), "guard_unknown")
    assert engine.record(project, "report", GOOD, actor=who["checker"]).outcome == "recorded"
    decision = engine.send(project, "finish", actor=who["checker"])
    assert decision.outcome == "moved"
    assert decision.project is not None
    assert decision.project.end == "done"
    assert [item.entry.outcome for item in engine.history(project)] == [
        "moved", "refused", "moved", "refused", "recorded", "moved",
    ]  # fmt: skip
    assert engine.verify().good
    assert engine.project(project).title == "Lamp"


def test_what_is_kept_is_what_was_decided(engine: Engine, who: dict[str, Actor], project: str) -> None:
    decision = engine.send(project, "start", actor=who["clerk"])
    stored = engine.history(project)[-1].entry
    assert stored._replace(content=decision.entries[-1].content) == decision.entries[-1]
    again = another(engine, SettableClock())
    assert again.project(project).project == decision.project


def test_a_second_engine_on_one_store_sees_each_others_writes(
    engine: Engine, who: dict[str, Actor], project: str
) -> None:
    other = another(engine, engine.clock)
    assert other.send(project, "start", actor=who["clerk"]).outcome == "moved"
    engine.directory.grant("new", "checker", "shop")
    assert other.record(project, "report", GOOD, actor=Actor("new", "shop")).outcome == "recorded"
    decision = engine.send(project, "finish", actor=who["checker"])
    assert decision.outcome == "moved"
    assert engine.verify().good


def test_a_repeat_changes_nothing(engine: Engine, who: dict[str, Actor], project: str) -> None:
    first = engine.send(project, "start", actor=who["clerk"], key="k")
    again = engine.send(project, "start", actor=who["clerk"], key="k")
    assert (again.outcome, again.seq) == ("duplicate", first.seq)
    assert_blocked(engine.send(project, "drop", actor=who["clerk"], key="k", reason="no"), "key_reused")
    refused = engine.send(project, "finish", actor=who["checker"], key="r")
    engine.record(project, "report", GOOD, actor=who["checker"])
    repeat = engine.send(project, "finish", actor=who["checker"], key="r")
    assert (repeat.outcome, repeat.seq) == ("duplicate", refused.seq)
    assert len(engine.history(project)) == 5


def test_an_opening_key_opens_once_for_each_definition(engine: Engine, who: dict[str, Actor]) -> None:
    first = engine.open("repair", firm="acme", actor=who["clerk"], key="k")
    assert engine.open("repair", firm="acme", actor=who["clerk"], key="k").id == first.id
    assert len(engine.projects()) == 1


def test_a_stale_view_is_refused(engine: Engine, who: dict[str, Actor], project: str) -> None:
    assert_blocked(engine.send(project, "start", actor=who["clerk"], expected=7), "stale")
    assert engine.send(project, "start", actor=who["clerk"], expected=1).allowed


def test_evidence_with_an_event_stands_even_if_the_event_is_refused(
    engine: Engine, who: dict[str, Actor], project: str
) -> None:
    engine.send(project, "start", actor=who["clerk"])
    poor = {"serial": "S-1", "grade": 1}
    assert_blocked(engine.send(project, "finish", actor=who["checker"], evidence={"report": poor}), "guard_false")
    assert [item.entry.outcome for item in engine.history(project)] == ["moved", "moved", "recorded", "refused"]
    better = {"serial": "S-1", "grade": 5}
    assert engine.send(project, "finish", actor=who["checker"], evidence={"report": better}, key="x").allowed
    repeat = engine.send(project, "finish", actor=who["checker"], evidence={"report": better}, key="x")
    assert repeat.outcome == "duplicate"


def test_a_unique_value_counts_once_across_projects(engine: Engine, who: dict[str, Actor], project: str) -> None:
    other = engine.open("repair", firm="acme", actor=who["clerk"]).id
    assert engine.record(project, "report", GOOD, actor=who["checker"]).allowed
    assert_blocked(engine.record(other, "report", GOOD, actor=who["checker"]), "duplicate_claim")
    record = next(iter(engine.project(project).project.evidence))
    assert engine.withdraw(project, record, actor=who["checker"], reason="wrong lamp").allowed
    assert engine.record(other, "report", GOOD, actor=who["checker"]).allowed


def test_a_claim_taken_while_deciding_is_decided_again(
    engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engine.open("repair", firm="acme", actor=who["clerk"]).id
    engine.record(project, "report", GOOD, actor=who["checker"])
    unit_class = unit_of(engine)
    real = unit_class.claimed
    looks = iter([None])
    monkeypatch.setattr(unit_class, "claimed", lambda self, digest: next(looks, None) or real(self, digest))
    first = iter([True])
    monkeypatch.setattr(unit_class, "claimed", lambda self, digest: None if next(first, False) else real(self, digest))
    assert_blocked(engine.record(other, "report", GOOD, actor=who["checker"]), "duplicate_claim")


def test_many_sends_see_each_other_and_refusals_stop_nothing(
    engine: Engine, who: dict[str, Actor], project: str
) -> None:
    start, finish = Send(actor=who["clerk"], event="start"), Send(actor=who["checker"], event="finish")
    report = Record(actor=who["checker"], evidence="report", values=GOOD)
    decisions = engine.send_many([(project, c) for c in (start, finish, report, finish, finish)])
    assert [decision.outcome for decision in decisions] == ["moved", "refused", "recorded", "moved", "refused"]
    assert len(engine.history(project)) == 6
    assert engine.verify().good


def test_an_exception_among_many_takes_everything_back(engine: Engine, who: dict[str, Actor], project: str) -> None:
    before = engine.history(project)
    start = Send(actor=who["clerk"], event="start")
    with pytest.raises(UnknownProject):
        engine.send_many([(project, start), ("nowhere", start)])
    assert engine.history(project) == before
    assert engine.send(project, "start", actor=who["clerk"]).allowed
    assert engine.verify().good


def test_if_the_append_fails_nothing_moved(
    engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(unit_of(engine), "post", full)
    with pytest.raises(StoreError, match="full"):
        engine.send(project, "start", actor=who["clerk"])
    monkeypatch.undo()
    assert engine.project(project).project.stage == "desk"
    assert len(engine.history(project)) == 1
    assert engine.send(project, "start", actor=who["clerk"]).allowed


def test_timers_fire_whoever_looks_first(
    engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    engine.send(project, "start", actor=who["clerk"])
    clock.advance(days=30)
    assert engine.tick() == 1
    assert engine.tick() == 0
    assert engine.history(project)[-1].entry.kind == "timer"
    other = engine.open("repair", firm="acme", actor=who["clerk"]).id
    engine.send(other, "start", actor=who["clerk"])
    clock.advance(days=30)
    engine.record(other, "report", GOOD, actor=who["checker"])
    assert [item.entry.kind for item in engine.history(other)] == ["open", "send", "timer", "record"]


def test_messages_wait_until_they_are_acknowledged(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.send(project, "start", actor=who["clerk"])
    found = engine.messages()
    assert [message.seq for message in found] == sorted(message.seq for message in found)
    assert found[-1].data["stage"] == "bench"
    assert engine.ack(found[0].id) is True
    assert engine.ack(found[0].id) is False
    assert [message.id for message in engine.messages()] == [message.id for message in found[1:]]


def test_a_preview_writes_nothing(engine: Engine, who: dict[str, Actor], project: str) -> None:
    assert engine.preview(project, "start", actor=who["clerk"]).outcome == "moved"
    assert_blocked(engine.preview(project, "finish", actor=who["checker"]), "not_enabled")
    assert_blocked(engine.preview(project, "start", actor=who["clerk"], reason="x" * 10_001), "too_long")
    assert len(engine.history(project)) == 1
    with pytest.raises(ValueError, match="who"):
        engine.preview(project, "start")


def test_why_names_every_way_forward(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.send(project, "start", actor=who["clerk"])
    ways = {way.name: way for way in engine.why(project, who["checker"])}
    assert not ways["finish"].ready
    assert ways["finish"].mine
    assert "grade 3" in ways["finish"].blockers[0].message()
    assert engine.status(project) is None


def test_unknown_things_are_named(engine: Engine, who: dict[str, Actor]) -> None:
    with pytest.raises(UnknownProject, match="nowhere"):
        engine.send("nowhere", "start", actor=who["clerk"])
    with pytest.raises(UnknownDefinition, match="nothing"):
        engine.open("nothing", firm="acme", actor=who["clerk"])
    with pytest.raises(UnknownDefinition, match="'9'"):
        engine.open("repair", version="9", firm="acme", actor=who["clerk"])
    with pytest.raises(UnknownProject):
        engine.link("x", "part", "nowhere", actor=who["clerk"])


def test_who_may_not_open_opens_nothing(engine: Engine, who: dict[str, Actor]) -> None:
    with pytest.raises(Refused) as refused:
        engine.open("repair", firm="acme", actor=Actor("stranger", "office"))
    assert [blocker.code for blocker in refused.value.decision.blockers] == ["not_authorised"]
    assert not engine.projects()


def test_publishing_again_is_idempotent_and_other_content_needs_a_version(
    engine: Engine, who: dict[str, Actor]
) -> None:
    engine.publish(definition())
    assert len(engine.definitions("repair")) == 1
    with pytest.raises(VersionReused, match="another version"):
        engine.publish(definition(**{"report.grade >= 3": "report.grade >= 4"}))
    with pytest.raises(NotPublishable) as refused:
        engine.publish(definition("2", **{"guards: [good]": "guards: [missing]"}))
    assert any(finding.severity == "error" for finding in refused.value.findings)
    assert len(engine.definitions()) == 1
    assert engine.definition("repair").digest == definition().digest
    assert engine.definition("repair", "1").rules_digest == definition().rules_digest


def test_a_version_is_used_when_it_is_in_force_and_signed(
    engine: Engine, who: dict[str, Actor], clock: SettableClock
) -> None:
    engine.publish(definition("2", **{"calendar:": "effective: {from: 2026-04-01, signed_by: [office]}\ncalendar:"}))
    assert engine.definition("repair").version == "1"
    clock.set("2026-04-02T00:00:00+09:00")
    assert engine.definition("repair").version == "1"
    with pytest.raises(NotAuthorised):
        engine.sign("repair", "2", "office", actor=who["checker"])
    with pytest.raises(Refused, match="not signed"):
        engine.open("repair", version="2", firm="acme", actor=who["clerk"])
    engine.sign("repair", "2", "office", actor=who["clerk"])
    assert engine.definition("repair").version == "2"
    assert (
        engine.open("repair", firm="acme", actor=who["clerk"]).rules_digest
        == definition(
            "2", **{"calendar:": "effective: {from: 2026-04-01, signed_by: [office]}\ncalendar:"}
        ).rules_digest
    )


def test_a_project_stays_with_its_version_until_it_is_migrated(
    engine: Engine, who: dict[str, Actor], project: str
) -> None:
    engine.send(project, "start", actor=who["clerk"])
    engine.record(project, "report", GOOD, actor=who["checker"])
    engine.publish(definition("2", **{"report.grade >= 3": "report.grade >= 5"}))
    assert engine.preview(project, "finish", actor=who["checker"]).allowed
    assert engine.migrate(project, "2", actor=who["checker"], reason="new rule").allowed
    assert_blocked(engine.send(project, "finish", actor=who["checker"]), "guard_false")
    assert engine.verify().good


def test_no_correction_leads_to_a_number_that_another_record_carries(
    engine: Engine, who: dict[str, Actor], project: str
) -> None:
    other = engine.open("repair", firm="acme", actor=who["clerk"]).id
    for id, serial in ((project, "S-1"), (other, "S-2")):
        engine.record(id, "report", {"serial": serial, "grade": 4}, actor=who["checker"]).require()
    record = next(iter(engine.project(other).project.evidence))
    assert_blocked(
        engine.correct(other, record, {"serial": "S-1"}, actor=who["checker"], reason="r"), "duplicate_claim"
    )
    engine.correct(other, record, {"serial": "S-3"}, actor=who["checker"], reason="r").require()
    assert engine.record(project, "report", {"serial": "S-2", "grade": 4}, actor=who["checker"]).allowed


def test_a_file_stays_with_its_corrected_record(engine: Engine, who: dict[str, Actor], project: str) -> None:
    document = Document("ab" * 32, 9, "report.pdf")
    engine.record(project, "report", GOOD, actor=who["checker"], document=document).require()
    for grade in (4, 5):
        record = next(r.id for r in engine.project(project).project.evidence.values() if r.status == "current")
        engine.correct(project, record, {"grade": grade}, actor=who["checker"], reason="r").require()
        content = engine.history(project)[-1].entry.content
        assert (content["document.name"], content["document.sha256"]) == ("report.pdf", "ab" * 32)
    assert engine.verify().good


def test_a_key_binds_a_refusal_that_was_only_counted(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.send(project, "start", actor=who["clerk"]).require()
    for _ in range(20):
        engine.send(project, "finish", actor=who["clerk"])
    decision = engine.send(project, "finish", actor=who["clerk"], key="once")
    assert decision.outcome == "refused" and decision.flags == ("counted_only",)
    engine.record(project, "report", GOOD, actor=who["checker"]).require()
    assert engine.send(project, "finish", actor=who["clerk"], key="once").outcome == "duplicate"
    assert_blocked(engine.send(project, "drop", actor=who["clerk"], reason="r", key="once"), "key_reused")
    assert engine.send(project, "finish", actor=who["clerk"], key="again").outcome == "moved"


def test_content_is_redacted_and_everything_still_verifies(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.record(project, "report", GOOD, actor=who["checker"], reason="Kim's own lamp")
    seq = engine.history(project)[-1].entry.seq
    assert_blocked(engine.redact(project, seq, ["values.grade"], actor=who["clerk"], reason="asked"), "still_read")
    assert engine.redact(project, seq, ["reason"], actor=who["clerk"], reason="asked").allowed
    item = engine.history(project)[seq - 1]
    assert item.redacted == ("reason",)
    assert "reason" not in item.entry.content
    assert engine.redact(project, seq, ["values.grade"], actor=who["clerk"], reason="asked", force=True).allowed
    assert "grade" not in engine.project(project).values[f"report#{seq}"]
    report = engine.verify()
    assert report.good
    assert report.redacted == 2
    engine.send(project, "start", actor=who["clerk"])
    assert_blocked(engine.send(project, "finish", actor=who["checker"]), "guard_unknown")


def test_a_correction_counts_from_now(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.record(project, "report", {"serial": "S-1", "grade": 1}, actor=who["checker"])
    record = next(iter(engine.project(project).project.evidence))
    engine.correct(project, record, {"grade": 4}, actor=who["checker"], reason="typo").require()
    values = engine.project(project).values
    assert [kept["grade"] for kept in values.values()] == [4]
    assert engine.correct(project, attributes={"colour": "red"}, actor=who["clerk"], reason="seen").allowed
    assert engine.project(project).attributes == {"colour": "red"}
    assert another(engine).project(project).values == values


def test_a_classified_value_is_seen_by_its_audience_only(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.record(project, "report", {**GOOD, "note": "cracked"}, actor=who["checker"])
    seen, hidden = engine.project(project, who["checker"]), engine.project(project, who["client"])
    assert next(iter(seen.values.values()))["note"] == "cracked"
    assert next(iter(hidden.values.values())) == GOOD
    assert engine.history(project, viewer=who["checker"])[-1].entry.content["values.note"] == "cracked"
    last = engine.history(project, viewer=who["client"])[-1]
    assert "values.note" not in last.entry.content
    assert last.hidden == ("values.note",)


def test_history_is_shown_as_of_either_time(
    engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    clock.advance(days=2)
    engine.record(project, "report", GOOD, actor=who["checker"], occurred_at="2026-03-02")
    assert len(engine.history(project, as_of="2026-03-02")) == 1
    assert len(engine.history(project, as_of="2026-03-04")) == 2
    assert len(engine.history(project, occurred_as_of="2026-03-02")) == 2
    assert len(engine.history(project, occurred_as_of=datetime(2026, 3, 1, tzinfo=UTC))) == 0


def test_projects_are_found(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.directory.organisation("beta", en="Beta")
    second = engine.open("repair", firm="beta", actor=who["clerk"], aliases={"shop": "7/26"}).id
    engine.link(project, alias=("office", "7/26"), actor=who["clerk"]).require()
    assert [row.id for row in engine.projects(firm="beta")] == [second]
    assert [row.id for row in engine.firm("acme")] == [project]
    assert sorted(engine.find("7/26")) == sorted([project, second])
    assert list(engine.find("7/26", "shop")) == [second]
    assert [row.id for row in engine.projects(limit=1)] == [min(project, second)]
    assert [row.id for row in engine.projects(after=min(project, second))] == [max(project, second)]


def test_a_split_ends_one_project_and_opens_its_parts(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.record(project, "report", GOOD, actor=who["checker"])
    engine.split(project, [{"title": "Base"}, {"title": "Shade"}], actor=who["clerk"], reason="two jobs").require()
    parts = [row.id for row in engine.projects(end=False)]
    assert len(parts) == 2
    assert engine.project(project).project.end == "parted"
    assert {engine.project(part).title for part in parts} == {"Base", "Shade"}
    fresh = another(engine, engine.clock)
    for part in parts:
        assert fresh.project(part).project.links == {"part": (project,)}
        assert [dict(values) for values in fresh.project(part).values.values()] == [GOOD]
    assert engine.verify().good


def test_a_merge_is_whole_or_not_at_all(engine: Engine, who: dict[str, Actor], project: str) -> None:
    other = engine.open("repair", firm="acme", actor=who["clerk"]).id
    with pytest.raises(Refused):
        engine.merge([project, other], {"title": "Both"}, actor=who["client"], reason="one job")
    assert len(engine.projects(end=False)) == 2
    engine.merge([project, other], {"title": "Both"}, actor=who["clerk"], reason="one job")
    (merged,) = engine.projects(end=False)
    assert set(engine.project(merged.id).project.links["part"]) == {project, other}
    assert engine.verify().good


def test_a_project_is_taken_over_midway(engine: Engine, who: dict[str, Actor]) -> None:
    project = engine.take_over("repair", firm="acme", actor=who["clerk"], stage="bench", occurred_at="2026-03-02")
    assert project.stage == "bench"
    assert engine.history(project.id)[0].entry.kind == "take_over"
    assert engine.history(project.id)[0].entry.occurred["text"] == "2026-03-02"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (float("nan"), "values.grade"),
        (1.5, "values.grade"),
        (b"4", "values.grade"),
        (2**60, "values.grade"),
        ("\ud800", "values.grade"),
        ("a\x00b", "values.grade"),
        (Decimal("NaN"), "values.grade"),
        (datetime(2026, 1, 1), "values.grade"),
        ({"x": [object()]}, "values.grade.x[0]"),
        ({"키": 1}, "values.grade"),
    ],
)
def test_what_has_no_form_is_journaled_by_path_and_type(value: object, path: str) -> None:
    engine = Engine.memory(clock=SettableClock())
    who = people(engine)
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    assert_blocked(
        engine.record(project, "report", {"serial": "S", "grade": value}, actor=who["checker"], key="k"), "wrong_form"
    )
    last = engine.history(project)[-1].entry
    assert (last.outcome, last.blockers) == ("refused", ("wrong_form",))
    assert path in last.content["blocker.0"]["en"]
    assert engine.verify().good


def test_sizes_are_bounded(engine: Engine, who: dict[str, Actor], project: str) -> None:
    assert_blocked(engine.send(project, "start", actor=who["clerk"], reason="가" * 10_001), "too_long")
    huge = {"serial": "x" * 70_000, "grade": 1}
    assert_blocked(engine.record(project, "report", huge, actor=who["checker"]), "too_long")
    assert_blocked(engine.send(project, "e" * 5_000, actor=who["clerk"]), "too_long")
    assert_blocked(engine.send(project, "start", actor=Actor("가" * 5_000, "나" * 5_000)), "too_long")
    assert_blocked(engine.link(project, actor=who["clerk"], alias=("office", "다" * 5_000)), "too_long")
    sizes = [len(str(item.entry)) for item in engine.history(project)]
    assert max(sizes) < 3_000
    with pytest.raises(Refused):
        engine.open("repair", firm="acme", actor=who["clerk"], attributes={"colour": 1.5})


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "가\udcff"])
def test_text_that_nothing_can_be_called_finds_nothing(engine: Engine, who: dict[str, Actor], text: str) -> None:
    """On every store alike: some keep such text, some raise over it."""
    for look in (engine.project, engine.history, lambda name: engine.send(name, "start", actor=who["clerk"])):
        with pytest.raises(UnknownProject):
            look(text)
    assert list(engine.projects(firm=text)) == []
    assert list(engine.projects(stage=text)) == []
    with pytest.raises(Refused):
        engine.open("repair", firm="acme", id=text, actor=who["clerk"])
    assert list(engine.find(text)) == []


def test_text_is_kept_in_one_spelling(engine: Engine, who: dict[str, Actor]) -> None:
    project = engine.open("repair", firm="acme", title="\u1112\u1161\u11ab", actor=who["clerk"])
    assert engine.project(project.id).title == "한"


def test_equal_refusals_are_counted_beyond_a_limit(
    engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    for _ in range(MOST_REFUSALS + 5):
        assert_blocked(engine.send(project, "finish", actor=who["checker"]), "not_enabled")
    assert len(engine.history(project)) == 1 + MOST_REFUSALS
    assert_blocked(engine.send(project, "finish", actor=who["clerk"]), "not_enabled")
    assert len(engine.history(project)) == 2 + MOST_REFUSALS
    clock.advance(hours=2)
    engine.tick()
    last = engine.history(project)[-1].entry
    assert (last.kind, last.name, last.public["refusals.count"]) == ("refusals_counted", "checker", 5)
    engine.tick()
    assert len(engine.history(project)) == 3 + MOST_REFUSALS
    assert engine.verify().good


def test_the_next_refusal_after_the_window_writes_the_count_first(
    engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    for _ in range(MOST_REFUSALS + 2):
        engine.send(project, "finish", actor=who["checker"])
    clock.advance(hours=2)
    decision = engine.send(project, "finish", actor=who["checker"])
    kinds = [item.entry.kind for item in engine.history(project)][-2:]
    assert kinds == ["refusals_counted", "send"]
    assert decision.seq == len(engine.history(project))
    assert engine.verify().good


def test_each_entry_is_announced_once_without_content(engine: Engine, who: dict[str, Actor], project: str) -> None:
    with structlog.testing.capture_logs() as logs:
        engine.record(project, "report", {**GOOD, "note": "cracked"}, actor=who["checker"], reason="private")
        engine.send(project, "finish", actor=who["checker"])
        with pytest.raises(UnknownProject):
            engine.send("nowhere", "start", actor=who["clerk"])
    assert [(log["event"], log.get("seq")) for log in logs] == [
        ("axflow.entry", 2), ("axflow.entry", 3), ("axflow.unknown_project", None),
    ]  # fmt: skip
    assert logs[1]["blockers"] == ["not_enabled"]
    assert logs[1]["outcome"] == "refused"
    assert not {"cracked", "private", "S-1"} & set(str(logs).replace("'", " ").split())


def test_nothing_is_announced_that_was_taken_back(engine: Engine, who: dict[str, Actor], project: str) -> None:
    start = Send(actor=who["clerk"], event="start")
    with structlog.testing.capture_logs() as logs, pytest.raises(UnknownProject):
        engine.send_many([(project, start), ("nowhere", start)])
    assert [log["event"] for log in logs] == ["axflow.unknown_project"]


def test_the_default_clock_can_be_frozen() -> None:
    engine = Engine.memory()
    with freeze_time("2026-05-05T03:00:00Z"):
        who = people(engine)
        project = engine.open("repair", firm="acme", actor=who["clerk"])
    assert project.opened_at == "2026-05-05T03:00:00.000000Z"


def test_a_host_may_vouch_for_roles() -> None:
    engine = Engine.memory(clock=SettableClock(), authority="host")
    engine.publish(definition())
    project = engine.open("repair", firm="acme", actor=Actor("anna", "office", "clerk"))
    assert engine.send(project.id, "start", actor=Actor("anna", "office", "clerk")).allowed
    assert_blocked(
        engine.send(project.id, "drop", actor=Actor("bert", "shop", "checker"), reason="x"), "not_authorised"
    )


def test_a_file_or_a_shipped_name_can_be_published(tmp_path: Path) -> None:
    path = tmp_path / "repair.yaml"
    path.write_text(TEXT, encoding="utf-8")
    engine = Engine.memory()
    assert engine.publish(path).id == "repair"
    assert engine.publish(str(path)).version == "1"
    with pytest.raises(FileNotFoundError):
        engine.publish("no_such_workflow")


def test_any_store_will_do() -> None:
    store = MemoryStore()
    assert Engine(store).store is store


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)), min_size=2, max_size=6))
def test_ids_sort_by_their_time(times: list[datetime]) -> None:
    made = [new_id(time.replace(tzinfo=UTC, microsecond=0)) for time in sorted(times)]
    assert [i[:10] for i in made] == sorted(i[:10] for i in made)
    assert all(len(i) == 26 for i in made)
    assert len(set(made)) == len(made)


ACTS = st.sampled_from(["start", "finish", "drop", "report", "withdraw", "hold", "release", "wait", "tick"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(ACTS, st.sampled_from(["clerk", "checker", "client"])), max_size=12))
def test_whatever_is_tried_the_store_verifies(acts: list[tuple[str, str]]) -> None:
    clock = SettableClock()
    engine = Engine.memory(clock=clock)
    who = people(engine)
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    for number, (act, name) in enumerate(acts):
        before = engine.project(project).project
        actor = who[name]
        clock.advance(minutes=1)
        if act == "wait":
            clock.advance(days=7)
            continue
        if act == "tick":
            engine.tick()
            continue
        if act == "report":
            decision = engine.record(project, "report", {"serial": f"{number}", "grade": number}, actor=actor)
        elif act == "withdraw":
            decision = engine.withdraw(project, next(iter(before.evidence), "none"), actor=actor, reason="x")
        elif act == "hold":
            decision = engine.hold(project, "paused", actor=actor, reason="x")
        elif act == "release":
            decision = engine.release(project, "paused", actor=actor, reason="x")
        else:
            decision = engine.send(project, act, actor=actor, reason="x")
        after = engine.project(project).project
        assert after == decision.project
        if decision.outcome == "refused" and len(decision.entries) == 1:
            assert after._replace(seq=before.seq, recorded_at=before.recorded_at) == before
    assert engine.verify().good
    assert Engine(engine.store).project(project).project == engine.project(project).project
