"""`audit export` and `audit verify`: a bundle is written and verified, and what does not hold leaves with 6."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_doctor import change


def test_a_bundle_is_written_and_verified(here: Run, tmp_path: Path) -> None:
    done = here("audit", "export", "out.zip", "--project", "first")
    assert (done.returncode, done.stdout) == (
        0, "out.zip: 1 projects, 1 entries; values withheld: 0, redacted: 0\n",
    )  # fmt: skip
    assert "no signed log" in done.stderr
    found = here("audit", "verify", "out.zip")
    assert found.returncode == 0 and found.stdout.startswith("PROVED: nothing by a signature.")
    assert here("audit", "verify", "out.zip", "--lang", "ko").stdout.startswith("증명됨: ")
    data = json.loads(here("audit", "verify", "out.zip", "--json").stdout)
    assert (data["schema"], data["good"], data["counts"]["entries"]) == (1, True, 1)
    path = tmp_path / "copy" / "out.zip"
    path.write_bytes(path.read_bytes()[:-1])
    broken = here("audit", "verify", "out.zip")
    assert broken.returncode == 6 and broken.stdout.startswith("PROVED: nothing. 1 thing(s) do not hold")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("export", "axflow.db.zip", "--project", "frist"), 1, "there is no project 'frist'"),
        (("export", "."), 1, ". is there already; name a new file or folder"),
        (("verify", "nothing.zip"), 2, "there is no bundle nothing.zip"),
        (("verify", ".", "--key", "x"), 2, "--key: key: 'x' is no verifier key"),
        (("verify", "--project", "nowhere"), 1, "there is no project 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_said(here: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = here("audit", *arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_journal_that_does_not_hold_is_told_with_its_place(here: Run, tmp_path: Path) -> None:
    good = json.loads(here("audit", "verify", "--json").stdout)
    assert good["good"] and good["entries"] == 1 and good["hashed_bytes"] > 300
    change(tmp_path / "copy" / "axflow.db", "UPDATE axflow_entries SET body = x'7b7d' WHERE project = 'first'")
    done = here("audit", "verify")
    assert done.returncode == 6
    assert "Entry 1 of project first: its bytes do not hash" in done.stdout
    assert here("audit", "export", "out").returncode == 6
    assert not (tmp_path / "copy" / "out").exists()


def test_verifying_a_database_leaves_it_and_its_folder_as_they_are(here: Run, tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (tmp_path / "copy").iterdir() if file.is_file()}

    before = state()
    assert here("audit", "verify").returncode == 0
    assert state() == before
