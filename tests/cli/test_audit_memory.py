"""`audit verify --memory`: what was verified is remembered outside the database, and must still stand."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_doctor import change


def test_a_run_rests_on_the_one_before(here: Run, tmp_path: Path) -> None:
    first = here("audit", "verify", "--memory", "seen.json")
    assert first.returncode == 0 and "seen.json remembers nothing yet" in first.stderr
    assert first.stdout == "1 projects, 1 entries: 0 things do not hold\n"
    again = here("audit", "verify", "--memory", "seen.json")
    assert (again.stdout, again.stderr) == (
        "1 projects, 0 entries, 1 more verified before: 0 things do not hold\n", "",
    )  # fmt: skip
    data = json.loads(here("audit", "verify", "--memory", "seen.json", "--full", "--json").stdout)
    assert (data["entries"], data["remembered"], data["good"]) == (1, 0, True)
    assert [path.name for path in (tmp_path / "copy").glob("*seen*")] == ["seen.json"]


def test_a_vanished_project_leaves_with_6_and_its_place(here: Run, tmp_path: Path) -> None:
    here("audit", "verify", "--memory", "seen.json")
    change(tmp_path / "copy" / "axflow.db", "DELETE FROM axflow_projects WHERE id = 'first'")
    for _ in range(2):
        done = here("audit", "verify", "--memory", "seen.json")
        assert done.returncode == 6
        assert "Entry 1 of project first: it was verified before, and all of it is gone." in done.stdout
    korean = here("audit", "verify", "--memory", "seen.json", "--project", "first", "--lang", "ko")
    assert korean.returncode == 6 and "사업 first의 1번 기록: 이전에 검증하였으나 전부 없어졌습니다." in korean.stdout


def test_a_file_that_is_no_memory_is_refused_and_stays(here: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy" / "seen.json"
    file.write_text('{"format":"axflow-verified","version":9}')
    done = here("audit", "verify", "--memory", "seen.json")
    assert done.returncode == 2 and "seen.json is no memory of a verification: its version is another" in done.stderr
    korean = here("audit", "verify", "--memory", "seen.json", "--lang", "ko")
    assert "버전이 다릅니다" in korean.stderr
    assert file.read_text() == '{"format":"axflow-verified","version":9}'
    assert here("audit", "verify", "out.zip", "--memory", "seen.json").returncode == 2
