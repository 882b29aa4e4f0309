"""The Python builder makes what a YAML file makes."""

from __future__ import annotations

from datetime import date

import pytest

from axflow.definition.builder import DefinitionBuilder
from axflow.definition.duration import Duration
from axflow.definition.lint import lint
from axflow.definition.loading import from_data, loads
from axflow.definition.problems import DefinitionError

YAML = """\
axflow: 1
id: loan
version: "1"
title: {en: A loan, ko: 대출}
description: {en: Books, ko: 도서}
effective: {from: 2026-01-01, signed_by: [library]}
calendar: {country: KR, timezone: Asia/Seoul, extra: {2026-05-04: {en: Founding day, ko: 개관일}}}
organisations: {library: {en: Library, ko: 도서관}, archive: {en: Archive, ko: 보존소}}
roles: {clerk: {of: library}, keeper: {of: archive}, reader: {of: firm}}
classifications: {inside: {audience: library}}
attributes: {size: "enum(small, large)"}
parameters:
  most: {type: integer, value: 3, min: 1, max: 9, basis: assumed, title: {en: Most, ko: 최대}}
evidence:
  card: {from: reader, fields: {number: text, fee: money(KRW)}, valid_for: 12 months}
guards:
  carded:
    title: {en: Card shown, ko: 회원증 확인}
    when: card.number != "" && times.renew < params.most
    missing: {en: "Card {card.number}", ko: "회원증 {card.number}"}
  large: {title: {en: Fee paid, ko: 요금 납부}, when: card.fee > 0}
stages:
  asked: {owner: library, accepts: card, title: {en: Asked, ko: 신청}}
  fetched: {owner: archive}
ends: {lent: success, refused: {kind: failure, title: {en: Refused, ko: 거절}}}
tracks:
  repair:
    in: fetched
    states: [torn, mended]
    transitions: [{event: mend, from: torn, to: mended, by: keeper}]
statuses: [{id: ready, title: {en: Ready, ko: 준비됨}, passed: over.accept}]
handoffs:
  over: {from: asked, to: fetched, offered_by: clerk, accepted_by: keeper, guards: [carded], within: 3 working days,
    if_late: escalate, returns: {to: asked, reasons: [missing], at_most: 2}}
transitions:
  - {event: lend, from: fetched, to: lent, by: [keeper, clerk]}
  - {event: renew, from: fetched, to: asked, by: keeper, at_most: 2, during: term}
  - {after: 90 days, from: asked, to: refused}
  - {event: refuse, from: any, to: refused, by: [clerk, keeper], reason: required}
clocks: {post: {title: {en: The post's time, ko: 우편 기간}}}
deadlines: {answer: {in: asked, within: 10 days, clock: post, if_late: escalate}}
obligations: {bring_back: {title: {en: Bring back, ko: 반납}, within: 1 month, discharged_by: clerk, if_late: escalate}}
holds: {stayed: {in: any, by: clerk, stops: [post]}}
appeals:
  review: {against: refuse, by: reader, panel: keeper, hold: stayed, window: 30 days, grounds: [error], within: 60 days,
    if_late: escalate, upheld: {compensation: bring_back}}
rounds: {term: {windows: [{id: spring, opens: 2026-03-01, closes: 2026-06-30}]}}
links: {series: {title: {en: Series, ko: 총서}}}
split: {by: clerk, in: asked, end: refused, link: series}
merge: {by: clerk, in: asked, end: refused, link: series, carry: card}
variants: {by: size, of: {large: {guards: {lend: large}}}}
administration: {open: [clerk], correct: {by: clerk}}
words: {lend: {en: Lend, ko: 대출}, large: {en: large, ko: 대형}, error: {en: an error, ko: 오류}}
"""


