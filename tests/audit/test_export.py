"""What a bundle holds for whom, and what its verifier says of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from axflow.audit.export import Audience, BrokenHistory, Scope, export
from axflow.engine import Engine
from axflow.journal import verify_bundle as verifier
from axflow.journal.bundle import BundleError
from axflow.journal.verify_bundle import read_key, three_lines, verify_bundle
from axflow.store.errors import UnknownProject
from axflow.testing import SettableClock
from tests.audit.conftest import CHECKER, CLERK, PROJECTS
from tests.audit.signed_log import COSIGNED_AT, LOG, ORIGIN, WITNESSES, log_over, sequence
from tests.cli.test_doctor import change


def lines(path: Path, name: str) -> list[Any]:
    return [json.loads(line) for line in (path / name).read_text(encoding="utf-8").splitlines()]


def test_everything_is_proved_whole(file: Path, engine: Engine, tmp_path: Path) -> None:
    """All leaves are there, so no hash need be given; the three lines say what that proves, and what nothing proves."""
    log = log_over(sequence(file))
    made = export(engine, tmp_path / "all.zip", Scope(), Audience(), log=lambda unit: log, maker=LOG)
    found = verify_bundle(str(made.path), [read_key(LOG.verifier_key)])
    assert found.good and found.whole
    assert found.counts == {"entries": 18, "projects": 3, "placed": 18, "values": 12, "withheld": 6, "redacted": 3}
    assert found.log is not None and found.log.pinned
    assert found.log.witnesses == tuple((witness.name, COSIGNED_AT) for witness in WITNESSES)
    proved, unproved, key = three_lines(found)
    assert proved.startswith(f"PROVED: 18 entries of 3 project(s) are, bit for bit, among the 18 that the log {ORIGIN}")
    assert "The whole log is here" in proved and "Cosigned by witness.example.org/a, witness.example.org/b" in proved
    assert unproved.startswith("NOT PROVED: that what was recorded is true; what the 6 withheld and 3 redacted values")
    assert "later entries" not in unproved and "witness" not in unproved
    assert key.startswith(f"KEY: of {ORIGIN}: {LOG.verifier_key}, SHA-256 ") and key.endswith("You gave it.")
    korean = three_lines(found, korean=True)
    assert [line.partition(":")[0] for line in korean] == ["증명됨", "증명되지 않음", "서명키"]


def test_one_project_is_proved_within_the_log_and_its_end_is_not(file: Path, engine: Engine, tmp_path: Path) -> None:
    log = log_over(sequence(file), witnesses=(), quorum=0)
    made = export(engine, tmp_path / "one", Scope(("p-2",)), Audience(), log=lambda unit: log)
    found = verify_bundle(str(made.path))
    assert found.good and not found.whole
    assert found.counts["placed"] == 6 and found.counts["projects"] == 1
    assert {entry["project"] for entry in lines(made.path, "journal/entries.jsonl")} == {"p-2"}
    places = [row["leaf"] for row in lines(made.path, "journal/beside.jsonl")]
    assert places == sorted(places) and places[0] == 1
    proof = (made.path / "log" / "proof.txt").read_text().splitlines()
    assert 0 < len(proof) <= 18 - 6
    _, unproved, key = three_lines(found)
    assert "that these projects have no later entries" in unproved
    assert "that the log shows everybody the same history (no witness cosigned)" in unproved
    assert "on the word of whoever made this alone" in unproved
    assert "The bundle itself brought it" in key and "then verify again with --key" in key


def test_entries_beyond_the_checkpoint_are_counted(file: Path, engine: Engine, tmp_path: Path) -> None:
    """Some are in the log but not signed yet, some have no place at all: all are there, none is claimed."""
    log = log_over(sequence(file, but=3), size=10)
    made = export(engine, tmp_path / "some.zip", Scope(), Audience(), log=lambda unit: log)
    found = verify_bundle(str(made.path))
    assert found.good
    assert (found.counts["entries"], found.counts["placed"]) == (18, 10)
    assert "the 8 entries that no signature covers yet" in three_lines(found)[1]
    assert "서명되지 않은 기록 8건" in three_lines(found, korean=True)[1]


def test_without_a_log_nothing_is_proved_by_a_signature(engine: Engine, tmp_path: Path) -> None:
    made = export(engine, tmp_path / "bare", Scope(), Audience())
    found = verify_bundle(str(made.path))
    assert found.good
    assert three_lines(found)[0].startswith("PROVED: nothing by a signature.")
    assert three_lines(found)[2] == "KEY: none."
    pinned = verify_bundle(str(made.path), [read_key(LOG.verifier_key)])
    assert [fault.place for fault in pinned.faults] == ["log/checkpoint"]


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience("none"), {}),
        (Audience("seen"), {"title": "Lamp p-1", "values.grade": 4, "values.serial": "S-p-1"}),
        (Audience("seen", CLERK), {"title": "Lamp p-1", "values.grade": 4, "values.serial": "S-p-1"}),
        (Audience("seen", CHECKER), {"values.note": "told in confidence", "blocker.0": "*", "values.grade": 4}),
        (Audience("all"), {"values.note": "told in confidence", "blocker.0": "*", "title": "Lamp p-1"}),
    ],
)
def test_content_is_disclosed_for_the_audience(
    engine: Engine, tmp_path: Path, audience: Audience, seen: dict[str, Any]
) -> None:
    """What the audience may not see is left out with its salt, wherever it stands; the bundle verifies all the same."""
    made = export(engine, tmp_path / "out", Scope(("p-1",)), audience)
    assert verify_bundle(str(made.path)).good
    content: dict[str, Any] = {}
    withheld: set[str] = set()
    for row in lines(made.path, "journal/beside.jsonl"):
        content |= {field: pair[0] for field, pair in row["content"].items()}
        withheld |= set(row["withheld"])
    assert {field: "*" if field == "blocker.0" else content[field] for field in seen} == seen
    everything = b"".join(path.read_bytes() for path in made.path.rglob("*") if path.is_file())
    confidential = audience.content == "all" or audience.viewer == CHECKER
    assert (b"told in confidence" in everything) == confidential
    assert ("values.note" in withheld) == (not confidential)
    assert "오늘".encode() not in everything  # redacted, for everybody
    assert made.manifest["withheld"] == sum(len(r["withheld"]) for r in lines(made.path, "journal/beside.jsonl"))
    if audience.content == "none":
        assert content == {}


def test_a_scope_is_some_projects_what_filters_find_or_everything(engine: Engine, tmp_path: Path) -> None:
    engine.open("repair", firm="other", title="Fan", actor=CLERK, id="p-4")
    scopes = {
        "ids": (Scope(("p-3", "p-1", "p-3")), {"projects": ["p-1", "p-3", "p-3"]}, {"p-1", "p-3"}),
        "firm": (Scope(filters={"firm": "other", "stage": None}), {"filters": {"firm": "other"}}, {"p-4"}),
        "all": (Scope(), {"everything": True}, {*PROJECTS, "p-4"}),
    }
    for name, (scope, said, projects) in scopes.items():
        made = export(engine, tmp_path / name, scope, Audience())
        assert made.manifest["scope"] == said
        assert {row["project"] for row in lines(made.path, "journal/projects.jsonl")} == projects
        assert verify_bundle(str(made.path)).good
    with pytest.raises(UnknownProject):
        export(engine, tmp_path / "none", Scope(("nowhere",)), Audience())
    assert not (tmp_path / "none").exists()


def test_documents_are_those_that_the_entries_name(engine: Engine, tmp_path: Path) -> None:
    from tests.engine.flow import definition

    engine.publish(definition("9"))  # nobody uses it
    made = export(engine, tmp_path / "out", Scope(), Audience())
    used = definition()
    assert [path.stem for path in (made.path / "documents" / "definitions").iterdir()] == [used.digest]
    assert [path.stem for path in (made.path / "documents" / "rules").iterdir()] == [used.rules_digest]
    assert made.manifest["directory"] == engine.directory.current.digest


def test_equal_contents_give_equal_bytes(file: Path, engine: Engine, tmp_path: Path) -> None:
    log = log_over(sequence(file))
    for name in ("a", "b"):
        export(engine, tmp_path / f"{name}.zip", Scope(), Audience(), log=lambda unit: log, maker=LOG)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    export(engine, tmp_path / "folder", Scope(), Audience(), log=lambda unit: log, maker=LOG)
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "unpacked")
    same = {path.relative_to(tmp_path / "folder") for path in (tmp_path / "folder").rglob("*") if path.is_file()}
    assert {p: (tmp_path / "folder" / p).read_bytes() for p in same} == {
        p: (tmp_path / "unpacked" / p).read_bytes() for p in same
    }
    assert verify_bundle(str(tmp_path / "unpacked")).good


def test_a_place_that_is_taken_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "there.zip").write_text("mine")
    with pytest.raises(OSError):
        export(engine, tmp_path / "full", Scope(), Audience())
    with pytest.raises(FileExistsError):
        export(engine, tmp_path / "there.zip", Scope(), Audience())
    assert (tmp_path / "full" / "mine.txt").read_text() == (tmp_path / "there.zip").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_more_than_a_zip_holds_goes_into_a_folder(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("axflow.journal.bundle.LARGEST_ZIP", 1000)
    with pytest.raises(BundleError, match="write it as a folder"):
        export(engine, tmp_path / "large.zip", Scope(), Audience())
    assert export(engine, tmp_path / "large", Scope(), Audience()).path.is_dir()


def test_a_history_that_does_not_hold_is_not_exported(file: Path, tmp_path: Path) -> None:
    statement = "UPDATE axflow_payloads SET value = '5' WHERE project = 'p-2' AND field = 'values.grade'"
    change(file, statement)
    with closing(Engine(file, clock=SettableClock())) as engine:
        with pytest.raises(BrokenHistory, match="entry 4 of project p-2 does not hold") as broken:
            export(engine, tmp_path / "out", Scope(), Audience())
        assert [(one.project, one.seq, one.what) for one in broken.value.breaks] == [("p-2", 4, "content")]
        assert not (tmp_path / "out").exists()
        assert export(engine, tmp_path / "out", Scope(("p-1",)), Audience()).path.exists()


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--key", LOG.verifier_key, "--quorum", "2"], 0),
    (["--quorum", "3"], 6), (["--key", WITNESSES[0].verifier_key], 6), (["--key", "nonsense"], 2)])  # fmt: skip
def test_the_file_in_the_bundle_verifies_it_alone(
    file: Path, engine: Engine, tmp_path: Path, arguments: list[str], code: int
) -> None:
    """Run in a folder without axflow, isolated from this environment (`-I -S`)."""
    log = log_over(sequence(file))
    made = export(engine, tmp_path / "bundle", Scope(("p-1",)), Audience(), log=lambda unit: log, maker=LOG)
    assert (made.path / "verify_bundle.py").read_bytes() == Path(verifier.__file__).read_bytes()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "verify_bundle.py", ".", *arguments],
        cwd=made.path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    if code == 0:
        assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["PROVED", "NOT PROVED", "KEY"]
    elif code == 6:
        assert done.stdout.startswith("PROVED: nothing. 1 thing(s) do not hold, the first: log/checkpoint")
    assert "Traceback" not in done.stderr


def test_the_result_as_data(file: Path, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log_over(sequence(file))
    made = export(engine, tmp_path / "bundle", Scope(), Audience(), log=lambda unit: log)
    assert verifier.main([str(made.path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["good"], data["whole"]) == (1, True, True)
    assert data["log"]["size"] == 18 and data["log"]["pinned"] is False
    assert verifier.main([str(tmp_path / "nothing")]) == 2
