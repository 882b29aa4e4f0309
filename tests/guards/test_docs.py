"""Every example of docs/guards.md is run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

from axflow.guards import (
    Collection,
    GuardError,
    Type,
    Unknown,
    boolean,
    compile_guard,
    date,
    decimal,
    duration,
    encode,
    enum,
    integer,
    list_of,
    record,
    text,
    timestamp,
)

PAGE = Path(__file__).parents[2] / "docs" / "guards.md"
SCHEMA: dict[str, Type] = {
    "report": record(
        "report",
        {
            "recall": decimal(4, 0, 10_000),
            "trials": integer(0, 1_000),
            "passed": boolean(),
            "severe": boolean(),
            "level": enum(["low", "middle", "high"]),
            "day": date(),
            "valid_until": timestamp(),
        },
    ),
    "plan": record("plan", {"least": decimal(2, 0, 100), "agreed": date()}),
    "letters": list_of(record("letter", {"quantity": integer(0, 1_000), "line": text()}), 100),
    "check": record("check", {"reserved": boolean(), "barred": boolean()}),
    "notices": list_of(record("notice", {"closed": boolean(), "weight": integer(0, 9)}), 10),
    "objections": list_of(record("objection", {"closed": boolean()}), 10, may_be_empty=True),
    "params": record("params", {"quorum": integer(1, 5), "window": duration()}),
    "at": timestamp(),
    "today": date(),
}
FACTS: dict[str, Any] = {
    "report": {
        "recall": "0.95",
        "trials": 40,
        "passed": True,
        "level": "high",
        "day": "2026-01-10",
        "valid_until": "2026-12-31T23:59:59Z",
    },
    "plan": {"least": "0.9", "agreed": "2026-01-01"},
    "letters": [{"quantity": 3, "line": "6130"}, {"quantity": 5, "line": "6131"}],
    "check": {"reserved": True},
    "params": {"quorum": 2, "window": "30d"},
    "at": "2026-03-01T00:00:00Z",
    "today": "2026-03-01",
}


def examples() -> list[str]:
    blocks = re.findall(r"```guard\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def outcome(source: str) -> str:
    env = {name: encode(SCHEMA[name], value) for name, value in FACTS.items()}
    env |= {"notices": Collection((), filed=False), "objections": Collection((), filed=False)}
    try:
        result = compile_guard(source, SCHEMA).evaluate(env)
    except GuardError as error:
        return f"error {error.code}"
    return f"UNKNOWN {result.reason}" if isinstance(result, Unknown) else str(result).upper()


@pytest.mark.parametrize("line", examples())
def test_each_guard_on_the_page(line: str) -> None:
    source, _, expected = line.rpartition("//")
    assert outcome(source) == expected.strip()


def test_the_page_has_its_examples() -> None:
    assert len(examples()) >= 35


def test_the_python_session_on_the_page() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 10
    assert result.failed == 0
