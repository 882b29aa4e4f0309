"""docs/bundle.md: its commands run as they stand, and its table of files names those that there are."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from axflow.audit.export import Audience, Scope, export
from axflow.engine import Engine
from axflow.testing import SettableClock
from tests.audit.conftest import written
from tests.audit.signed_log import LOG, log_over, sequence
from tests.documentation.page import ROOT, run

PAGE = ROOT / "docs" / "bundle.md"


def test_its_commands_run(tmp_path: Path) -> None:
    written(tmp_path / "axflow.db")
    assert list(run(PAGE, tmp_path)) == []
    assert (tmp_path / "office.zip").exists()


def test_its_files_are_those_of_a_bundle(tmp_path: Path) -> None:
    log = log_over(sequence(written(tmp_path / "axflow.db")))
    with closing(Engine(tmp_path / "axflow.db", clock=SettableClock())) as engine:
        made = export(engine, tmp_path / "out", Scope(), Audience(), log=lambda unit: log, maker=LOG)
    first = re.findall(r"^\| (`[^|]*) \|", PAGE.read_text(encoding="utf-8").partition("## Format")[2], re.MULTILINE)
    names = {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    names |= {f"documents/{name}" for name in ("rules", "calendars")}
    there = {path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file()}
    unnamed = {name for name in there if name not in names and name.rpartition("/")[0] not in names}
    assert unnamed == set()
    assert {name for name in names if (made.path / name).exists()} >= names - {"rules", "calendars"}
