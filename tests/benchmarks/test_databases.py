"""What the benchmarks of databases rest on: copies that verify, writers that write alike, pages that keep the rest."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import create_engine, make_url, text

from axflow.engine import Engine
from tests.benchmarks import size
from tests.benchmarks.comparisons import GROUPS, PAGES
from tests.benchmarks.deciding import OFFICER
from tests.benchmarks.five_steps import STEPS, missing, ours
from tests.benchmarks.five_steps_spiff import bpmn
from tests.benchmarks.growing import grow
from tests.benchmarks.postgres import Durable
from tests.benchmarks.report import block, merged
from tests.benchmarks.sending import Sender
from tests.benchmarks.writing import ByHand, Together, places, prepared, same_rows, sizes
from tests.postgres import NoServer, Server

ROOT = Path(__file__).resolve().parents[2]


def test_copied_projects_verify_and_can_be_sent_to(database_url: str) -> None:
    sender = Sender(database_url, ["p-0"])
    sender.prepare()
    sender.run(3)
    sender.close()
    grow(database_url, "p-0", ["p-1", "p-2", "p-3"])
    with closing(Engine(database_url, authority="host")) as engine:
        assert engine.send("p-2", "come", actor=OFFICER).outcome == "moved"
        report = engine.verify()
        assert (report.good, report.projects, report.entries) == (True, 4, 4 * 9 + 1)
        assert len(engine.history("p-3")) == 9


def test_a_grown_database_has_the_size_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "SENT_TO", 3)
    monkeypatch.setattr(size, "FEW", 100)
    with size.on_sqlite(tmp_path, 300) as made:
        for grown, most in zip(made, (100, 300), strict=True):
            with closing(Engine(grown.url, authority="host")) as engine:
                report = engine.verify()
                ids = [row.id for row in engine.projects()]
            assert report.good and report.entries == grown.entries <= most
            assert grown.bytes > grown.entries * 900
            assert set(grown.sent_to) < set(ids)
            assert ids[0] < min(grown.sent_to), "the projects that are sent to lie among the others"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_refused_first(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"entries need .* GB free"):
        size.enough_room(tmp_path, 10**12)


def driver_url(url: str) -> str:
    """As psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.mark.postgres
def test_writers_by_hand_write_the_rows_that_axflow_writes(postgres: Server, postgres_url: str) -> None:
    prepared(postgres_url, ["p-0", "p-1"])
    copy = postgres.create(make_url(postgres_url))
    urls = [driver_url(postgres_url), driver_url(copy.render_as_string(hide_password=False))]
    before = sizes(urls[0])
    who = [["p-0", "p-1"], ["p-1", "p-0"]]
    try:
        for kind, url in zip(("engine", "hand"), urls, strict=True):
            with closing(Together(kind, url, who, processes=False)) as together:
                together.run(12)
        same_rows(urls)
        after = sizes(urls[1])
        assert {name: after[name][0] - before[name][0] for name in after} == {
            "projects": 0, "entries": 12, "payloads": 0, "outbox": 12,
        }  # fmt: skip
        with closing(ByHand(urls[1], ["p-0"])) as more:
            more.run(1)
        with pytest.raises(AssertionError, match="other rows in entries"):
            same_rows(urls)
    finally:
        postgres.drop(copy)


@pytest.mark.postgres
def test_writers_in_processes_write_too_and_say_what_went_wrong(postgres_url: str) -> None:
    prepared(postgres_url, ["p-0", "p-1"])
    url = driver_url(postgres_url)
    before = sizes(url)["entries"][0]
    with closing(Together("engine", url, [["p-0", "p-1"]], processes=True)) as together:
        together.run(6)
    assert sizes(url)["entries"][0] == before + 6
    with (
        closing(Together("engine", url, [["p-0"], ["nobody"]], processes=False)) as together,
        pytest.raises(AssertionError, match="UnknownProject"),
    ):
        together.run(2)


@pytest.mark.postgres
def test_a_server_that_may_lose_commits_is_not_measured(postgres: Server, empty_postgres_url: str) -> None:
    name = make_url(empty_postgres_url).database
    postgres.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(NoServer, match="synchronous_commit"):
        Durable(Server(make_url(empty_postgres_url)))


def test_writers_have_projects_of_their_own_or_share_all() -> None:
    own = places(shared=False)
    assert len({id for projects in own for id in projects}) == sum(len(projects) for projects in own)
    shared = places(shared=True)
    assert {frozenset(projects) for projects in shared} == {frozenset(shared[0])}
    assert shared[0][0] != shared[1][0]


def test_a_process_of_five_steps_is_opened_and_closed(database_url: str) -> None:
    contender = ours(database_url)
    contender.run(2 * len(STEPS))
    contender.close()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT ended, seq FROM axflow_projects")).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [("closed", 6), ("closed", 6)]


def test_the_model_for_others_has_the_same_steps_in_the_same_order() -> None:
    flows = [e for e in ElementTree.fromstring(bpmn()).iter() if e.tag.endswith("sequenceFlow")]
    assert [flow.get("targetRef") for flow in flows] == [*STEPS, "end"]
    assert [flow.get("sourceRef") for flow in flows] == ["start", *STEPS]


def test_a_library_that_is_not_there_is_named_with_the_command_that_installs_it() -> None:
    assert "pip install -e '.[all,test,benchmarks]'" in str(missing("dbos", ImportError("No module named 'dbos'")))


def heads(page: str) -> Sequence[str]:
    return [line for line in page.splitlines() if line.startswith(("## ", "<!-- "))]


def test_a_group_that_is_run_alone_replaces_its_own_block_and_keeps_the_others() -> None:
    order = ["one", "two", "three"]
    page = merged("", {"three": block("three", ["Date: then"], ["## Three\n"])}, order)
    page = merged(page, {"one": block("one", ["Date: then"], ["## One\n", "## Also one\n"])}, order)
    marks = ["<!-- group: one -->", "## One", "## Also one", "<!-- group: three -->", "## Three"]
    assert heads(page) == marks
    assert merged(page, {}, order) == page
    again = merged(page, {"three": block("three", ["Date: now"], ["## Three\n"])}, order)
    assert heads(again) == marks
    assert again == page[: page.index("<!-- group: three")] + page[page.index("<!-- group: three") :].replace(
        "then", "now"
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_holds_its_groups_in_order_each_with_its_date(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    order = [name for name, group in GROUPS.items() if group.page == page]
    assert merged(text, {}, order) == text
    assert re.findall("<!-- group: (.*) -->", text) == [name for name in order if f"<!-- group: {name} -->" in text]
    assert text.count("- Date: ") == text.count("<!-- group: ") > 0


def test_a_group_that_is_not_there_is_refused_with_those_that_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "speed"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no such group: speed" in done.stderr
    assert "size_postgres" in done.stderr
