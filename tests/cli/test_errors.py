"""What goes wrong on the command line is a sentence and an exit code, and the console may know few letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_missing_file_is_named_with_what_is_known(run: Run) -> None:
    done = run("workflow", "check", "nowhere.yaml")
    assert done.returncode == 1
    assert "nowhere.yaml" in done.stderr
    assert "building_permit" in done.stderr
    assert done.stdout == ""


def test_malformed_yaml_is_named_by_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("axflow: 1\nid: [unclosed\n", "utf-8")
    done = run("workflow", "check", "bad.yaml")
    assert done.returncode == 1
    assert "bad.yaml:" in done.stderr


def test_problems_of_a_definition_come_as_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("axflow: 1\nid: short\n", "utf-8")
    done = run("workflow", "check", "short.yaml", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["schema"], told["publishable"]) == (1, False)
    assert any("version" in problem["message"] for problem in told["problems"])


@pytest.mark.parametrize("command", [("project", "list"), ("project", "why", "x"), ("db", "check")])
def test_looking_makes_no_database(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "--db", "sqlite:///not-there.db")
    assert done.returncode == 1
    assert "not-there.db" in done.stderr
    assert not (tmp_path / "not-there.db").exists()


def test_a_file_that_is_no_database_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, only words" * 100, "utf-8")
    done = run("project", "list", "--db", "text.db")
    assert done.returncode == 1
    assert "no sound SQLite database" in done.stderr


def test_usage_errors_leave_with_2(run: Run) -> None:
    assert run("project", "send", "first").returncode == 2
    assert run("nonsense").returncode == 2
    assert run("workflow", "show", "building_permit", "--format", "smoke").returncode == 2
    assert run("workflow", "check", "building_permit", "--lang", "fr").returncode == 2


def test_differences_leave_with_7_only_where_asked(run: Run) -> None:
    pair = ("workflow", "diff", "building_permit", "ax_handoff")
    assert run(*pair).returncode == 0
    assert run(*pair, "--exit-code").returncode == 7
    assert run("workflow", "diff", "building_permit", "building_permit", "--exit-code").returncode == 0


def test_a_korean_console_of_old_shows_korean_and_does_not_crash(run: Run) -> None:
    done = run("workflow", "show", "building_permit", "--lang", "ko", PYTHONIOENCODING="cp949")
    assert done.returncode == 0
    assert "건축허가" in done.stdout


def test_a_console_without_korean_shows_question_marks(run: Run) -> None:
    done = run("workflow", "list", "--lang", "ko", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "building_permit\t1\t????" in done.stdout


def test_what_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    assert run("init", "mine").returncode == 0
    (tmp_path / "mine" / "START.md").write_text("changed", "utf-8")
    again = run("init", "mine")
    assert again.returncode == 1
    assert "definition.yaml is there already" in again.stderr
    assert (tmp_path / "mine" / "START.md").read_text("utf-8") == "changed"
    assert run("workflow", "copy", "building_permit", "mine").returncode == 1
    assert run("workflow", "copy", "building_permit", "copied").returncode == 0
    assert run("workflow", "check", "copied").returncode == 0


@pytest.mark.parametrize("form", ["text", "matrix", "markdown", "csv", "mermaid", "svg", "json"])
def test_a_definition_is_shown_in_every_form(run: Run, form: str) -> None:
    done = run("workflow", "show", "building_permit", "--format", form, "--lang", "ko")
    assert done.returncode == 0
    assert "신청" in done.stdout
    assert done.stderr == ""


def test_doctor_tells_health_and_damage(run: Run, tmp_path: Path) -> None:
    import sqlite3

    assert run("doctor").returncode == 1
    assert run("workflow", "publish", "building_permit").returncode == 0
    assert json.loads(run("doctor", "--json").stdout)["good"] is True
    assert run("db", "check").returncode == 0
    connection = sqlite3.connect(tmp_path / "axflow.db")
    connection.execute("DROP TABLE axflow_claims")
    connection.commit()
    connection.close()
    assert run("db", "check").returncode == 1
