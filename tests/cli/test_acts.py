"""Everything that an officer does to a project at the command line: each act, refused and permitted, tried and done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import LOAN, Run, entries, shown

ACTS = {
    "withdraw": ("withdraw", "lamp", "form#2", "--actor", "kim", "--reason", "wrong"),
    "confirm": ("confirm", "lamp", "form#2", "--actor", "lee"),
    "correct": ("correct", "lamp", "form#2", "purpose=writing", "--actor", "lee", "--reason", "misread"),
    "redact": ("redact", "lamp", "2", "values.purpose", "--force", "--actor", "lee", "--reason", "private"),
    "hold": ("hold", "lamp", "paused", "--actor", "lee", "--code", "rain"),
    "extend": ("extend", "lamp", "desk_time", "--actor", "lee", "--reason", "snow"),
    "waive": ("waive", "lamp", "asked", "--actor", "lee", "--reason", "known"),
    "reassign": ("reassign", "lamp", "--handler", "choi", "--actor", "lee", "--reason", "holiday"),
    "link": ("link", "lamp", "--alias", "office=77", "--actor", "lee"),
    "split": ("split", "lamp", "bulb=A bulb", "shade=A shade", "--actor", "lee", "--reason", "broken"),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_tried_without_a_trace_and_then_done(at: Run, name: str) -> None:
    before = entries(at)
    tried = at("project", *ACTS[name], "--dry-run", "--json")
    assert tried.returncode == 0, tried.stderr + tried.stdout
    answer = json.loads(tried.stdout)
    assert (answer["schema"], answer["dry_run"]) == (1, True)
    assert entries(at) == before
    assert at("project", "list").stdout.count("\n") == 1
    done = at("project", *ACTS[name], "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    assert json.loads(done.stdout)["outcome"] == answer["outcome"]
    added = entries(at)[len(before) :]
    assert added[0]["kind"] == {"split": "replace"}.get(name, name)


@pytest.mark.parametrize("name", [name for name in ACTS if name != "withdraw"])
def test_an_act_of_somebody_without_authority_leaves_with_4_and_is_journaled(at: Run, name: str) -> None:
    words = ["kim" if word == "lee" else word for word in ACTS[name]]
    done = at("project", *words)
    assert done.returncode == 4
    assert "kim holds: client (acme)" in done.stderr
    assert entries(at)[-1]["outcome"] == "refused"


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_an_older_view_leaves_with_5(at: Run, name: str) -> None:
    assert at("project", *ACTS[name], "--expected", "1").returncode == 5


def test_a_form_counts_once_it_is_confirmed_and_until_it_is_withdrawn(at: Run) -> None:
    assert at("project", "send", "lamp", "lend", "--actor", "lee").returncode == 3
    assert at("project", *ACTS["confirm"]).returncode == 0
    assert at("project", "preview", "lamp", "lend", "--actor", "lee").returncode == 0
    assert at("project", *ACTS["withdraw"]).returncode == 0
    assert at("project", "preview", "lamp", "lend", "--actor", "lee").returncode == 3
    assert at("project", "withdraw", "lamp", "form#2", "--actor", "kim", "--reason", "again").returncode == 3


def test_values_and_attributes_are_corrected(at: Run) -> None:
    assert at("project", *ACTS["correct"]).returncode == 0
    attributes = ("--attribute", "size=3", "--attribute", "urgent=yes")
    assert at("project", "correct", "lamp", *attributes, "--actor", "lee", "--reason", "asked").returncode == 0
    found = shown(at)
    assert found["attributes"] == {"size": 3, "urgent": True}
    assert [values["purpose"] for values in found["values"].values()] == ["writing"]
    told = at("project", "show", "lamp", "--lang", "ko").stdout
    assert "긴급 여부" in told and "예" in told
    assert "목적: writing" in told


def test_content_is_destroyed_and_the_chain_holds(at: Run) -> None:
    without_force = [word for word in ACTS["redact"] if word != "--force"]
    assert at("project", *without_force).returncode == 3
    assert at("project", *ACTS["redact"]).returncode == 0
    assert "reading" not in at("project", "history", "lamp", "--json", "--actor", "kim").stdout
    assert at("doctor").returncode == 0


def test_a_hold_stands_until_it_is_released(at: Run) -> None:
    missing = at("project", "hold", "lamp", "paused", "--actor", "lee", "--code", "sun")
    assert missing.returncode == 3
    assert "rain, repair" in missing.stderr
    assert (
        "우천(rain), 수리(repair)"
        in at("project", "hold", "lamp", "paused", "--actor", "lee", "--code", "sun", "--lang", "ko").stderr
    )
    assert at("project", *ACTS["hold"]).returncode == 0
    assert shown(at)["holds"] == ["paused"]
    assert "Paused" in at("project", "show", "lamp").stdout
    assert at("project", "release", "lamp", "paused", "--renew", "--actor", "lee", "--reason", "wet").returncode == 0
    assert shown(at)["holds"] == ["paused"]
    assert at("project", "release", "lamp", "paused", "--actor", "lee", "--reason", "dry").returncode == 0
    assert shown(at)["holds"] == []


def test_a_waiver_takes_two_persons(at: Run) -> None:
    assert at("project", *ACTS["waive"]).returncode == 0
    assert at("project", "preview", "lamp", "lend", "--actor", "lee").returncode == 3
    again = ("project", "waive", "lamp", "asked", "--actor", "park", "--reason", "agreed")
    assert at(*again).returncode == 0
    assert at("project", "send", "lamp", "lend", "--actor", "lee").returncode == 0


def test_an_obligation_is_discharged(at: Run) -> None:
    at("project", *ACTS["confirm"])
    assert at("project", "send", "lamp", "lend", "--actor", "lee").returncode == 0
    assert at("project", "send", "lamp", "take_back", "--actor", "lee").returncode == 0
    assert shown(at)["obligations"] == ["cleaning"]
    assert "Cleaning" in at("project", "show", "lamp").stdout
    assert at("project", "discharge", "lamp", "cleanin", "--actor", "lee").returncode == 3
    assert at("project", "discharge", "lamp", "cleaning", "--actor", "lee", "--reason", "seen").returncode == 0
    assert shown(at)["obligations"] == []


def test_a_project_is_linked_to_one_that_is_there(at: Run) -> None:
    missing = at("project", "link", "lamp", "part", "lump", "--actor", "lee")
    assert missing.returncode == 1
    assert "did you mean lamp?" in missing.stderr
    assert at("project", "link", "lamp", "part", "--actor", "lee").returncode == 2
    assert at("project", "open", "loan", "--firm", "acme", "--id", "desk", "--actor", "kim").returncode == 0
    assert at("project", "link", "lamp", "part", "desk", "--actor", "lee").returncode == 0
    wrong = at("project", "link", "lamp", "prat", "desk", "--actor", "lee")
    assert wrong.returncode == 3
    assert "did you mean part?" in wrong.stderr


def test_projects_are_split_and_merged(at: Run) -> None:
    assert at("project", *ACTS["split"]).returncode == 0
    assert shown(at)["end"] == "parted"
    assert shown(at, "bulb")["title"] == "A bulb"
    both = ("project", "merge", "bulb", "shade", "--into", "lamp2=Mended", "--reason", "glued")
    assert at(*both, "--actor", "kim").returncode == 4
    assert at(*both, "--actor", "lee", "--dry-run").returncode == 0
    assert shown(at, "bulb")["end"] is None
    assert at(*both, "--actor", "lee").returncode == 0
    assert shown(at, "shade")["end"] == "parted"
    assert shown(at, "lamp2")["title"] == "Mended"
    assert at("project", "merge", "lamp2", "--into", "x=y", "--actor", "lee").returncode == 2


def test_a_project_moves_to_another_version(at: Run, tmp_path: Path) -> None:
    definition = tmp_path / "copy" / "loan" / "definition.yaml"
    text = definition.read_text("utf-8").replace('version: "1"', 'version: "2"')
    definition.write_text(text.replace("desk: {owner", "counter: {owner").replace("from: desk", "from: counter")
                          .replace("in: desk", "in: counter").replace("[desk,", "[counter,"), "utf-8")  # fmt: skip
    assert at("workflow", "publish", "loan").returncode == 0
    wrong = at("project", "migrate", "lamp", "next", "--actor", "lee")
    assert wrong.returncode == 1
    assert "there are: 1, 2" in wrong.stderr
    for actor in ("lee", "park"):
        assert at("workflow", "sign", "loan", "2", "--actor", actor).returncode == 0
    unmapped = at("project", "migrate", "lamp", "2", "--actor", "lee")
    assert unmapped.returncode == 3
    assert "desk" in unmapped.stderr
    assert at("project", "migrate", "lamp", "2", "--state", "desk=counter", "--actor", "lee").returncode == 0
    assert shown(at)["stage"] == "counter"


def test_a_project_that_is_midway_is_taken_over(at: Run) -> None:
    midway = (
        "project", "take-over", "loan", "--firm", "acme", "--id", "chair", "--stage", "shelf", "--at", "2025-06",
        "--attribute", "size=2", "--alias", "branch=B-1",
    )  # fmt: skip
    assert at(*midway, "--actor", "kim").returncode == 4
    assert at(*midway, "--actor", "lee", "--dry-run").stdout == "chair\n"
    assert at("project", "show", "chair").returncode == 1
    assert at(*midway, "--actor", "lee").stdout == "chair\n"
    assert (shown(at, "chair")["stage"], shown(at, "chair")["attributes"]) == ("shelf", {"size": 2})
    assert entries(at, "chair")[0]["occurred"]["text"] == "2025-06"


def test_a_past_history_is_recorded_in_the_language_spoken_and_taken_over(at: Run) -> None:
    assert at("project", "import", "loan/history.yaml", "--id", "old", "--dry-run").stdout == "old\n"
    assert at("project", "show", "old").returncode == 1
    assert at("project", "import", "loan/history.yaml", "--id", "old", "--lang", "ko").returncode == 0
    told = at("project", "history", "old", "--lang", "ko").stdout
    assert "2021-03 " in told and "규정과 다름" in told and "그대로 대여" in told
    assert "오래된 등" in at("project", "show", "old").stdout
    assert at("project", "send", "old", "take_back", "--actor", "lee").returncode == 3
    assert at("project", "take-over", "loan", "--firm", "acme", "--id", "old", "--actor", "lee").returncode == 0
    assert at("project", "send", "old", "take_back", "--actor", "lee").returncode == 0


def test_time_limits_that_are_due_are_counted_and_fired(at: Run) -> None:
    assert at("project", "tick").stdout == "Projects that changed: 0\n"
    past = ("project", "take-over", "loan", "--firm", "acme", "--id", "slow", "--at", "2025-01-02", "--actor", "lee")
    assert at(*past).returncode == 0
    assert json.loads(at("project", "tick", "--dry-run", "--json").stdout) == {
        "schema": 1, "projects": 1, "dry_run": True, "failed": {},
    }  # fmt: skip
    assert at("project", "tick").stdout == "Projects that changed: 1\n"
    assert entries(at, "slow")[-1]["kind"] == "timer"
    assert at("project", "tick", "--lang", "ko").stdout == "처리된 사업: 0건\n"


def test_opening_may_be_tried(at: Run) -> None:
    opening = ("project", "open", "loan", "--firm", "acme", "--id", "sofa", "--attribute", "size=9")
    assert json.loads(at(*opening, "--actor", "kim", "--dry-run", "--json").stdout)["project"] == "sofa"
    assert at("project", "show", "sofa").returncode == 1
    refused = at(*opening, "--attribute", "colour=red", "--actor", "kim", "--json")
    assert refused.returncode == 3
    assert [blocker["code"] for blocker in json.loads(refused.stdout)["blockers"]] == ["unknown_field"]
    assert at(*opening, "--actor", "kim").stdout == "sofa\n"


def test_a_version_is_in_force_once_all_have_signed(run: Run, tmp_path: Path) -> None:
    shutil.copytree(LOAN, tmp_path / "loan")
    publish = ("workflow", "publish", "loan", "--directory", "loan/directory.yaml")
    tried = run(*publish, "--dry-run")
    assert tried.returncode == 0
    assert not (tmp_path / "axflow.db").exists()
    assert "signatures are missing: Office (office), Branch (branch)" in run(*publish).stderr
    opening = ("project", "open", "loan", "--firm", "acme", "--actor", "kim")
    assert run(*opening).returncode == 3
    assert run("workflow", "sign", "loan", "--actor", "kim", "--organisation", "office").returncode == 4
    assert run("workflow", "sign", "laon", "--actor", "lee").returncode == 1
    assert "did you mean loan?" in run("workflow", "sign", "laon", "--actor", "lee").stderr
    assert (
        json.loads(run("workflow", "sign", "loan", "--actor", "lee", "--dry-run", "--json").stdout)["signed"] is False
    )
    signed = run("workflow", "sign", "loan", "--actor", "lee", "--json")
    assert json.loads(signed.stdout)["unsigned"] == ["branch"]
    assert run("workflow", "sign", "loan", "--actor", "lee").returncode == 1  # once is enough
    assert run(*opening).returncode == 3
    assert run("workflow", "sign", "loan", "1", "--actor", "park").stderr == ""
    assert run(*opening).returncode == 0


def test_who_acts_is_taken_from_the_directory(at: Run) -> None:
    two = at("project", "send", "lamp", "lend", "--actor", "choi")
    assert two.returncode == 2
    assert "branch, office" in two.stderr
    assert at("project", "confirm", "lamp", "form#2", "--actor", "choi", "--organisation", "office").returncode == 0
    assert at("project", "send", "lamp", "lend", "--actor", "jung", "--on-behalf-of", "lee").returncode == 0
    assert entries(at)[-1]["actor"]["on_behalf_of"] == "lee"
    assert at("project", "hold", "lamp", "paused", "--code", "rain", AXFLOW_ACTOR="robot").returncode == 0
    assert entries(at)[-1]["actor"]["kind"] == "service"


def test_values_come_from_pairs_and_files(at: Run, tmp_path: Path) -> None:
    kim = ("--actor", "kim", "--json")
    table = 'items=[{"name": "lamp", "count": "2"}]'
    assert at("project", "record", "lamp", "form", "purpose=12", table, *kim).returncode == 0
    (tmp_path / "copy" / "v.yaml").write_text("purpose: from a file\nitems: [{name: lamp, count: 3}]\n", "utf-8")
    assert at("project", "record", "lamp", "form", "--values", "v.yaml", *kim).returncode == 0
    (tmp_path / "copy" / "v.json").write_text('{"purpose": "older", "items": [{"name": "x", "count": 1}]}', "utf-8")
    assert at("project", "record", "lamp", "form", "purpose=newer", "--values", "v.json", *kim).returncode == 0
    found = [item["content"] for item in entries(at) if item["kind"] == "record"][-3:]
    assert [item["values.purpose"] for item in found] == ["12", "from a file", "newer"]
    assert [item["values.items"][0]["count"] for item in found] == [2, 3, 1]
