"""Triage, sampling, the Excel paper, filters, checks of other packages, and the commands around them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from axflow.audit.findings import CODES, Report, Scope, findings
from axflow.audit.plan import Plan, PlanError, read_plan
from axflow.audit.reading import AuditError, Selection, opened
from axflow.audit.sampling import sample
from axflow.audit.triage import beside, decide, decisions
from axflow.audit.workbook import write
from axflow.cli.running import run
from tests.audit.scenario import played

STORY = """
acts:
  - {open: p1, by: ann}
  - {send: advance, by: kim, refused: true, reason: "=1+1"}
  - {open: p2, by: kim, firm: other}
  - {send: drop, in: p2, by: kim, after: {days: 9}}
  - {send: advance, in: p2, by: lee, refused: true}
"""
NOW = "2026-04-01T00:00:00.000000Z"


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return played(STORY, tmp_path)


def _scoped(tmp_path: Path, scope: Scope) -> list[str]:
    with opened(tmp_path / "story.db") as reading:
        return [one.code for one in findings(reading, Plan(), Selection(), now=NOW, scope=scope).findings]


def test_filters_by_organisation_firm_period_and_code(report: Report, tmp_path: Path) -> None:
    assert {one.code for one in report.findings} == {"gate-attempted", "unauthorised-attempt"}
    assert _scoped(tmp_path, Scope(organisation="south")) == ["unauthorised-attempt"]
    assert _scoped(tmp_path, Scope(firm="acme")) == ["gate-attempted"]
    assert _scoped(tmp_path, Scope(since="2026-03-05T00:00:00.000000Z")) == ["unauthorised-attempt"]
    assert _scoped(tmp_path, Scope(until="2026-03-05T00:00:00.000000Z")) == ["gate-attempted"]
    assert _scoped(tmp_path, Scope(codes=("gate-attempted",))) == ["gate-attempted"]
    assert _scoped(tmp_path, Scope(organisation="north", firm="other")) == []


def test_what_lacks_data_of_the_host_is_not_checked_and_not_clean(report: Report) -> None:
    open_ = {code for one in report.unchecked for code in one.codes}
    assert open_ == {
        "tied-to-firm", "head-differs", "entries-missing", "article-without-task", "task-without-budget",
        "budget-without-spend", "rate-differs", "saw-classified",
    }  # fmt: skip
    assert not open_ & set(report.clean)
    assert set(report.clean) | open_ | {one.code for one in report.findings} == set(CODES)


def test_an_empty_directory_leaves_authority_unchecked(tmp_path: Path) -> None:
    story = 'empty_directory: true\nacts:\n  - import:\n      - {kind: open, occurred_at: "2025-01-10", actor: ann}\n'
    report = played(story, tmp_path)
    assert "no-authority" in {code for one in report.unchecked for code in one.codes}


def test_a_history_that_does_not_replay_leaves_the_rest_unchecked(tmp_path: Path) -> None:
    story = """
acts:
  - {open: p1, by: ann}
  - {open: p2, by: ann}
  - {tamper: "UPDATE axflow_entries SET body = x'7B' WHERE project = 'p1'"}
