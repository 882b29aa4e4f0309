"""The demo: the same words each time, in both languages, and a database that the other commands open."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run, axflow


@pytest.fixture(scope="module", params=["en", "ko"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    """Language, output and folder of a demo."""
    folder = tmp_path_factory.mktemp(request.param)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where `axflow` is
    done = axflow("demo", "--lang", request.param, cwd=folder, COLUMNS="100", PATH=path)  # a process of its own
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return request.param, done.stdout, folder


def test_it_is_the_transcript_that_is_kept(played: tuple[str, str, Path]) -> None:
    language, told, _ = played
    assert told == (ROOT / "docs" / "transcripts" / f"demo.{language}.txt").read_text("utf-8")


def test_in_a_pipe_it_has_no_control_codes(played: tuple[str, str, Path]) -> None:
    assert "\x1b" not in played[1]


def test_it_shows_the_break_at_the_entry_that_was_changed(played: tuple[str, str, Path]) -> None:
    wanted = {"en": "Entry 20 of project coastal-drone: its bytes", "ko": "사업 coastal-drone의 20번 기록: 저장된 해시"}
    assert wanted[played[0]] in played[1]


def test_it_leaves_a_sound_database_and_nothing_else(played: tuple[str, str, Path]) -> None:
    folder = played[2]
    assert [path.name for path in folder.iterdir()] == ["axflow-demo.db"]
    database = ("--db", "axflow-demo.db")
    assert axflow("doctor", *database, cwd=folder).returncode == 0
    for command in ("show", "why", "history"):
        for project in ("coastal-drone", "recon-drone"):
            done = axflow("project", command, project, *database, cwd=folder)
            assert done.returncode == 0, done.stderr


def test_it_replaces_a_database_only_when_told_to_and_nothing_else_ever(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("precious", "utf-8")
    assert run("demo", "--db", "mine.db").returncode == 1
    assert run("demo", "--db", "mine.db", "--force").returncode == 1
    assert (tmp_path / "mine.db").read_text("utf-8") == "precious"


def test_a_workflow_without_a_demo_says_so(run: Run) -> None:
    done = run("demo", "building_permit")
    assert done.returncode == 1
    assert "no demo" in done.stderr


SHORT = """\
axflow_demo: 1
title: {en: A permit, ko: 허가}
starts_at: "2026-03-05T09:00+09:00"
chapters:
  - {title: {en: Asked, ko: 신청}, acts: [{open: first, firm: %s, by: builder, title: House, attributes: {floors: 2}}]}
next: {en: Look around., ko: 살펴보십시오.}
"""


def test_force_replaces_the_database_of_an_earlier_demo(run: Run, tmp_path: Path) -> None:
    assert run("workflow", "copy", "building_permit", "mine").returncode == 0
    (tmp_path / "mine" / "demo.yaml").write_text(SHORT % "brickwork_co", "utf-8")
    assert run("workflow", "publish", "building_permit", "--db", "old.db").returncode == 0
    assert run("demo", "mine", "--db", "old.db").returncode == 1
    assert run("project", "list", "--db", "old.db").stdout == ""
    assert run("demo", "mine", "--db", "old.db", "--force").returncode == 0
    assert "first" in run("project", "list", "--db", "old.db").stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "old.db"]
