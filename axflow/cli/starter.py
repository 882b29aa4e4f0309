# ruff: noqa: E501 - the files that are written have one thing a line, however long
"""`axflow init`: a small workflow to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.output import Talk, Tongue, language_of

app = typer.Typer(rich_markup_mode=None, help="Write a small workflow to start from.")

DEFINITION = """\
# A first workflow: an office asks, a laboratory tests, the office closes. Check it: axflow workflow check definition.yaml
axflow: 1
id: first_steps
version: "1"
title: {en: First steps, ko: 첫걸음}
calendar: {country: KR, timezone: Asia/Seoul}
organisations:
  office: {en: Office, ko: 사무소}
  laboratory: {en: Laboratory, ko: 시험소}
roles:
  officer: {of: office, title: {en: Officer, ko: 담당관}}
  tester: {of: laboratory, title: {en: Tester, ko: 시험원}}
parameters:
  least: {type: integer, value: 80, min: 0, max: 100, basis: assumed, title: {en: Least score, ko: 최저 점수}}
evidence:
  report: {title: {en: Report, ko: 시험성적서}, from: tester, channel: issuer_direct, fields: {score: {type: integer, min: 0, max: 100}}}
guards:
  good_enough:
    title: {en: Good enough, ko: 기준 충족}
    when: report.score >= params.least
    missing: {en: "Score: {have} of {need}", ko: "점수: {have}/{need}"}
stages:
  asking: {owner: office, title: {en: Asking, ko: 의뢰}}
  testing: {owner: laboratory, title: {en: Testing, ko: 시험}, accepts: report}
ends:
  closed: {kind: success, title: {en: Closed, ko: 종료}}
  given_up: {kind: neutral, title: {en: Given up, ko: 중단}}
handoffs:
  to_laboratory:
    {title: {en: To the laboratory, ko: 시험소 인계}, from: asking, to: testing, offered_by: officer, accepted_by: tester,
     within: 5 working days, if_late: escalate, returns: {to: asking, reasons: [unclear], at_most: 3}}
transitions:
  - {event: close, title: {en: Close, ko: 종료}, from: testing, to: closed, by: officer, guards: good_enough}
  - {event: give_up, title: {en: Give up, ko: 중단}, from: any, to: given_up, by: officer, reason: required}
"""

DIRECTORY = """\
# Who exists and who may do what. Append only: what changes is a new line. Load it: engine.directory.load("directory.yaml")
- {recorded_at: "2026-01-01T00:00:00+09:00", kind: organisation, record: {id: office, names: [["2026-01-01T00:00:00+09:00", {en: Office, ko: 사무소}]], parent: [], successor: null, abolished_on: null}}
- {recorded_at: "2026-01-01T00:00:00+09:00", kind: organisation, record: {id: laboratory, names: [["2026-01-01T00:00:00+09:00", {en: Laboratory, ko: 시험소}]], parent: [], successor: null, abolished_on: null}}
- {recorded_at: "2026-01-01T00:00:00+09:00", kind: grant, record: {actor: kim, role: officer, organisation: office, from: "2026-01-01T00:00:00+09:00", until: null}}
- {recorded_at: "2026-01-01T00:00:00+09:00", kind: grant, record: {actor: lee, role: tester, organisation: laboratory, from: "2026-01-01T00:00:00+09:00", until: null}}
"""

FILES = {"definition.yaml": DEFINITION, "directory.yaml": DIRECTORY}


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say only what would be written.")] = False,
    lang: Tongue = "en",
) -> None:
    """Write a small workflow and its directory into a folder. Nothing is overwritten."""
    talk = Talk(language_of(lang))
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise typer.BadParameter(f"{folder / there[0]} is there already; nothing was written", param_hint="FOLDER")
    for name, text in FILES.items():
        if not dry_run:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    talk.note(
        talk.pick(
            f"Next: axflow workflow check {folder / 'definition.yaml'}",
            f"다음: axflow workflow check {folder / 'definition.yaml'}",
        )
    )
