"""A small workflow with what an engine must serve: tracks of evidence, uniqueness, a timer, a hold, links, a split."""

from __future__ import annotations

from functools import cache

from axflow.definition.definition import Definition
from axflow.definition.loading import loads
from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.testing import staff

TEXT = """
axflow: 1
id: repair
version: "1"
title: {en: Repair, ko: 수리}
calendar: {country: KR, timezone: Asia/Seoul}
organisations: {shop: {en: Shop, ko: 수리점}, office: {en: Office, ko: 사무국}}
classifications: {secret: {title: {en: Secret, ko: 비공개}, audience: [checker]}}
roles:
  clerk: {of: office}
  checker: {of: shop}
  client: {of: firm}
attributes:
  colour: {type: text, optional: true}
evidence:
  report:
    from: checker
    fields: {serial: text, grade: integer, note: {type: text, optional: true, classification: secret}}
    unique: serial
  photo: {from: [checker, client], fields: {}, document: required}
guards:
  good:
    title: {en: Good enough, ko: 양호}
    when: report.grade >= 3
    missing: {en: A report of grade 3 or more, ko: 3등급 이상의 보고서}
stages:
  desk: {owner: office, title: {en: Desk, ko: 접수}, accepts: [report, photo]}
  bench: {owner: shop, title: {en: Bench, ko: 작업}, accepts: [report, photo]}
ends: {done: success, dropped: failure, parted: neutral}
transitions:
  - {event: start, from: desk, to: bench, by: clerk}
  - {event: finish, from: bench, to: done, by: [clerk, checker], guards: [good]}
  - {event: drop, from: [desk, bench], to: dropped, by: clerk, reason: required}
deadlines:
  bench_time: {in: bench, within: 10 days, clock: government, if_late: escalate}
holds:
  paused: {in: any, by: [clerk], reason: required, blocks: all, stops: [government], review_within: 90 days}
links:
  part: {title: {en: Part of, ko: 일부}}
split: {by: clerk, in: [desk, bench], end: parted, link: part, carry: [report]}
merge: {by: clerk, in: [desk, bench], end: parted, link: part}
administration:
  redact: {by: clerk}
  correct: {by: [clerk, checker]}
  force_redaction: clerk
"""


@cache
def definition(version: str = "1", **changes: str) -> Definition:
    """The workflow, with lines replaced."""
    text = TEXT.replace('version: "1"', f'version: "{version}"')
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return loads(text)


def people(engine: Engine) -> dict[str, Actor]:
    """Publish the workflow and appoint its people."""
    engine.publish(definition())
    return staff(
        engine,
        {
            "clerk": ("clerk", "office"),
            "clerk2": ("clerk", "office"),
            "checker": ("checker", "shop"),
            "client": ("client", "acme"),
        },
    )
