# ruff: noqa: E501 - the files that are written have one thing a line, however long
"""`axflow init`: a small workflow to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.running import CommandError

DEFINITION = """\
# A small workflow to start from: a request is handed in, checked against two conditions, and granted or refused.
# Check it with `axflow workflow check {folder}`, and see it with `axflow workflow show {folder}`.
axflow: 1
id: request
version: "1"
title: {{en: Request, ko: 신청}}
calendar: {{country: KR, timezone: Asia/Seoul}}
organisations:
  office: {{en: Office, ko: 담당기관}}
roles:
  requester: {{of: firm, title: {{en: Requester, ko: 신청인}}}}
  officer: {{of: office, title: {{en: Officer, ko: 담당자}}}}
parameters:
  least_points: {{type: integer, value: 3, min: 0, max: 10, basis: assumed, title: {{en: Least points, ko: 최저 점수}}}}
evidence:
  form: {{title: {{en: Form, ko: 신청서}}, from: requester, fields: {{purpose: text}}}}
  opinion: {{title: {{en: Opinion, ko: 검토의견}}, from: officer, fields: {{points: {{type: integer, min: 0, max: 10}}}}}}
guards:
  handed_in:
    title: {{en: Form handed in, ko: 신청서 제출}}
    when: form.purpose != ""
    missing: {{en: A form that says what for, ko: 목적을 적은 신청서}}
  good_enough:
    title: {{en: Good enough, ko: 기준 충족}}
    when: opinion.points >= params.least_points
    missing: {{en: "An opinion with at least {{params.least_points}} points", ko: "{{params.least_points}}점 이상의 검토의견"}}
stages:
  drafting: {{owner: office, title: {{en: Drafting, ko: 작성}}, accepts: form}}
  review: {{owner: office, title: {{en: Review, ko: 심사}}, accepts: opinion}}
ends:
  granted: {{kind: success, title: {{en: Granted, ko: 승인}}}}
  refused: {{kind: failure, title: {{en: Refused, ko: 거부}}}}
  given_up: {{kind: neutral, title: {{en: Given up, ko: 취하}}}}
transitions:
  - {{event: hand_in, from: drafting, to: review, by: requester, guards: handed_in}}
  - {{event: grant, from: review, to: granted, by: officer, guards: good_enough}}
  - {{event: refuse, from: review, to: refused, by: officer, reason: required}}
  - {{event: give_up, from: any, to: given_up, by: requester}}
deadlines:
  review_time: {{title: {{en: Review, ko: 심사 기간}}, in: review, within: 30 days, if_late: {{escalate: officer}}}}
"""
DIRECTORY = """\
# Who exists and who may do what, since when. Append only: a new name or an end is a new line.
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "organisation", "record": {"id": "office", "names": [["2026-01-01T00:00:00+09:00", {"en": "Office", "ko": "담당기관"}]], "parent": [], "successor": null, "abolished_on": null}}
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "organisation", "record": {"id": "acme", "names": [["2026-01-01T00:00:00+09:00", {"en": "Acme", "ko": "아크메"}]], "parent": [], "successor": null, "abolished_on": null}}
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "person", "record": {"actor": "kim", "kind": "human", "departed_on": null}}
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "grant", "record": {"actor": "kim", "role": "requester", "organisation": "acme", "from": "2026-01-01T00:00:00+09:00", "until": null}}
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "person", "record": {"actor": "lee", "kind": "human", "departed_on": null}}
- {"recorded_at": "2026-01-01T00:00:00+09:00", "kind": "grant", "record": {"actor": "lee", "role": "officer", "organisation": "office", "from": "2026-01-01T00:00:00+09:00", "until": null}}
"""
HINTS = """\
# Start here

    axflow workflow check {folder}
    axflow workflow show {folder} --lang ko
    axflow workflow publish {folder} --directory {folder}/directory.yaml
    axflow project open request --firm acme --id first --actor kim --organisation acme
    axflow project send first hand_in --actor kim --organisation acme        # blocked: it says why, exit code 3
    axflow project record first form purpose=try --actor kim --organisation acme
    axflow project send first hand_in --actor kim --organisation acme
    axflow project why first
    axflow project history first

`axflow workflow schema > axflow.schema.json` gives editors the schema of `definition.yaml`.
"""


def init(
    folder: Annotated[Path, typer.Argument(help="A folder; made where it is not there.")] = Path("workflow"),
) -> None:
    """Write a small workflow with a directory and hints to start from. Overwrites nothing."""
    written = {
        "definition.yaml": DEFINITION.format(folder=folder),
        "directory.yaml": DIRECTORY,
        "START.md": HINTS.format(folder=folder),
    }
    there = [name for name in written if (folder / name).exists()]
    if there:
        raise CommandError("{file} is there already and stays as it is; name another folder", file=folder / there[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
        typer.echo(str(folder / name))
