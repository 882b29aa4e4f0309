"""What stands against a record, and what a record changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.command import Document
from axflow.kernel.directory import Organisation
from axflow.kernel.facts import Claim
from tests.kernel.play import LONG_AGO, START, Play, codes, moment, people, who

PAPERS = """
attributes:
  product_version: {type: text, optional: true}
evidence:
  plan: {from: clerk, fields: {goal: integer, note: {type: text, max_length: 5, optional: true}},
    locked: true, unlock: chief}
  report: {from: clerk, dated_after: plan, fields: {n: {type: integer, public: true}}, valid_for: 2 months}
  sheet: {from: clerk, fields: {at: month, rows: {type: table, max_rows: 2, optional: true,
    fields: {name: {type: text, max_length: 3}, size: {type: integer, optional: true}}}}}
  letter: {from: filer, via: clerk, fields: {ok: boolean}, collect: {one_per: organisation, distinct: parent}}
  vote: {from: filer, fields: {}, collect: {one_per: actor, at_most: 2}}
  log: {from: clerk, fields: {}, collect: {one_per: record}}
  direct: {from: judge, channel: issuer_direct, fields: {}}
  audit: {from: filer, fields: {}, independent: true}
  scan: {from: clerk, fields: {number: text}, document: required, unique: [number, document]}
  plain: {from: clerk, fields: {}, document: none}
  card: {from: clerk, fields: {until: date}, valid_until: until}
  card_month: {from: clerk, fields: {until: {type: month, optional: true}}, valid_until: until}
  cert: {from: clerk, fields: {}, confirmed_by: judge}
  build: {from: clerk, fields: {}, matches: [product_version, intended_use]}
  foreign: {from: judge, fields: {m: integer, ok: boolean}}
  local: {from: clerk, fields: {n: integer, ok: boolean},
    equivalent: [{evidence: foreign, version: "1", reason: Agreed, fields: {n: m}}]}
guards:
  lettered: {title: Two letters, when: letter.size() >= 2, missing: "Letters: {have} of {need}"}
  certified: {title: Certified, when: has(cert.id)}
  valid: {title: Report, when: report.n > 0}
  built: {title: Built, when: has(build.id)}
  counted: {title: Local, when: local.n > 2}
  planned: {title: Planned, when: plan.goal > 0}
  carded: {title: Carded, when: card.until > date("2020-01-01")}
stages:
  one: {owner: alpha, accepts: [plan, report, sheet, letter, vote, log, direct, audit, scan, plain, card, card_month,
    cert, build, foreign, local]}
  two: {owner: alpha}
ends: {done: success}
transitions:
  - {event: letters, from: one, to: two, by: clerk, guards: lettered}
  - {event: certs, from: one, to: two, by: clerk, guards: certified}
  - {event: reports, from: one, to: two, by: clerk, guards: valid}
  - {event: builds, from: one, to: two, by: clerk, guards: built}
  - {event: locals, from: one, to: two, by: clerk, guards: counted}
  - {event: end, from: two, to: done, by: clerk}
