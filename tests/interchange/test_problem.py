"""What a host's HTTP interface says: a status for every reason, and a body in the reader's language."""

from __future__ import annotations

import json

import pytest

from axflow.engine import Engine, NotAuthorised
from axflow.interchange.problem import STATUSES, http_status, preferred, problem
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.decision import Decision, Refused
from axflow.kernel.words import BLOCKER_WORDS
from axflow.store.errors import Conflict, StoreError, UnknownDefinition, UnknownProject
from axflow.testing import axflow_clock, axflow_engine
from tests.engine.flow import people

__all__ = ["axflow_clock", "axflow_engine"]


def refused(*codes: str) -> Decision:
    return Decision("refused", None, tuple(Blocker(code) for code in codes))


def test_every_reason_has_a_status_and_no_other_has() -> None:
    assert set(STATUSES) == set(BLOCKER_WORDS)
    assert set(STATUSES.values()) == {403, 404, 409, 422}


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (("not_authorised",), 403),
        (("separation_of_duties", "guard_false"), 403),
        (("unknown_event",), 404),
        (("stale",), 409),
        (("key_reused",), 409),
        (("limit_reached",), 409),
        (("guard_unknown", "not_enabled"), 409),
        (("invalid_value",), 422),
        (("reason_required", "guard_false"), 422),
    ],
)
def test_what_the_caller_can_do_least_about_decides(codes: tuple[str, ...], status: int) -> None:
    assert http_status(refused(*codes)) == http_status(refused(*reversed(codes))) == status
    assert http_status(Refused(refused(*codes))) == status


def test_a_version_by_if_match_is_a_condition_that_failed() -> None:
    assert http_status(refused("stale"), conditional=True) == 412
    assert http_status(refused("not_enabled"), conditional=True) == 409


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownProject("p"), 404),
        (UnknownDefinition("d"), 404),
        (NotAuthorised("no"), 403),
        (Conflict("again"), 409),
        (StoreError("postgresql://host: the disk is full"), 500),
    ],
)
def test_what_is_raised_has_a_status_and_tells_nothing_of_the_inside(error: Exception, status: int) -> None:
    assert http_status(error) == status
    assert set(problem(error, "ko", instance="/p")) == {"title", "status", "instance"}


def test_an_error_of_somebody_else_has_none() -> None:
    with pytest.raises(TypeError, match="KeyError"):
        http_status(KeyError("x"))


def test_the_body_tells_each_reason_in_the_language_and_no_value_unasked(axflow_engine: Engine) -> None:
    who = people(axflow_engine)
    project = axflow_engine.open("repair", firm="acme", actor=who["clerk"]).id
    axflow_engine.send(project, "start", actor=who["clerk"]).require()
    axflow_engine.record(project, "report", {"serial": "S-1", "grade": 1}, actor=who["checker"]).require()
    decision = axflow_engine.send(project, "finish", actor=who["checker"])
    english, korean = problem(decision), problem(decision, "ko", instance="/repairs/1")
    assert english["status"] == korean["status"] == 422
    assert english["title"] != korean["title"]
    assert [reason["code"] for reason in korean["reasons"]] == [blocker.code for blocker in decision.blockers]
    assert english["detail"] == " ".join(reason["message"] for reason in english["reasons"])
    told = problem(decision, may_see=axflow_engine.may_see(project, who["checker"]))
    assert told["detail"] == " ".join(decision.reasons())
    assert korean["instance"] == "/repairs/1"
    assert json.loads(json.dumps(korean)) == korean


def test_a_repeat_of_a_refusal_has_the_first_status(axflow_engine: Engine) -> None:
    who = people(axflow_engine)
    project = axflow_engine.open("repair", firm="acme", actor=who["clerk"]).id
    first = axflow_engine.send(project, "finish", actor=who["checker"], key="k")
    again = axflow_engine.send(project, "finish", actor=who["checker"], key="k")
    assert again.outcome == "duplicate"
    assert http_status(again) == http_status(first) == 409
    assert problem(again)["detail"] == problem(first)["detail"]


def test_what_was_not_refused_is_no_problem(axflow_engine: Engine) -> None:
    who = people(axflow_engine)
    project = axflow_engine.open("repair", firm="acme", actor=who["clerk"]).id
    decision = axflow_engine.send(project, "start", actor=Actor("clerk", who["clerk"].organisation))
    assert http_status(decision) == 200
    with pytest.raises(ValueError, match="no problem"):
        problem(decision)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-GB, ko;q=0.9", "en"),
        ("fr, ko;q=0.2", "ko"),
        ("fr", "en"),
        ("*", "en"),
        ("en;q=0, *", "ko"),
        ("en;q=0, ko;q=0", "en"),
        ("ko;q=much, en", "en"),
    ],
)
def test_the_language_is_the_one_preferred(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_a_host_may_have_another_default() -> None:
    assert preferred("fr", default="ko") == preferred("*", default="ko") == "ko"
