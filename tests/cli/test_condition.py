"""`axflow doctor` says how the database stands, for people and for machines, and what an entry takes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Run


def test_machines_read_what_waits(here: Run) -> None:
    done = here("doctor", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["schema"], found["good"], found["reachable"]) == (1, True, True)
    assert (found["journal_mode"], found["synchronous"]) == ("wal", "FULL")
    assert (found["pending_timers"], found["timer_lag_seconds"], found["dead_letters"]) == (0, 0, 0)
    assert found["unplaced_entries"] == found["entries"] == 1
    assert found["unplaced_lag_seconds"] >= 0
    assert found["waiting_messages"] == 1
    assert "tables" not in found


def test_a_quick_look_leaves_the_journal_out(here: Run, tmp_path: Path) -> None:
    """The same database, once its journal does not hold: a whole look finds it, a quick one does not ask."""
    with closing(sqlite3.connect(tmp_path / "copy" / "axflow.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE axflow_projects SET head = x'00'")
        connection.commit()
    assert here("doctor").returncode == 6
    quick = here("doctor", "--quick", "--json")
    assert quick.returncode == 0
    assert "breaks" not in json.loads(quick.stdout)
    assert "entries" not in json.loads(quick.stdout)


def test_sizes_are_told_by_table_and_for_each_entry(here: Run, tmp_path: Path) -> None:
    found = json.loads(here("doctor", "--sizes", "--json").stdout)
    tables = {table["table"]: table for table in found["tables"]}
    assert tables["axflow_entries"]["rows"] == 1
    assert sum(table["bytes"] for table in found["tables"]) == found["bytes"]
    assert 0 < found["bytes"] <= (tmp_path / "copy" / "axflow.db").stat().st_size
    assert found["bytes_per_entry"] == found["bytes"]
    said = here("doctor", "--sizes").stdout
    assert "axflow_entries: 1 rows, " in said


def test_tables_that_are_not_there_are_an_error(here: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "copy" / "axflow.db")) as connection:
        connection.execute("DROP TABLE axflow_timers")
        connection.commit()
    done = here("doctor", "--json")
    assert done.returncode == 1
    assert "axflow db upgrade" in json.loads(done.stdout)["problem"]