"""
SHA = "ab" * 32


def opened(**more: Any) -> Play:
    return Play(PAPERS, **more).open()


def problem(play: Play, evidence: str, values: Any = None, by: str = "clerk", **more: Any) -> list[str]:
    return codes(play.record(evidence, by, values or {}, **more))


@pytest.mark.parametrize(
    ("evidence", "values", "code", "words"),
    [
        ("plan", {}, "missing_field", "goal"),
        ("plan", {"goal": 1, "more": 2}, "unknown_field", "more"),
        ("plan", {"goal": "much"}, "invalid_value", "goal"),
        ("plan", {"goal": 1.5}, "invalid_value", "goal"),
        ("plan", {"goal": 1, "note": "too long"}, "invalid_value", "at most 5"),
        ("sheet", {"at": "2026-03-01"}, "invalid_value", "write it as 2026-03"),
        ("sheet", {"at": "2026-03", "rows": [{"name": "a"}] * 3}, "invalid_value", "the list has 3 items. At most 2"),
        ("sheet", {"at": "2026-03", "rows": [{"size": 1}]}, "invalid_value", "row 1 has no 'name'"),
        ("sheet", {"at": "2026-03", "rows": [{"name": "long"}]}, "invalid_value", "at most 3 characters"),
        ("card_month", {}, "missing_field", "until"),
    ],
)
def test_what_is_wrong_with_values_is_told_field_by_field(evidence: str, values: Any, code: str, words: str) -> None:
    decision = opened().record(evidence, values=values)
    assert codes(decision) == [code] and words in decision.reasons()[0]


def test_values_are_content_unless_the_definition_makes_them_public() -> None:
    play = opened()
    play.record("plan", values={"goal": 1})
    assert play.last().content == {"values.goal": 1} and play.last().public == {}
    play.record("report", values={"n": 2})
    assert play.last().public == {"values.n": 2} and play.last().structure()["public"] == {"values.n": 2}
    play.record("scan", values={"number": "7"}, document=Document(SHA, 3, "a.pdf"))
    assert play.last().content == {
        "values.number": "7", "document.name": "a.pdf", "document.sha256": SHA, "document.size": 3
    }  # fmt: skip


def test_evidence_is_accepted_only_where_a_place_accepts_it() -> None:
    play = opened()
    play.record("cert")
    play.do(commands.Confirm(record="cert#2", actor=who("judge"))).require()
    play.send("certs").require()
    decision = play.record("plain")
    assert codes(decision) == ["not_accepted_here"] and "One" in decision.reasons()[0]


def test_dates_must_be_days_or_months_in_order_and_not_in_the_future() -> None:
    play = opened()
    assert problem(play, "plain", issued_on="2026-13-01") == ["invalid_value"]
    assert problem(play, "plain", issued_on="2026-03-01T10:00+09:00") == ["invalid_value"]
    assert problem(play, "plain", issued_on="2026-05") == ["dated_in_future"]
    assert problem(play, "plain", issued_on="2026-03-01", received_on="2026-02-01") == ["dates_out_of_order"]
    assert problem(play, "plain", issued_on="2026-02", received_on="2026-02-27") == []


def test_results_are_dated_after_the_criteria() -> None:
    play = opened()
    assert problem(play, "report", {"n": 1}) == ["dated_too_early"]
    play.record("plan", values={"goal": 1})
    assert problem(play, "report", {"n": 1}, issued_on="2026-03-01", received_on="2026-03-02") == ["dated_too_early"]
    assert problem(play, "report", {"n": 1}) == []


def test_locked_evidence_is_changed_only_by_who_may_unlock_it_with_a_reason() -> None:
    play = opened(directory=people("owner", "clerk", "clerk:ann", "chief"))
    play.record("plan", values={"goal": 1}).require()
    assert problem(play, "plan", {"goal": 2}) == ["locked"]
    assert codes(play.withdraw("plan#2")) == ["locked"]
    correct = commands.Correct(record="plan#2", values={"goal": 2}, actor=who("clerk"), reason="r")
    assert codes(play.do(correct)) == ["locked"]
    assert codes(play.withdraw("plan#2", "chief", None)) == ["reason_required"]
    assert play.withdraw("plan#2", "chief").outcome == "recorded"


def test_issuer_direct_means_that_no_copy_through_others_counts() -> None:
    play = opened(directory=people("owner", "clerk", "judge"))
    assert problem(play, "direct", by="judge") == []
    assert problem(play, "direct", by="judge", issuer="alpha") == ["wrong_channel"]
    assert problem(play, "direct", by="clerk") == ["not_authorised"]


def test_who_hands_in_for_another_needs_an_issuer_with_the_role() -> None:
    play = opened(directory=people("owner", "clerk", "filer:f@corp", bodies=(Organisation("guild"),)))
    assert problem(play, "letter", {"ok": True}, issuer="guild") == ["issuer_without_role"]
    play.record("letter", values={"ok": True}, issuer="corp").require()
    record = play.state.evidence[f"letter#{play.state.seq}"]
    assert (record.issuer, record.channel) == ("corp", "via")


def test_without_a_directory_an_issuer_is_one_that_a_role_is_of() -> None:
    play = opened()
    assert problem(play, "plain", issuer="beta") == ["issuer_without_role"]
    assert problem(play, "letter", {"ok": True}, issuer="anybody") == []


def test_who_is_tied_to_the_firm_is_not_independent() -> None:
    mother = Organisation("mother")
    firm = Organisation("firm", parent=((LONG_AGO, "mother"),))
    tied = people("owner", "filer:m@mother", "filer:x@body", bodies=(mother, firm))
    play = opened(directory=tied)
    assert problem(play, "audit", by="filer:m@mother") == ["issuer_not_independent"]
    assert problem(play, "audit", by="filer:x@body") == []
    assert problem(opened(), "audit", by="filer:o@firm") == ["issuer_not_independent"]


def test_a_file_that_is_required_must_be_there_whole_and_with_its_digest() -> None:
    play = opened()
    values = {"number": "1"}
    assert problem(play, "scan", values) == ["document_missing"]
    assert problem(play, "scan", values, document=Document(SHA, 0)) == ["document_empty"]
    assert problem(play, "scan", values, document=Document("ABC", 1)) == ["invalid_value"]
    assert problem(play, "plain", document=Document(SHA, 1)) == ["unknown_field"]
    assert problem(play, "scan", values, document=Document(SHA, 1)) == []


def test_a_unique_value_may_be_carried_by_one_record_of_all_projects() -> None:
    claims: dict[Claim, str] = {}
    one, other = opened(claims=claims), opened(claims=claims, project="p2")
    one.record("scan", values={"number": "12"}, document=Document(SHA, 1)).require()
    assert {c.scope for c in claims} == {"t/scan/number", "t/scan/document"}
    again = other.record("scan", values={"number": " 12"}, document=Document(SHA, 2))
    assert codes(again) == ["duplicate_claim"] and len(again.blockers) == 2
    # A renewal in the same project takes the place of the earlier record and its claims.
    one.record("scan", values={"number": "12"}, document=Document("cd" * 32, 1)).require()
    assert other.record("scan", values={"number": "13"}, document=Document(SHA, 2)).outcome == "recorded"
    fixed = commands.Correct(record="scan#3", values={"number": "14"}, actor=who("clerk"), reason="typo")
    assert one.do(fixed).outcome == "recorded"
    assert other.record("scan", values={"number": "12"}, document=Document("ef" * 32, 2)).outcome == "recorded"


def test_a_corrected_record_keeps_its_file_and_claims_what_it_now_says() -> None:
    claims: dict[Claim, str] = {}
    one, other = opened(claims=claims), opened(claims=claims, project="p2")
    one.record("scan", values={"number": "12"}, document=Document(SHA, 1, "scan.pdf")).require()
    other.record("scan", values={"number": "13"}, document=Document("cd" * 32, 2)).require()
    for _ in range(2):  # a correction of a correction too
        record = next(item.id for item in one.state.evidence.values() if item.status == "current")
        fixed = commands.Correct(record=record, values={"number": "14"}, actor=who("clerk"), reason="typo")
        one.do(fixed).require()
        assert one.last().content["document.sha256"] == SHA and one.last().content["document.name"] == "scan.pdf"
        assert {c.value for c, holder in claims.items() if holder.startswith("p1/")} == {"14", SHA}
        copied = other.record("scan", values={"number": "15"}, document=Document(SHA, 2))
        assert codes(copied) == ["duplicate_claim"], "the file is still the file of one record"
    record = next(item.id for item in other.state.evidence.values())
    taken = commands.Correct(record=record, values={"number": " 14"}, actor=who("clerk"), reason="typo")
    assert codes(other.do(taken)) == ["duplicate_claim"], "no correction leads to a number that another record carries"
    assert {c.value for c, holder in claims.items() if holder.startswith("p2/")} == {"13", "cd" * 32}


def test_records_of_a_collection_supersede_each_other_per_organisation_actor_or_not_at_all() -> None:
    play = opened()
    for by in ("filer:a@corp", "filer:b@corp", "filer:a@guild"):
        play.record("letter", by, {"ok": True}).require()
        play.record("log").require()
    letters = [(r.issuer, r.status) for r in play.state.evidence.values() if r.type == "letter"]
    assert letters == [("corp", "superseded"), ("corp", "current"), ("guild", "current")]
    assert {r.status for r in play.state.evidence.values() if r.type == "log"} == {"current"}
    play.record("vote", "filer:a@corp").require()
    play.record("vote", "filer:a@guild").require()
    play.record("vote", "filer:b@guild").require()
    assert problem(play, "vote", by="filer:c@guild") == ["limit_reached"]


def test_a_quorum_counts_bodies_by_their_ultimate_successor_and_parent_at_the_time_of_the_act() -> None:
    later = START + timedelta(days=10)
    directory = people(
        "owner", "clerk", "filer:a@north", "filer:b@south", "filer:c@old",
        bodies=(
            Organisation("crown"),
            Organisation("north", parent=((LONG_AGO, "crown"),)),
            Organisation("south", parent=((LONG_AGO, None), (later, "crown"))),
            Organisation("old", abolished_on=later, successor="south"),
        ),
    )  # fmt: skip
    play = opened(directory=directory)
    for by in ("filer:a@north", "filer:b@south", "filer:c@old"):
        play.record("letter", by, {"ok": True}).require()
    before = play.ask(commands.Send(event="letters", actor=who("clerk")))
    play.wait(20)
    after = play.ask(commands.Send(event="letters", actor=who("clerk")))
    assert before.outcome == "moved" and codes(after) == ["guard_false"]
    assert "Letters: 1 of 2" in after.reasons()[0]


def test_an_organisation_and_its_successor_are_one_body_in_a_collection() -> None:
    later = START + timedelta(days=10)
    bodies = (Organisation("old", abolished_on=later, successor="new"), Organisation("new"))
    play = opened(directory=people("owner", "filer:a@old", "filer:b@new", bodies=bodies))
    play.record("letter", "filer:a@old", {"ok": True}).require()
    play.wait(20)
    play.record("letter", "filer:b@new", {"ok": True}).require()
    assert [r.status for r in play.state.evidence.values()] == ["superseded", "current"]
    assert play.withdraw(f"letter#{play.state.seq}", "filer:b@new").outcome == "recorded"


def test_who_takes_over_an_office_may_withdraw_what_it_issued_and_nobody_else() -> None:
    later = START + timedelta(days=10)
    bodies = (Organisation("old", abolished_on=later, successor="new"), Organisation("new"))
    play = opened(directory=people("owner", "filer:a@old", "filer:b@new", "filer:x@corp", bodies=bodies))
    play.record("letter", "filer:a@old", {"ok": True}).require()
    play.wait(20)
    assert codes(play.withdraw("letter#2", "filer:x@corp")) == ["issuer_without_role"]
    assert play.withdraw("letter#2", "filer:b@new").outcome == "recorded"


def test_a_withdrawal_needs_a_record_that_stands_and_a_reason() -> None:
    play = opened()
    assert codes(play.withdraw("plain#9")) == ["unknown_record"]
    play.record("plain").require()  # after the refusal, which is an entry as well
    assert codes(play.withdraw("plain#3", reason=None)) == ["reason_required"]
    assert play.withdraw("plain#3").outcome == "recorded"
    assert codes(play.withdraw("plain#3")) == ["not_current"]


def test_evidence_to_be_confirmed_counts_when_its_issuer_confirmed_it() -> None:
    play = opened()
    play.record("cert")
    unconfirmed = play.send("certs")
    assert codes(unconfirmed) in (["guard_unknown"], ["guard_false"])
    assert codes(play.do(commands.Confirm(record="cert#2", actor=who("clerk")))) == ["not_authorised"]
    play.do(commands.Confirm(record="cert#2", actor=who("judge"))).require()
    assert play.send("certs").outcome == "moved"


def test_evidence_counts_until_the_end_of_its_last_day() -> None:
    play = opened()
    play.record("plan", values={"goal": 1})
    play.record("report", values={"n": 1}).require()
    until = play.state.evidence["report#3"].valid_until
    assert until is not None and until.startswith("2026-05-0")
    assert play.ask(commands.Send(event="reports", actor=who("clerk"))).outcome == "moved"
    play.wait(80)
    assert codes(play.send("reports")) == ["guard_unknown"]
    assert play.last("timer").flags == ("evidence_expired",)


def test_a_date_on_the_record_ends_its_validity_in_its_own_precision() -> None:
    play = opened()
    play.record("card", values={"until": "2026-03-20"}).require()
    play.record("card_month", values={"until": "2026-12"}).require()
    ends = [r.valid_until for r in play.state.evidence.values()]
    assert [end and end[:13] for end in ends] == ["2026-03-20T14", "2026-12-31T14"]


def test_evidence_for_another_version_or_use_is_unknown() -> None:
    play = Play(PAPERS).open(attributes={"product_version": "2"})
    assert problem(play, "build") == ["missing_field"]
    play.record("build", product_version="1", intended_use="sea").require()
    assert codes(play.send("builds")) in (["guard_unknown"], ["guard_false"])


def test_evidence_accepted_elsewhere_counts_by_reference() -> None:
    play = opened()
    play.record("foreign", "judge", {"m": 5, "ok": True}).require()
    play.record("plain").require()
    assert problem(play, "local", refers_to="foreign#9") == ["unknown_record"]
    assert problem(play, "local", refers_to="plain#3") == ["not_equivalent"]
    play.record("local", refers_to="foreign#2").require()
    record = play.state.evidence[f"local#{play.state.seq}"]
    assert (record.source, record.issuer) == ("p1/foreign#2", "beta")
    assert play.values()[record.id] == {"n": 5, "ok": True} and play.last().facts == (("foreign#2", "2"),)
    play.withdraw("foreign#2", "judge").require()
    assert problem(play, "local", refers_to="foreign#2") == ["not_current"]
    assert play.send("locals").outcome == "moved"


def test_expired_evidence_counts_by_reference_no_more() -> None:
    text = PAPERS.replace("foreign: {from: judge,", "foreign: {from: judge, valid_for: 5 days,")
    play = Play(text).open()
    play.record("foreign", "judge", {"m": 5, "ok": True}).require()
    assert problem(play.wait(30), "local", refers_to="foreign#2") == ["not_current"]


def test_a_hold_that_blocks_an_evidence_type_blocks_its_recording() -> None:
    play = Play(PAPERS + "holds: {shut: {in: any, by: clerk, blocks: plain}}\n").open()
    play.hold("shut").require()
    assert problem(play, "plain") == ["on_hold"] and problem(play, "cert") == []


def test_a_hold_that_blocks_all_blocks_moves_and_not_the_paper_that_releases_it() -> None:
    play = Play(PAPERS + "holds: {shut: {in: any, by: clerk, blocks: all, released_on: plain}}\n").open()
    play.hold("shut").require()
    assert problem(play, "plain") == []
    play.record("plain").require()
    assert play.state.holds == {}


# Corrections and who acts


def test_a_correction_appends_counts_from_now_and_leaves_past_verdicts() -> None:
    play = opened()
    play.record("local", values={"n": 1, "ok": True}).require()
    assert codes(play.send("locals")) == ["guard_false"]
    fixed = commands.Correct(record="local#2", values={"n": 7}, actor=who("clerk"), reason="typo")
    play.do(fixed).require()
    record = play.state.evidence[f"local#{play.state.seq}"]
    assert play.state.evidence["local#2"].status == "corrected" and play.values()[record.id] == {"n": 7, "ok": True}
    assert dict(play.entries[2].verdicts) == {"counted": "FALSE"}
    assert play.send("locals").outcome == "moved"


def test_a_correction_says_what_and_why_of_a_record_that_stands() -> None:
    play = opened()
    clerk = who("clerk")
    assert codes(play.do(commands.Correct(actor=clerk))) == ["missing_field", "reason_required"]
    assert codes(play.do(commands.Correct(record="x#1", actor=clerk, reason="r"))) == ["unknown_record"]
    play.record("plain")
    play.withdraw("plain#4").require()
    assert codes(play.do(commands.Correct(record="plain#4", actor=clerk, reason="r"))) == ["not_current"]


def test_attributes_are_corrected_in_an_entry_of_their_own() -> None:
    play = Play(PAPERS).open(attributes={"product_version": "1"})
    bad = commands.Correct(attributes={"colour": "red"}, actor=who("clerk"), reason="r")
    assert codes(play.do(bad)) == ["unknown_field"]
    play.do(commands.Correct(attributes={"product_version": "2"}, actor=who("clerk"), reason="r")).require()
    assert play.attributes() == {"product_version": "2"} and play.state.attributes == {
        "product_version": play.state.seq
    }


def test_authority_is_judged_at_the_time_of_the_act() -> None:
    from axflow.kernel.directory import Grant

    term = Grant("temp", "clerk", "alpha", LONG_AGO, START + timedelta(days=5))
    play = opened(directory=people("owner", "clerk", more=(term,)))
    assert problem(play, "plain", by="clerk:temp") == []
    assert problem(play.wait(10), "plain", by="clerk:temp") == ["not_authorised"]


def test_the_entry_names_role_grant_and_how_the_actor_was_authenticated() -> None:
    play = opened(directory=people("owner", "clerk"))
    play.record("plain", Actor("clerk", "alpha", authenticated="sso")).require()
    shown = play.last().actor
    assert shown is not None
    assert (shown["role"], shown["organisation"], shown["authenticated"]) == ("clerk", "alpha", "sso")
    assert isinstance(shown["grant"], int)


def test_an_ai_acts_only_where_the_definition_says_so_and_nobody_on_record_as_one_acts_as_a_human() -> None:
    from axflow.kernel.directory import Grant, Organisation, Person

    assert problem(opened(), "plain", by=Actor("bot", "alpha", kind="ai")) == ["not_authorised"]  # type: ignore[arg-type]
    records = (Person("bot", "ai"), Grant("bot", "clerk", "alpha", LONG_AGO))
    play = opened(directory=people("owner", bodies=(Organisation("alpha"),), more=records))
    assert problem(play, "plain", by=Actor("bot", "alpha")) == ["not_authorised"]  # type: ignore[arg-type]


def test_a_source_and_its_publication_are_kept_as_content() -> None:
    play = opened()
    play.record("plain", source="gazette 12", published=moment("2026-03-01"), reason="why").require()
    assert play.last().content == {"reason": "why", "source": "gazette 12", "published": "2026-03-01"}


def test_a_blocker_whose_parameters_are_gone_still_speaks() -> None:
    assert Blocker("locked", {}).message() == "“…” is locked since … and cannot be changed."
