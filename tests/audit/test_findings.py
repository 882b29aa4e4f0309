"""Each code has a story in which it is found, played through the engine or an import, and a near miss without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from axflow.audit.findings import CODES, Finding
from tests.audit.scenario import EXAMPLES, Example, played

QUESTIONS: dict[int, tuple[str, ...]] = {
    1: ("dated-after-decision", "received-after-decision"),
    2: ("dated-too-early", "dated-before-end-of-period"),
    3: ("own-submission", "deputy-of-self"),
    4: ("no-authority",),
    5: ("wrong-channel", "unconfirmed"),
    6: ("same-document", "same-number"),
    7: ("changed-after-results",),
    8: ("waived", "waivers-by-one", "waiver-not-cured"),
    9: ("one-parent", "empty-field", "withdrawn-after-decision", "support-lost"),
    10: ("expired-at-decision",),
    11: ("tied-to-firm", "affiliated-issuer", "same-panel"),
    12: ("too-fast", "in-bulk", "year-end"),
    13: ("deadline-breached", "pause-without-request"),
    14: ("funded-twice",),
    15: ("wrong-version", "decision-would-differ"),
    16: ("recorded-late", "decisive-correction"),
    17: ("broken-history", "head-differs", "entries-missing"),
    18: ("replay-differs", "not-allowed"),
    19: ("gate-attempted", "unauthorised-attempt"),
    20: ("article-without-task", "task-without-budget", "budget-without-spend"),
    21: ("review-overdue",),
    22: ("handoff-stalled",),
    23: ("rate-differs",),
    24: ("saw-classified",),
}
"""The questions of an inspector, by their number in the domain file, and the codes that answer each. The tests of a
code are `test_the_story_gives_its_code[code]` and `test_the_near_miss_does_not[code]`."""


def test_every_question_is_answered_and_every_code_answers_one() -> None:
    assert sorted(QUESTIONS) == list(range(1, 25))
    answered = [code for codes in QUESTIONS.values() for code in codes]
    assert sorted(answered) == sorted(CODES)


def test_code_and_page_name_the_same_findings() -> None:
    assert {one.code: one.severity for one in EXAMPLES} == {code: known.severity for code, known in CODES.items()}


def _all(given: tuple[Finding, ...]) -> str:
    return "\n".join(f"{one.code} {one.project} {one.entries}: {one.message.en}" for one in given)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_the_story_gives_its_code(example: Example, tmp_path: Path) -> None:
    report = played(example.found, tmp_path)
    found = [one for one in report.findings if one.code == example.code]
    assert found, _all(report.findings)
    for one in found:
        assert one.severity == CODES[example.code].severity
        assert one.message.ko and re.search("[가-힣]", one.message.ko)
        assert not re.search(r"\{\w+\}", one.message.en + one.message.ko)
        assert one.entries or one.code in ("article-without-task", "rate-differs", "entries-missing", "head-differs")
    assert len({one.id for one in report.findings}) == len(report.findings)
    assert example.code not in report.clean


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_the_near_miss_does_not(example: Example, tmp_path: Path) -> None:
    assert example.right and example.right != example.found
    report = played(example.right, tmp_path)
    assert [one for one in report.findings if one.code == example.code] == [], _all(report.findings)
    assert example.code in report.clean, "it was looked for, and is not there"
