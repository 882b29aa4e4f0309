"""As-of on both axes, and from a file to what rests on it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from axflow.audit.as_of import as_of, portfolio
from axflow.audit.find_file import find_file, sha256_of
from axflow.audit.reading import AuditError, Selection, opened, reading
from axflow.cli.running import run
from axflow.engine import Engine
from axflow.kernel.command import Document
from axflow.testing import SettableClock
from tests.engine.flow import definition, people

PAPER = b"the report, signed"
DIGEST = sha256(PAPER).hexdigest()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def engine(tmp_path: Path, clock: SettableClock) -> Engine:
    return Engine(tmp_path / "a.db", clock=clock)


def test_what_was_known_and_what_had_happened_differ(engine: Engine, clock: SettableClock) -> None:
    """A paper that came in on the 2nd and was entered on the 6th was there on the 4th, and nobody here knew it."""
    who = people(engine)
    clock.advance(hours=1)
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    clock.advance(days=4)
    engine.record(
        id, "report", {"serial": "S-1", "grade": 3}, actor=who["checker"], occurred_at="2026-03-03T09:00:00+09:00"
    )
    engine.send(id, "start", actor=who["clerk"])
    with reading(engine.store) as found:
        known = as_of(found, id, recorded="2026-03-04")
        stood = as_of(found, id, occurred="2026-03-04")
        assert (known.project.stage, stood.project.stage) == ("desk", "desk")
        assert known.values == {}
        assert list(stood.values.values()) == [{"serial": "S-1", "grade": 3}]
        assert (known.entries, known.later, stood.entries, stood.later) == (1, 2, 2, 1)
        both = as_of(found, id, recorded="2026-03-04", occurred="2026-03-04")
        assert both.values == {}
        now = as_of(found, id, recorded="2026-03-31")
        assert now.project == found.stored(id).project
        assert now.title == "Lamp"
        with pytest.raises(AuditError, match="opened later"):
            as_of(found, id, recorded="2026-03-01")
        with pytest.raises(ValueError, match="no moment"):
            as_of(found, id, recorded="yesterday")


def test_it_is_told_under_the_rules_then_in_force(engine: Engine, clock: SettableClock) -> None:
    who = people(engine)
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    clock.advance(days=2)
    engine.publish(definition("2", **{"report.grade >= 3": "report.grade >= 5"}))
    engine.migrate(id, "2", actor=who["clerk"], reason="new rules").require()
    with reading(engine.store) as found:
        assert as_of(found, id, recorded="2026-03-03").definition.version == "1"
        assert as_of(found, id, recorded="2026-03-04").definition.version == "2"


def test_a_portfolio_counts_every_project_once(engine: Engine, clock: SettableClock) -> None:
    who = people(engine)
    ids = [engine.open("repair", firm=firm, title="Lamp", actor=who["clerk"]).id for firm in ("acme", "acme", "other")]
    clock.advance(days=1)
    engine.send(ids[0], "start", actor=who["clerk"]).require()
    clock.advance(days=1)
    engine.send(ids[0], "drop", actor=who["clerk"], reason="no use").require()
    engine.open("repair", firm="late", title="Lamp", actor=who["clerk"])
    with reading(engine.store) as found:
        counted = [(c.stage, c.end, c.projects) for c in portfolio(found, recorded="2026-03-03")]
        assert counted == [("", False, 1), ("desk", False, 2), ("bench", False, 1)]
        assert [(c.stage, c.end, c.projects) for c in portfolio(found, recorded="2026-03-04")] == [
            ("desk", False, 3),
            ("dropped", True, 1),
        ]
        assert [c.projects for c in portfolio(found, Selection(firm="acme"), occurred="2026-03-02")] == [2]


def _with_file(engine: Engine, clock: SettableClock) -> tuple[str, str]:
    """One project whose move rests on the file, parted so that another one counts it by reference; one without it."""
    who = people(engine)
    document = Document(DIGEST, len(PAPER), "report.pdf")
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    other = engine.open("repair", firm="other", title="Chair", actor=who["clerk"]).id
    engine.record(id, "report", {"serial": "S-1", "grade": 3}, actor=who["checker"], document=document).require()
    engine.record(other, "report", {"serial": "S-2", "grade": 3}, actor=who["checker"]).require()
    engine.record(other, "report", {"serial": "S-3", "grade": 3, "note": DIGEST}, actor=who["checker"]).require()
    for one in (id, other):
        engine.send(one, "start", actor=who["clerk"]).require()
        engine.send(one, "finish", actor=who["checker"]).require()
    return id, other


def test_a_file_leads_to_every_decision_that_rests_on_it(engine: Engine, clock: SettableClock) -> None:
    id, other = _with_file(engine, clock)
    with reading(engine.store) as reader:
        found = find_file(reader, DIGEST)
        by_project = {place.project: place for place in found.places}
        assert set(by_project) == {id, other}
        assert by_project[id].field == "document.sha256"
        assert by_project[other].field == "values.note"
        assert [(d.transition, d.read) for d in by_project[id].decisions] == [("finish", False)]
        assert found.projects == 2
        assert find_file(reader, sha256(b"another").hexdigest()).places == ()
        with pytest.raises(AuditError, match="no SHA-256"):
            find_file(reader, "abc")


def test_a_record_that_counts_elsewhere_by_reference_is_followed(engine: Engine, clock: SettableClock) -> None:
    who = people(engine)
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    document = Document(DIGEST, len(PAPER), "report.pdf")
    engine.record(id, "report", {"serial": "S-1", "grade": 3}, actor=who["checker"], document=document).require()
    engine.split(id, [{"title": "Foot"}, {"title": "Shade"}], actor=who["clerk"], reason="two lamps").require()
    with reading(engine.store) as reader:
        places = find_file(reader, DIGEST).places
        assert len(places) == 3
        assert {place.source for place in places if place.project != id} == {f"{id}/report#2"}


def test_redacted_fields_are_counted_and_not_called_clean(engine: Engine, clock: SettableClock) -> None:
    id, other = _with_file(engine, clock)
    who = people(engine)
    engine.redact(other, 3, ["values.note"], actor=who["clerk"], reason="asked for", force=True).require()
    with reading(engine.store) as reader:
        found = find_file(reader, DIGEST)
        assert [place.project for place in found.places] == [id]
        assert found.redacted == 1


def test_a_file_is_hashed_or_its_digest_taken(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(PAPER)
    assert sha256_of(tmp_path / "report.pdf") == sha256_of(DIGEST.upper()) == sha256_of(f"sha256:{DIGEST}") == DIGEST


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_commands_read_a_closed_database(
    engine: Engine, clock: SettableClock, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    id, _ = _with_file(engine, clock)
    engine.close()
    (tmp_path / "report.pdf").write_bytes(PAPER)
    before = sorted(path.name for path in tmp_path.iterdir())
    common = ["--db", str(tmp_path / "a.db"), "--lang", language]
    assert run(["audit", "find-file", str(tmp_path / "report.pdf"), *common]) == 0
    assert id in capsys.readouterr().out
    assert run(["audit", "find-file", DIGEST, "--json", *common]) == 0
    assert json.loads(capsys.readouterr().out)["places"][0]["decisions"]
    assert run(["audit", "as-of", id, "--recorded", "2026-03-02", *common]) == 0
    assert "Lamp" in capsys.readouterr().out
    assert run(["audit", "as-of", "--recorded", "2026-03-02", "--json", *common]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == [
        {"definition": "repair", "stage": "done", "end": True, "projects": 2}
    ]
    assert run(["audit", "as-of", "--occurred", "2026-03-02", *common]) == 0
    assert run(["audit", "as-of", id, *common]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_reading_is_not_needed_to_be_a_store(tmp_path: Path, engine: Engine, clock: SettableClock) -> None:
    id, _ = _with_file(engine, clock)
    with opened(tmp_path / "a.db") as reader:
        assert as_of(reader, id, occurred="2026-03-31").project.end == "done"
