"""`axflow worker`: one pass or many, told in a line each; what could not be delivered is listed, retried, dropped."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axflow.engine import Engine
from axflow.interchange.signature import new_secret
from axflow.testing import SettableClock
from tests.cli.conftest import Run
from tests.engine.flow import people
from tests.interchange.receiver import Receiver, status

SECRET = new_secret()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose `axflow.db` holds three projects, with a timer each that is due, and two messages each."""
    engine = Engine(tmp_path / "axflow.db", clock=SettableClock(datetime.now(UTC) - timedelta(days=50)))
    who = people(engine)
    for id in "abc":
        engine.open("repair", firm="acme", actor=who["clerk"], id=id)
        engine.send(id, "start", actor=who["clerk"])
    engine.close()
    return tmp_path


@pytest.fixture
def key(folder: Path) -> str:
    """A file with the secret."""
    (folder / "key").write_text(SECRET + "\n")
    return "key"


def test_one_pass_fires_what_is_due_and_says_so(folder: Path, run: Run) -> None:
    done = run("worker", "--once")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ fired 3 in \d+\.\d\d s\n", done.stderr)
    assert "fired 0" in run("worker", "--once").stderr
    kinds = [e["kind"] for e in json.loads(run("project", "history", "a", "--json").stdout)["entries"]]
    assert kinds == ["open", "send", "timer"]


def test_a_pass_is_bounded(folder: Path, run: Run) -> None:
    told = json.loads(run("worker", "--once", "--limit", "2", "--json").stdout)
    assert (told["schema"], told["fired"], told["full"], told["delivery"]) == (1, 2, True, None)
    told = json.loads(run("worker", "--once", "--limit", "2", "--json").stdout)
    assert (told["fired"], told["full"], told["failed"]) == (1, False, {})


def test_a_pass_can_be_told_in_korean(folder: Path, run: Run) -> None:
    assert "기한 처리 3" in run("worker", "--once", "--lang", "ko").stderr


def test_only_looking_fires_nothing(folder: Path, run: Run) -> None:
    told = json.loads(run("worker", "--dry-run", "--json").stdout)
    assert (told["due"], told["messages"]) == (["a", "b", "c"], 6)
    assert "messages that wait\t6" in run("worker", "--dry-run").stdout
    assert "fired 3" in run("worker", "--once").stderr


def test_messages_are_posted_signed_and_named_by_their_source(folder: Path, run: Run, key: str) -> None:
    with Receiver(status(204)) as receiver:
        done = run(
            "worker", "--once", "--webhook", receiver.url, "--secret-file", key, "--source", "https://permits.example"
        )
    assert done.returncode == 0
    # Three entries of each project, and the word to whoever a late project is escalated to.
    assert "fired 3, delivered 12 in" in done.stderr
    assert {json.loads(request.body)["source"] for request in receiver.requests} == {"https://permits.example"}
    assert json.loads(run("worker", "messages", "--json").stdout)["messages"] == []


def test_secret_and_url_may_come_from_the_environment(folder: Path, run: Run) -> None:
    with Receiver(status(204)) as receiver:
        done = run("worker", "--once", "--json", AXFLOW_WEBHOOK=receiver.url, AXFLOW_WEBHOOK_SECRET=SECRET)
    assert json.loads(done.stdout)["delivery"]["delivered"] == 12
    assert SECRET not in done.stdout + done.stderr


