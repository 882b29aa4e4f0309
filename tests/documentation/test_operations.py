"""docs/operations.md: its commands are run as they stand, on the database that they are about."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from axflow.engine import Engine
from axflow.interchange.cloud_events import cloud_event
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.postgres import tools_for

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

Shell = Callable[[str], str]


def blocks(kind: str, heading: str) -> list[str]:
    """The blocks of a kind under a heading."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{kind}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def shell_in(folder: Path, url: str) -> Shell:
    """Runs lines of the page there, `axflow` and PostgreSQL's tools included; what they say on stdout."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "axflow").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m axflow "$@"\n', encoding="utf-8")
    (tools / "axflow").chmod(0o755)
    more = [str(tools_for(url))] if url.startswith("postgresql") else []
    plain = make_url(url)
    named = plain.set(drivername="postgresql").render_as_string(hide_password=False) if more else url
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AXFLOW_") and name != "COLUMNS"},
        "PATH": os.pathsep.join([str(tools), *more, os.environ["PATH"]]), "PYTHONPATH": str(ROOT), "DATABASE": named,
    }  # fmt: skip

    def run(lines: str) -> str:
        done = subprocess.run(
            ["sh", "-euc", lines], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def opened(url: str, *projects: str) -> int:
    """Open projects, in a new database with its people; how many there are then."""
    with closing(Engine(url, clock=SettableClock())) as engine:
        if not engine.projects():
            people(engine)
        for project in projects:
            engine.open("repair", firm="acme", title="Lamp", actor=Actor("clerk", "office"), id=project)
        return len(engine.projects())


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_backup_is_made_and_restored_by_the_commands_of_the_page(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        url, language = f"sqlite:///{tmp_path / 'axflow.db'}", "sh"
    else:
        url, language = request.getfixturevalue("postgres_url"), "sh postgres"
    run = shell_in(tmp_path, url)
    assert opened(url, "first") == 1
    for block in blocks(language, "Backup"):
        run(block)
    assert opened(url, "second") == 2
    said = "".join(run(block) for block in blocks(language, "Restore"))
    assert "breaks               none" in said
    assert opened(url) == 1


def test_a_lost_entry_is_noticed_by_its_hash_and_by_the_id_of_its_message(tmp_path: Path) -> None:
    """As the page says, a message's id begins with the first half of the hash that the history shows."""
    url = f"sqlite:///{tmp_path / 'axflow.db'}"
    opened(url, "first")
    run = shell_in(tmp_path, url)
    history = json.loads(run("axflow project history first --json --db axflow.db"))
    with closing(Engine(url)) as engine:
        message = engine.messages()[-1]
        event = cloud_event(engine, message)
    assert event["id"].partition("-")[0] == history["entries"][message.seq - 1]["hash"][:32]


def test_content_is_kept_and_destroyed_by_the_commands_of_the_page(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'axflow.db'}"
    opened(url, "first")
    (schedule,) = blocks("yaml", "Retention and legal holds")
    (tmp_path / "schedule.yaml").write_text(schedule, encoding="utf-8")
    run = shell_in(tmp_path, url)
    for block in blocks("sh", "Retention and legal holds"):
        run(block)
    kinds = [e["kind"] for e in json.loads(run("axflow project history first --json --db axflow.db"))["entries"]]
    assert kinds[-2:] == ["legal_hold", "lift_legal_hold"]


@pytest.mark.parametrize("heading", ["Upgrade", "Health", "Size"])
def test_the_commands_about_a_file_run(heading: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'axflow.db'}"
    opened(url, "first")
    run = shell_in(tmp_path, url)
    said = "".join(run(block) for block in blocks("sh", heading))
    if heading == "Health":
        found = json.loads(said)
        fields = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*)\|", PAGE, re.MULTILINE))))
        missing = fields - set(found)
        assert missing == {
            "problem", "server_version", "fsync", "synchronous_commit", "full_page_writes", "projects", "entries",
            "breaks",
        }  # fmt: skip
    if heading == "Size":
        assert "bytes per entry" in said
    if heading == "Upgrade":
        assert "ALTER TABLE axflow_outbox" in (tmp_path / "upgrade.sql").read_text(encoding="utf-8")


def test_the_metrics_of_the_page_are_those_that_there_are() -> None:
    written = set(
        re.findall(r"`(axflow\.[a-z.]+)`", "".join(re.findall(r"^\| (`axflow\.[^|]*)\|", PAGE, re.MULTILINE)))
    )
    source = (ROOT / "axflow" / "engine" / "telemetry.py").read_text(encoding="utf-8")
    made = set(re.findall(r'(?:create_\w+\(|for .*\(|^        \()"(axflow\.[a-z.]+)", "', source, re.MULTILINE))
    assert written == made
    assert len(made) == 10


def test_the_program_that_observes_runs(tmp_path: Path) -> None:
    (program,) = blocks("python", "Metrics and traces")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
