"""`axflow audit performance`: tables in both languages, JSON, CSV, and refusals that say what is right."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from axflow.engine import Engine
from axflow.testing import SettableClock, staff
from tests.audit.performance.test_journals import TEXT
from tests.cli.conftest import Run

CUT = "2026-03-12"


@pytest.fixture
def database(tmp_path: Path) -> str:
    from axflow.definition.loading import loads

    clock = SettableClock()
    engine = Engine(tmp_path / "p.db", clock=clock)
    engine.publish(loads(TEXT.replace("id: mending", "id: mending\n", 1)))
    who = staff(engine, {"clerk": ("clerk", "office"), "checker": ("checker", "shop")})
    engine.open("mending", firm="acme", title="=1+1", actor=who["clerk"], id="a")
    clock.advance(days=2)
    engine.send("a", "to_bench.offer", actor=who["clerk"]).require()
    clock.advance(days=1)
    engine.send("a", "to_bench.accept", actor=who["checker"]).require()
    clock.advance(days=1)
    engine.send("a", "finish", actor=who["checker"]).require()
    engine.close()
    return str(tmp_path / "p.db")


def test_tables_name_places_and_organisations_in_both_languages(run: Run, database: str) -> None:
    english = run("audit", "performance", "--db", database, "--at", CUT, "--lang", "en")
    assert english.returncode == 0, english.stderr
    assert "Mending: 1 projects, 0 still running" in english.stdout
    assert "Time by stage, in days" in english.stdout and "Office" in english.stdout
    assert "+09:00" in english.stdout
    korean = run("audit", "performance", "--db", database, "--at", CUT, "--lang", "ko")
    assert "수선: 사업 1건" in korean.stdout and "단계별 기간(일)" in korean.stdout and "사무국" in korean.stdout
    assert "Median" not in korean.stdout


def test_json_and_csv_hold_the_same_figures(run: Run, database: str, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    done = run("audit", "performance", "--db", database, "--at", CUT, "--csv", str(folder), "--json")
    data = json.loads(done.stdout)
    assert data["schema"] == 1
    assert data["throughput"]["median_seconds"] == 4 * 86_400
    success = next(rate for rate in data["rates"] if rate["name"] == "success" and rate["of"] == "ended")
    assert (success["numerator"], success["denominator"], success["share"], success["censored"]) == (1, 1, 1.0, 0)
    raw = (folder / "stages.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [row["place"] for row in rows] == [stage["place"] for stage in data["stages"]]
    assert [float(row["handoff_seconds"]) for row in rows] == [stage["uses"]["handoff"] for stage in data["stages"]]


def test_options_that_name_nothing_are_refused_in_a_sentence(run: Run, database: str) -> None:
    for options, words in (
        (["--table", "nothing"], "there is no table 'nothing'"),
        (["--workflow", "other"], "mending"),
        (["--milestone", "x=never"], "never happened"),
        (["--level", "report.colour"], "no level"),
        (["--at", "soon"], "--at"),
    ):
        refused = run("audit", "performance", "--db", database, "--lang", "en", *options)
        assert refused.returncode != 0 and words in refused.stderr and "Traceback" not in refused.stderr
        assert refused.stdout == ""