"""
    report = played(story, tmp_path)
    assert {(one.code, one.project) for one in report.findings} >= {("broken-history", "p1")}
    assert "too-fast" not in report.clean
    assert report.projects == 2


def test_a_check_of_another_package_is_found_by_its_entry_point(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "plug"
    (place / "plug-1.dist-info").mkdir(parents=True)
    (place / "plug-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1\n")
    (place / "plug-1.dist-info" / "entry_points.txt").write_text("[axflow.findings]\nnames = audit_plug:Names\n")
    (place / "audit_plug.py").write_text(
        "from axflow.audit.findings import Check, Code\n"
        "class Names(Check):\n"
        "    codes = {'short-name': Code('low', '{firm} is short', '{firm}: 짧은 이름')}\n"
        "    def project(self, history):\n"
        "        if len(history.firm) < 5:\n"
        "            yield self.at(history, history.steps[0], 'short-name', firm=history.firm)\n"
    )
    monkeypatch.syspath_prepend(str(place))
    with opened(tmp_path / "story.db") as reading:
        found = findings(reading, Plan(), Selection(), now=NOW).findings
    assert [one.message.en for one in found if one.code == "short-name"] == ["acme is short"]
    (place / "plug-1.dist-info" / "entry_points.txt").write_text("[axflow.findings]\nnames = nowhere:Names\n")
    with opened(tmp_path / "story.db") as reading, pytest.raises(AuditError, match=r"'names' .* cannot be loaded"):
        findings(reading, Plan(), Selection(), now=NOW)


def test_triage_is_kept_beside_and_the_last_decision_counts(report: Report, tmp_path: Path) -> None:
    file = beside(tmp_path / "story.db")
    one = report.findings[0]
    assert decisions(file) == {}
    decide(file, one, "dismissed", "bai.lee", "a rehearsal", NOW)
    decide(file, one, "accepted", "bai.lee", "no rehearsal after all", NOW)
    assert decisions(file)[one.id].verdict == "accepted"
    assert len(file.read_text().splitlines()) == 3
    for by, reason in (("", "x"), ("x", " ")):
        with pytest.raises(AuditError, match="needs"):
            decide(file, one, "accepted", by, reason, NOW)
    file.write_text(file.read_text() + '{"finding": 1}\n')
    with pytest.raises(AuditError, match=":4: no decision"):
        decisions(file)


def test_a_finding_keeps_its_id_in_a_later_run(report: Report, tmp_path: Path) -> None:
    with opened(tmp_path / "story.db") as reading:
        again = findings(reading, Plan(), Selection(), now="2027-01-01T00:00:00.000000Z")
    assert [one.id for one in again.findings] == [one.id for one in report.findings]


def test_a_sample_is_drawn_again_by_its_seed_whatever_the_order() -> None:
    ids = [f"p{number}" for number in range(1000)]
    drawn = sample(ids, 50, "2026-04")
    assert sample(reversed(ids), 50, "2026-04") == drawn
    assert len(set(drawn)) == 50
    assert sample(ids, 50, "2026-05") != drawn
    assert set(sample(ids[:-1], 50, "2026-04")) >= set(drawn) - {ids[-1]}
    assert sorted(sample(ids[:3], 9, "x")) == ids[:3]
    tens = [sum(int(id[1:]) // 100 == ten for id in sample(ids, 500, "even")) for ten in range(10)]
    assert min(tens) > 30 and max(tens) < 70
    with pytest.raises(AuditError):
        sample(ids, 0, "x")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_excel_paper_holds_findings_decisions_and_what_is_open(
    report: Report, tmp_path: Path, language: str
) -> None:
    from openpyxl import load_workbook

    decided = decide(beside(tmp_path / "story.db"), report.findings[0], "accepted", "lee", "=cmd|' /C calc'!A0", NOW)
    file = tmp_path / "paper.xlsx"
    write(file, report, {decided.finding: decided}, [("database", "story.db")], language)  # type: ignore[arg-type]
    book = load_workbook(file)
    first, unchecked, about = book.worksheets
    rows = list(first.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [one.id for one in report.findings]
    assert rows[1][8] == report.findings[0].message.in_(language)  # type: ignore[arg-type]
    assert "f" not in {cell.data_type for row in first.iter_rows() for cell in row}, "no formula"
    assert rows[1][11] == "=cmd|' /C calc'!A0"
    assert first.auto_filter.ref == first.dimensions
    assert unchecked.max_row == 1 + sum(len(one.codes) for one in report.unchecked)
    assert about.cell(1, 2).value == "story.db"
    with pytest.raises(AuditError, match="there already"):
        write(file, report, {}, [])


def test_a_plan_names_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("axflow_audit: 1\nlimits: {recorded_late: soon}\n")
    with pytest.raises(PlanError, match=r"plan.yaml: limits.recorded_late: .*no duration"):
        read_plan(tmp_path / "plan.yaml")
    (tmp_path / "plan.yaml").write_text(
        "axflow_audit: 1\nties: [{person: kim, firm: acme, tie: cousin, from: 2026-01-01}]\n"
    )
    assert read_plan(tmp_path / "plan.yaml").ties is not None
    with pytest.raises(PlanError, match="begins with"):
        read_plan({"limits": {}})


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_commands(report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    common = ["--db", str(tmp_path / "story.db"), "--lang", language]
    before = (tmp_path / "story.db").read_bytes()
    assert run(["audit", "findings", "--json", *common]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in told["findings"]] == [one.id for one in report.findings]
    assert told["not_checked"] and told["clean"]
    one = told["findings"][0]["id"]
    decision = ["audit", "triage", one, "dismissed", "--by", "lee", "--reason", "a rehearsal", *common]
    assert run([*decision, "--dry-run"]) == 0
    assert not beside(tmp_path / "story.db").exists()
    assert run(decision) == 0
    capsys.readouterr()
    assert run(["audit", "findings", "--excel", str(tmp_path / "p.xlsx"), *common]) == 0
    shown = capsys.readouterr().out
    assert ("not checked" if language == "en" else "미확인") in shown
    assert "(lee)" in shown
    assert run(["audit", "findings", "--firm", "acme", "--since", "2026-03-01", "--until", "2026-03-31", *common]) == 0
    assert run(["audit", "findings", "--code", "nonsense", *common]) == 2
    assert run(["audit", "triage", "0" * 16, "accepted", "--by", "lee", "--reason", "x", *common]) == 1
    assert run(["audit", "triage", one, "maybe", "--by", "lee", "--reason", "x", *common]) == 2
    capsys.readouterr()
    assert run(["audit", "sample", "1", "--seed", "7", "--json", *common]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert (drawn["seed"], drawn["of"], drawn["projects"]) == ("7", 2, list(sample(["p1", "p2"], 1, "7")))
    assert run(["audit", "sample", "1", *common]) == 0
    assert (tmp_path / "story.db").read_bytes() == before
