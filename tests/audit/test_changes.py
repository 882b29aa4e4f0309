"""No bit of a bundle changes unseen. A fixed sample here; `python -m tests.audit.changes` changes every one."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from axflow.audit.export import Audience, Scope, export
from axflow.engine import Engine
from axflow.journal import verify_bundle as verifier
from axflow.journal.canonical import canonical
from axflow.testing import SettableClock
from tests.audit.changes import KEYS, as_it_is, fit, remade, small
from tests.audit.conftest import written
from tests.audit.signed_log import LOG, log_over, sequence


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("small"))


def test_a_changed_bit_of_a_zip_is_seen(zipped: Path) -> None:
    assert verifier.verify_bundle(str(zipped), KEYS).good
    assert list(as_it_is(zipped, 997)) == []


def test_a_changed_bit_is_seen_although_the_manifest_was_made_to_fit(zipped: Path, tmp_path: Path) -> None:
    """The signed tree holds entries, content, places and documents together without the manifest."""
    shutil.unpack_archive(zipped, tmp_path / "folder")
    fit(tmp_path / "folder")
    assert verifier.verify_bundle(str(tmp_path / "folder"), KEYS).good  # it can be made to fit
    assert list(remade(tmp_path / "folder", 211)) == []


def test_changed_bits_of_a_large_bundle_are_seen(tmp_path: Path) -> None:
    file = written(tmp_path / "axflow.db", tuple(f"p-{number:03d}" for number in range(60)))
    log = log_over(sequence(file))
    with closing(Engine(file, clock=SettableClock())) as engine:
        path = export(engine, tmp_path / "large.zip", Scope(), Audience("all"), log=lambda unit: log).path
    assert list(as_it_is(path, 8 * path.stat().st_size // 40)) == []


@pytest.fixture
def folder(zipped: Path, tmp_path: Path) -> Path:
    shutil.unpack_archive(zipped, tmp_path / "folder")
    return tmp_path / "folder"


def places(folder: Path) -> list[str]:
    return [fault.place for fault in verifier.verify_bundle(str(folder), KEYS).faults]


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_what_is_left_out_is_missed(folder: Path) -> None:
    """An entry with all that stands beside it, a redaction's reason, a document, a file that nobody listed."""
    for name in ("entries", "beside"):
        path = folder / "journal" / f"{name}.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:-1]))
    fit(folder)
    assert "log/proof.txt" in places(folder)
    (folder / "extra.txt").write_text("x")
    assert "extra.txt" in places(folder)


def test_a_redaction_undone_and_a_value_destroyed_are_seen(folder: Path) -> None:
    beside = folder / "journal" / "beside.jsonl"
    rewrite(beside, b'"redacted":["reason"]', b'"redacted":[]')
    fit(folder)
    assert places(folder)[0] == "journal/beside.jsonl line 2"
    lines = [verifier.read_json(line, "x") for line in beside.read_bytes().splitlines()]
    lines[1]["withheld"] = ["reason"]
    del lines[3]["content"]["values.grade"]
    lines[3]["redacted"] = ["values.grade"]
    beside.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    fit(folder)
    assert places(folder)[:2] == ["entry 4 of project p-2", "entry 2 of project p-2"]


def test_hostile_containers_end_in_a_fault(folder: Path, zipped: Path, tmp_path: Path) -> None:
    """Names that lead out, links, lines without end, nesting without end, zips that only look like a bundle."""
    import zipfile

    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("MANIFEST.json", b"0" * 10_000_000)
    out = tmp_path / "out.zip"
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("../out", b"x")
    tail = tmp_path / "tail.zip"
    tail.write_bytes(zipped.read_bytes() + b"x")
    empty = tmp_path / "empty.zip"
    empty.write_bytes(b"")
    for path in (bomb, out, tail, empty, tmp_path / "nothing"):
        found = verifier.verify_bundle(str(path))
        assert len(found.faults) == 1, path
    (folder / "log" / "proof.txt").write_bytes(b"0" * (verifier.LONGEST_LINE + 2**20))
    fit(folder)
    assert "log/proof.txt" in places(folder)
    (folder / "MANIFEST.json").write_bytes(b"[" * 1_000_000)
    assert places(folder) == ["MANIFEST.json"]
    (folder / "MANIFEST.json").unlink()
    (folder / "MANIFEST.json").symlink_to("/etc/hostname")
    assert places(folder) == ["MANIFEST.json"]


def test_a_manifest_signed_by_its_maker_cannot_be_remade(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "axflow.db")
    with closing(Engine(file, clock=SettableClock())) as engine:
        made = export(engine, tmp_path / "signed", Scope(), Audience(), maker=LOG).path
    found = verifier.verify_bundle(str(made))
    assert found.good and found.maker is not None and found.maker.name == LOG.name
    assert f"on the signature of {LOG.name} alone" in verifier.three_lines(found)[1]
    rewrite(made / "MANIFEST.json", b'"made_at":"2026', b'"made_at":"2025')
    assert [fault.place for fault in verifier.verify_bundle(str(made)).faults] == ["MANIFEST.note"]
