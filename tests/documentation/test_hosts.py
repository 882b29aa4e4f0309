"""docs/hosts/: each page is done as it says, in an empty folder, and prints what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.page import ROOT, blocks, example_lines, run

PAGES = sorted((ROOT / "docs" / "hosts").glob("*.md"))
MOST_LINES = 100


def page(name: str) -> Path:
    return ROOT / "docs" / "hosts" / f"{name}.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    outputs = list(run(page, tmp_path))
    assert outputs, "a page that shows no output shows nothing"
    for told in outputs:
        assert told.info == told.text


@pytest.mark.postgres
def test_the_transaction_is_the_same_on_postgres(tmp_path: Path, postgres_url: str) -> None:
    told = list(
        run(page("sqlalchemy"), tmp_path, {"sqlite:///office.db": postgres_url}, DATABASE_URL=postgres_url),
    )
    assert [block.info for block in told] == [block.text for block in told]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_is_short(page: Path) -> None:
    assert 0 < example_lines(page) < MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_first_what_the_reader_gets(page: Path) -> None:
    title, first = page.read_text(encoding="utf-8").split("\n\n")[:2]
    assert re.fullmatch(r"# [^\n]+", title)
    assert first.startswith("What you get: ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        text = text.replace(block.text, "")
    named = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in link]
    assert [link for link in named if not (page.parent / link).is_file()] == []


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"(docs/hosts/{page.name})" not in readme] == []


def test_the_answer_that_is_shown_in_full_is_the_one_given(tmp_path: Path) -> None:
    """Its project's id is cut short on the page."""
    (shown,) = (json.loads(block.text) for block in blocks(page("fastapi")) if block.language == "json")
    for block in blocks(page("fastapi")):
        if block.info:
            text = block.text.replace(
                "            told = answer.json()\n",
                "            told = answer.json()\n            print(answer.text)\n",
            )
            (tmp_path / block.info).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "try_it.py"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    given = next(json.loads(line) for line in done.stdout.splitlines() if '"guard"' in line)
    start, end = shown["instance"].split("…")
    assert given["instance"].startswith(start)
    assert given["instance"].endswith(end)
    assert {**given, "instance": ""} == {**shown, "instance": ""}