def build() -> DefinitionBuilder:
    return (
        DefinitionBuilder(
            "loan", version="1", title={"en": "A loan", "ko": "대출"}, description={"en": "Books", "ko": "도서"}
        )
        .effective(date(2026, 1, 1), signed_by="library")
        .day_off("2026-05-04", {"en": "Founding day", "ko": "개관일"})
        .organisation("library", {"en": "Library", "ko": "도서관"})
        .organisation("archive", {"en": "Archive", "ko": "보존소"})
        .role("clerk", of="library")
        .role("keeper", of="archive")
        .role("reader", of="firm")
        .classification("inside", audience="library")
        .attribute("size", "enum(small, large)")
        .parameter("most", "integer", 3, min=1, max=9, title={"en": "Most", "ko": "최대"})
        .evidence(
            "card", from_="reader", fields={"number": "text", "fee": "money(KRW)"}, valid_for=Duration(12, "months")
        )
        .guard(
            "carded",
            'card.number != "" && times.renew < params.most',
            title={"en": "Card shown", "ko": "회원증 확인"},
            missing={"en": "Card {card.number}", "ko": "회원증 {card.number}"},
        )
        .guard("large", "card.fee > 0", title={"en": "Fee paid", "ko": "요금 납부"})
        .stage("asked", owner="library", accepts="card", title={"en": "Asked", "ko": "신청"})
        .stage("fetched", owner="archive")
        .end("lent", "success")
        .end("refused", "failure", title={"en": "Refused", "ko": "거절"})
        .track(
            "repair",
            in_="fetched",
            states=["torn", "mended"],
            transitions=[{"event": "mend", "from_": "torn", "to": "mended", "by": "keeper"}],
        )
        .status("ready", title={"en": "Ready", "ko": "준비됨"}, passed="over.accept")
        .handoff(
            "over",
            from_="asked",
            to="fetched",
            offered_by="clerk",
            accepted_by="keeper",
            guards="carded",
            within="3 working days",
            if_late="escalate",
            returns={"to": "asked", "reasons": ["missing"], "at_most": 2},
        )
        .transition("fetched", "lent", event="lend", by=["keeper", "clerk"])
        .transition("fetched", "asked", event="renew", by="keeper", at_most=2, during="term")
        .transition("asked", "refused", after="90 days")
        .transition("any", "refused", event="refuse", by=["clerk", "keeper"], reason="required")
        .clock("post", {"en": "The post's time", "ko": "우편 기간"})
        .deadline("answer", in_="asked", within="10 days", clock="post", if_late="escalate")
        .obligation(
            "bring_back",
            title={"en": "Bring back", "ko": "반납"},
            within="1 month",
            discharged_by="clerk",
            if_late="escalate",
        )
        .hold("stayed", in_="any", by="clerk", stops=["post"])
        .appeal(
            "review",
            against="refuse",
            by="reader",
            panel="keeper",
            hold="stayed",
            window="30 days",
            grounds=["error"],
            within="60 days",
            if_late="escalate",
            upheld={"compensation": "bring_back"},
        )
        .round("term", ("spring", "2026-03-01", date(2026, 6, 30)))
        .link("series", {"en": "Series", "ko": "총서"})
        .split(by="clerk", in_="asked", end="refused", link="series")
        .merge(by="clerk", in_="asked", end="refused", link="series", carry="card")
        .variants("size", {"large": {"guards": {"lend": "large"}}})
        .administration(open=["clerk"], correct={"by": "clerk"})
        .word("lend", {"en": "Lend", "ko": "대출"})
        .word("large", {"en": "large", "ko": "대형"})
        .word("error", {"en": "an error", "ko": "오류"})
    )


def test_every_part_is_what_yaml_makes_of_it() -> None:
    built, written = build().build(), loads(YAML)
    assert built.document == written.document
    assert (built.digest, built.rules_digest) == (written.digest, written.rules_digest)
    assert [one for one in lint(built) if one.severity == "error"] == []


def test_the_data_gathered_are_a_file_of_their_own() -> None:
    assert from_data(build().data).digest == build().build().digest


def test_order_of_calls_is_order_of_declaration() -> None:
    base = DefinitionBuilder("d", version="1", title="D").organisation("north", "North").role("officer", of="north")
    made = base.stage("late", owner="north").stage("early", owner="north").end("done", "success").build()
    assert made.initial == "late"


def test_a_part_is_given_once() -> None:
    builder = DefinitionBuilder("d", version="1", title="D").role("officer", of="north")
    with pytest.raises(ValueError, match=r"roles\.officer is there already"):
        builder.role("officer", of="south")


def test_what_the_language_does_not_know_is_refused_by_name() -> None:
    builder = build().role("guest", of="library", kindz=["human"])
    with pytest.raises(DefinitionError, match=r"<builder of loan>: roles.guest.kindz: .* did you mean `kinds`"):
        builder.build()
