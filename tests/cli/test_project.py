"""Acting on a project from the command line: outcomes, reasons, exit codes."""

from __future__ import annotations

import json

from tests.cli.conftest import Run

KIM = ("--actor", "kim", "--organisation", "acme")
LEE = ("--actor", "lee", "--organisation", "office")


def test_a_blocked_act_says_why_and_who_and_leaves_with_3(here: Run) -> None:
    done = here("project", "send", "first", "hand_in", *KIM)
    assert done.returncode == 3
    assert "A form that says what for" in done.stderr
    assert "Who can change it: Requester (Acme)" in done.stderr
    assert done.stdout.startswith("refused")


def test_an_act_without_authority_leaves_with_4_and_a_stale_one_with_5(here: Run) -> None:
    assert here("project", "send", "first", "hand_in", *LEE).returncode == 4
    assert here("project", "send", "first", "hand_in", *KIM, "--expected", "77").returncode == 5


def test_a_record_unblocks_and_the_history_keeps_the_refusal(here: Run) -> None:
    here("project", "send", "first", "hand_in", *KIM)
    assert here("project", "record", "first", "form", "purpose=a try", *KIM).returncode == 0
    moved = here("project", "send", "first", "hand_in", *KIM, "--json")
    assert moved.returncode == 0
    answer = json.loads(moved.stdout)
    assert (answer["schema"], answer["outcome"], answer["stage"], answer["blockers"]) == (1, "moved", "review", [])
    entries = json.loads(here("project", "history", "first", "--json").stdout)["entries"]
    assert [(e["kind"], e["outcome"]) for e in entries] == [
        ("open", "moved"),
        ("send", "refused"),
        ("record", "recorded"),
        ("send", "moved"),
    ]


def test_blockers_as_json_have_code_guard_words_and_resolvers(here: Run) -> None:
    done = here("project", "send", "first", "hand_in", *KIM, "--json", "--lang", "ko")
    assert done.returncode == 3
    [blocker] = json.loads(done.stdout)["blockers"]
    assert blocker["guard"] == "handed_in"
    assert blocker["resolvers"] == ["requester"]
    assert "목적을 적은 신청서" in blocker["message"]


def test_a_preview_writes_nothing(here: Run) -> None:
    before = here("project", "history", "first", "--json").stdout
    assert here("project", "preview", "first", "hand_in", *KIM).returncode == 3
    assert here("project", "send", "first", "hand_in", *KIM, "--dry-run").returncode == 3
    assert here("project", "history", "first", "--json").stdout == before


def test_why_show_and_list_tell_where_it_stands(here: Run) -> None:
    ways = {way["name"]: way for way in json.loads(here("project", "why", "first", "--json", *KIM).stdout)["ways"]}
    assert not ways["hand_in"]["ready"]
    assert ways["hand_in"]["mine"]
    assert ways["give_up"]["ready"]
    assert "신청서" in here("project", "why", "first", "--lang", "ko").stdout
    assert json.loads(here("project", "show", "first", "--json").stdout)["stage"] == "drafting"
    assert "Drafting" in here("project", "show", "first").stdout
    assert here("project", "list").stdout == "first\trequest\tacme\tdrafting\n"


def test_a_project_that_nobody_may_open_is_refused_with_4(here: Run) -> None:
    done = here("project", "open", "request", "--firm", "acme", "--actor", "stranger", "--organisation", "acme")
    assert done.returncode == 4
    assert done.stdout == ""
    assert "stranger" in done.stderr


def test_an_unknown_project_names_the_command_that_lists(here: Run) -> None:
    done = here("project", "why", "nope")
    assert done.returncode == 1
    assert "'nope'" in done.stderr
    assert "axflow project list" in done.stderr
