"""Legal holds and retention by schedule, as a records officer meets them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run, entries, shown

SCHEDULE = "axflow_retention: 1\nreason: Archives Act, article 7\nrules:\n  - {for: 0 days}\n"


def test_content_is_kept_for_a_matter_until_that_is_lifted(at: Run) -> None:
    placed = at("project", "legal-hold", "lamp", "court-7", "--actor", "lee", "--reason", "a claim")
    assert placed.returncode == 0, placed.stderr
    assert list(shown(at)["legal_holds"]) == ["court-7"]
    assert "법적 보존" in at("project", "show", "lamp", "--lang", "ko").stdout
    redact = ("project", "redact", "lamp", "2", "values.purpose", "--force", "--actor", "lee", "--reason", "private")
    refused = at(*redact, "--lang", "ko")
    assert refused.returncode == 3
    assert "court-7 관련 법적 보존 중" in refused.stdout + refused.stderr
    assert at("project", "lift-legal-hold", "lamp", "court-7", "--actor", "lee", "--reason", "over").returncode == 0
    assert at(*redact).returncode == 0


def test_a_schedule_is_tried_first_and_then_run(at: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy" / "schedule.yaml"
    file.write_text(SCHEDULE, encoding="utf-8")
    running = at("project", "retain", "schedule.yaml", "--actor", "lee")
    assert running.returncode == 0, running.stderr
    assert "0 projects" in running.stdout
    file.write_text(SCHEDULE.replace("0 days", "0 working days"), encoding="utf-8")
    wrong = at("project", "retain", "schedule.yaml", "--actor", "lee")
    assert wrong.returncode == 1
    assert "days, weeks, months or years" in wrong.stderr
    missing = at("project", "retain", "nowhere.yaml", "--actor", "lee", "--json")
    assert missing.returncode == 1
    assert "nowhere.yaml" in missing.stderr


def test_what_is_due_is_destroyed_and_told(at: Run, tmp_path: Path) -> None:
    (tmp_path / "copy" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    for act in (("confirm", "lamp", "form#2"), ("send", "lamp", "lend"), ("send", "lamp", "take_back")):
        assert at("project", *act, "--actor", "lee").returncode == 0
    retain = ("project", "retain", "schedule.yaml", "--actor", "lee")
    (tried,) = json.loads(at(*retain, "--dry-run", "--json").stdout)["projects"]
    assert (tried["project"], tried["outcome"]) == ("lamp", "due")
    assert "values.purpose" in tried["fields"]["2"]
    assert "values.purpose" not in entries(at)[1]["redacted"]
    told = at(*retain, "--lang", "ko")
    assert told.returncode == 0, told.stderr
    assert "삭제됨" in told.stdout
    assert "values.purpose" in entries(at)[1]["redacted"]
    assert json.loads(at(*retain, "--json").stdout)["projects"] == []
    assert at("audit", "verify").returncode == 0