def test_a_receiver_that_fails_is_told_by_its_place_only(folder: Path, run: Run, key: str) -> None:
    with Receiver(status(500, body=b"trace")) as receiver:
        done = run("worker", "--once", "--webhook", receiver.url, "--secret-file", key)
    assert done.returncode == 0
    assert "delivered 0, put off 3, (status 500)" in done.stderr
    done = run("worker", "--once", "--webhook", receiver.url, "--secret-file", key)
    assert "t0p" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--webhook", "ftp://x", "--secret-file", "key"), "begins with https://"),
        (("--webhook", "https://x.example", "--secret-file", "none"), "none: No such file"),
        (("--webhook", "https://x.example", "--secret-file", "axflow.db"), "axflow.db is no text file"),
        (("--webhook", "https://x.example"), "set AXFLOW_WEBHOOK_SECRET"),
        (("--webhook", "https://x.example", "--secret-file", "key", "--source", "my office"), "is no URI"),
        (("--interval", "0"), "0.1"),
        (("--limit", "0"), "limit"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_done(
    folder: Path, run: Run, key: str, arguments: tuple[str, ...], words: str
) -> None:
    done = run("worker", "--once", *arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert "fired 3" in run("worker", "--once").stderr


def test_a_worker_makes_no_database(run: Run, tmp_path: Path) -> None:
    assert run("worker", "--once").returncode == 1
    assert not (tmp_path / "axflow.db").exists()


def test_a_project_that_cannot_be_read_is_named_and_the_others_are_served(folder: Path, run: Run) -> None:
    with sqlite3.connect(folder / "axflow.db") as connection:
        connection.execute("UPDATE axflow_projects SET snapshot = '{' WHERE id = 'a'")
    done = run("worker", "--once", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["fired"], list(told["failed"])) == (2, ["a"])
    assert "axflow: a: " in done.stderr
    assert "failed 1" in run("worker", "--once").stderr


def test_a_database_that_fails_ends_the_one_pass_with_1(folder: Path, run: Run) -> None:
    with sqlite3.connect(folder / "axflow.db") as connection:
        connection.execute("ALTER TABLE axflow_timers RENAME TO elsewhere")
    done = run("worker", "--once")
    assert done.returncode == 1
    assert "no such table" in done.stderr


def bury(run: Run, key: str) -> None:
    """Let the first message of each project become a dead letter."""
    with Receiver(status(410)) as receiver:
        done = run("worker", "--once", "--limit", "3", "--webhook", receiver.url, "--secret-file", key)
    assert "dead 3, (status 410)" in done.stderr


def numbers(run: Run, *arguments: str) -> list[int]:
    return [m["id"] for m in json.loads(run("worker", *arguments, "--json").stdout)["messages"]]


def test_dead_letters_are_listed_retried_and_dropped(folder: Path, run: Run, key: str) -> None:
    bury(run, key)
    dead = numbers(run, "dead", "list")
    assert len(dead) == 3
    assert not set(dead) & set(numbers(run, "messages"))
    table = run("worker", "dead", "list").stdout
    assert "status 410" in table and "dead since" in table
    assert "전달 불가" in run("worker", "dead", "list", "--lang", "ko").stdout

    shown = run("worker", "dead", "retry", str(dead[0]), "--dry-run")
    assert (shown.returncode, shown.stdout) == (0, f"{dead[0]}\n")
    assert numbers(run, "dead", "list") == dead
    assert run("worker", "dead", "retry", str(dead[0])).stdout == f"{dead[0]}\n"
    assert numbers(run, "dead", "list") == dead[1:]
    assert dead[0] in numbers(run, "messages")

    assert run("worker", "dead", "drop", str(dead[1])).returncode == 2
    assert run("worker", "dead", "drop", str(dead[1]), "--reason", " ").returncode == 2
    assert run("worker", "dead", "drop", str(dead[1]), "--reason", "x", "--dry-run").stdout == f"{dead[1]}\n"
    assert run("worker", "dead", "drop", str(dead[1]), "--reason", "told by letter").stdout == f"{dead[1]}\n"
    assert numbers(run, "dead", "list") == dead[2:]
    assert numbers(run, "dead", "list", "--dropped") == [dead[1]]
    assert "told by letter" in run("worker", "dead", "list", "--dropped").stdout

    again = run("worker", "dead", "drop", str(dead[1]), "--reason", "twice")
    assert again.returncode == 1
    assert f"none of these can be dropped now: {dead[1]}" in again.stderr
    missing = run("worker", "dead", "retry", "999", str(dead[2]))
    assert (missing.returncode, missing.stdout) == (1, f"{dead[2]}\n")
    assert "can be tried again now: 999" in missing.stderr


def test_all_dead_letters_can_be_retried(folder: Path, run: Run, key: str) -> None:
    bury(run, key)
    dead = numbers(run, "dead", "list")
    assert run("worker", "dead", "retry", "--all", "1").returncode == 2
    assert run("worker", "dead", "retry").returncode == 2
    assert run("worker", "dead", "retry", "--all").stdout.split() == [str(id) for id in dead]
    assert run("worker", "dead", "retry", "--all").stdout == ""
    with Receiver(status(204)) as receiver:
        run("worker", "--once", "--webhook", receiver.url, "--secret-file", key)
    assert numbers(run, "messages") == numbers(run, "dead", "list") == []


def lease_one(folder: Path) -> int:
    """Let another consumer lease a message, and give its number."""
    engine = Engine(folder / "axflow.db")
    (leased,) = engine.lease("somebody", 1, 600)
    engine.close()
    return leased.id


def test_messages_are_listed_with_how_they_stand_and_acknowledged(folder: Path, run: Run, key: str) -> None:
    with Receiver(status(503, "Retry-After: 600")) as receiver:
        run("worker", "--once", "--webhook", receiver.url, "--secret-file", key)
    lease_one(folder)
    table = run("worker", "messages").stdout
    assert "put off until" in table and "leased until" in table and "waits" in table
    all_of_them = numbers(run, "messages")
    assert numbers(run, "messages", "--after", str(all_of_them[1]), "--limit", "2") == all_of_them[2:4]
    assert run("worker", "ack", str(all_of_them[0])).returncode == 0
    assert numbers(run, "messages") == all_of_them[1:]
    assert run("worker", "ack", str(all_of_them[0])).returncode == 1
    assert run("worker", "ack").returncode == 2


def test_one_that_is_just_being_delivered_is_left_alone(folder: Path, run: Run) -> None:
    leased = lease_one(folder)
    for act in (("retry",), ("drop", "--reason", "x")):
        for dry in ((), ("--dry-run",)):
            assert run("worker", "dead", act[0], str(leased), *act[1:], *dry).returncode == 1


def test_new_secrets_are_of_the_standard_form(run: Run) -> None:
    first, second = run("worker", "secret").stdout, run("worker", "secret").stdout
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", first)
    assert first != second
