"""A holiday announced in mid-run, from the command line: first looked at, then put in force."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from axflow.engine import Engine
from tests.cli.conftest import Run, axflow

WHO = ("--actor", "lee")


@pytest.fixture
def running(tmp_path: Path) -> Run:
    """A folder with a project in which ten working days run."""
    text = (Path(__file__).parents[2] / "tests" / "engine" / "flow.py").read_text("utf-8").split('"""')[3]
    (tmp_path / "repair.yaml").write_text(text.replace("within: 10 days", "within: 10 working days"), "utf-8")
    engine = Engine(tmp_path / "axflow.db")
    engine.directory.organisation("office", en="Office")
    engine.directory.organisation("shop", en="Shop")
    engine.directory.grant("lee", "clerk", "office")
    engine.publish(tmp_path / "repair.yaml")
    engine.close()

    def run(*arguments: str, **environment: str) -> object:
        done = axflow(*arguments, cwd=tmp_path, **environment)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    opened = ("project", "open", "repair", "--firm", "acme", "--id", "lamp", *WHO)
    for arguments in (opened, ("project", "send", "lamp", "start", *WHO)):
        assert axflow(*arguments, cwd=tmp_path).returncode == 0
    return run  # type: ignore[return-value]


def workday(tmp_path: Path) -> str:
    """A working day that lies ahead, before the deadline."""
    engine = Engine(tmp_path / "axflow.db")
    calendar = engine.calendar("repair")
    engine.close()
    return calendar.next_working_day(date.today() + timedelta(days=2)).isoformat()


def test_a_dry_run_names_the_projects_and_limits_and_the_run_moves_them(running: Run, tmp_path: Path) -> None:
    day = workday(tmp_path)
    asked = ("workflow", "calendar", "repair", "--holiday", f"{day}=Founding day", *WHO)
    looked = running(*asked, "--dry-run")
    assert looked.returncode == 0, looked.stderr
    lines = looked.stdout.splitlines()
    assert lines[:2] == ["repair 1: 1 projects, 1 time limits would move", f"+ {day} Founding day"]
    project, limit, before, after = re.split(r"\s{2,}", lines[-1].strip())
    assert (project, limit) == ("lamp", "Bench time (deadline:bench_time)")
    assert before < after and before.endswith("23:59") and after.endswith("23:59")
    done = running(*asked, "--reason", "decree 9", "--json")
    told = json.loads(done.stdout)
    assert told["schema"] == 1 and told["published"] is True
    (version,) = told["versions"]
    assert version["projects"] == ["lamp"] and version["added"] == {day: "Founding day"}
    assert [move["timer"] for move in version["timers"]] == ["deadline:bench_time"]
    assert "new calendar" in running("project", "history", "lamp", *WHO).stdout
    history = json.loads(running("project", "history", "lamp", "--json", *WHO).stdout)
    assert history["entries"][-1]["content"]["reason"] == "decree 9"
    again = running(*asked, "--lang", "ko")
    assert again.stdout == "repair 1: 달라지는 날이 없어 바뀌는 것이 없습니다\n"
    back = running("workflow", "calendar", "repair", "--worked", day, *WHO, "--lang", "ko")
    assert (
        back.stdout.startswith("repair 1: 사업 1건, 기한 1건을 바꾸었습니다.")
        and f"- {day} Founding day" in back.stdout
    )
    assert running("workflow", "calendar", "repair", "--worked", day, *WHO).stdout.endswith("nothing changes\n")
    assert running("doctor").returncode == 0


def test_a_whole_document_may_be_given(running: Run, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "axflow.db")
    known = engine.calendar("repair")
    engine.close()
    changed = known.changed(extra={workday(tmp_path): "Founding day"}, version="ours")
    (tmp_path / "ours.json").write_text(json.dumps(changed.to_json()), "utf-8")
    done = running("workflow", "calendar", "repair", "1", "--file", "ours.json", *WHO)
    assert done.returncode == 0 and changed.digest in done.stdout


def test_what_is_wrong_is_said(running: Run, tmp_path: Path) -> None:
    day = workday(tmp_path)
    for arguments, code, words in (
        (("repair", "--holiday", day, *WHO), 2, "is no day=name"),
        (("repair", "--holiday", f"{day}=x", "--file", "x.json", *WHO), 2, "whole calendar"),
        (("repair", "--holiday", "2026-13-01=x", *WHO), 1, "no day such as"),
        (("repair", "--worked", "2026-10-10", *WHO), 1, "is no holiday"),
        (("elsewhere", *WHO), 1, "is published here"),
        (("repair", "9", *WHO), 1, "'9'"),
        (("repair", "--actor", "kim", "--organisation", "acme"), 4, "may not publish a calendar"),
    ):
        done = running("workflow", "calendar", *arguments)
        assert (done.returncode, done.stdout) == (code, ""), (arguments, done.stderr)
        assert words in done.stderr
