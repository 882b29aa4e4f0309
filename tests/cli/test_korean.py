"""Everything that the commands say has Korean: help, headings, messages; and nothing is kept that is never said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from axflow.cli.app import app
from axflow.cli.korean import SENTENCES, WRITTEN
from axflow.cli.language import asked, speak, told, translated
from axflow.definition.columns import columns
from tests.cli.conftest import ROOT, Run

PARSER = {"Arguments", "Commands", "Options"}
"""Headings that the help writes, beside those that commands name."""


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, by its words."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), typer.main.get_command(app))]
    while waiting:
        path, one = waiting.pop()
        yield path, one
        waiting += [((*path, name), inner) for name, inner in getattr(one, "commands", {}).items()]


def in_help() -> set[str]:
    """What the help of commands says."""
    found = set(PARSER)
    for _, one in commands():
        found |= {" ".join(part.split()) for part in (one.help or "").split("\n\n") if part}
        if isinstance(getattr(one, "rich_help_panel", None), str):
            found.add(one.rich_help_panel)
        found |= {parameter.help for parameter in one.params if getattr(parameter, "help", None)}
    return found


def in_code() -> set[str]:
    """Sentences that are written out where they are told."""
    found: set[str] = set()
    for path in (*Path(ROOT, "axflow", "cli").glob("*.py"), Path(ROOT, "axflow", "engine", "verified.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name in ("told", "CommandError", "UnreadableMemory") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


def in_tables() -> set[str]:
    """Headings of tables, labels of `doctor`, and what the help adds."""
    from axflow.cli import (
        audit_as_of,
        audit_find_file,
        audit_findings,
        audit_performance,
        calendar,
        letters,
        project_retaining,
        telling,
    )

    labels = {"encoding", "database", "reachable", "problem", "projects", "entries", "breaks", "pending timers"}
    labels |= {"schema version", "timer lag seconds", "waiting messages", "message lag seconds", "dead letters"}
    labels |= {"unplaced entries", "unplaced lag seconds", "tables", "bytes", "bytes per entry"}
    added = {"[OPTIONS]", "COMMAND [ARGS]...", "env var", "default", "required", "error", "warning"}
    headings = {
        *audit_as_of.COUNTS,
        *audit_find_file.FILES,
        *audit_findings.FINDINGS,
        *audit_findings.SEVERITY,
        *audit_findings.DECISIONS,
        *audit_performance.WORDS,
        *(heading for _, heading in audit_performance.SECTIONS),
        *(title for table in audit_performance.COLUMNS.values() for _, title in table),
        *letters.LETTERS,
        *calendar.HEADINGS,
        *project_retaining.HEADINGS,
        *project_retaining.DONE.values(),
        *telling.TIMELINE,
        *telling.WAYS,
        *telling.FACTS,
        *telling.RECORDS,
    }
    return headings | labels | added


def said() -> set[str]:
    return in_help() | in_code() | in_tables()


def test_everything_that_is_said_has_korean() -> None:
    assert sorted(sentence for sentence in said() if sentence not in WRITTEN) == []


def test_no_korean_is_kept_for_what_is_never_said() -> None:
    # Older versions of the parser word the help of their own options differently.
    assert sorted(set(WRITTEN) - said() - {"Show this message and exit."}) == []


@pytest.mark.parametrize("sentence", sorted(SENTENCES))
def test_korean_is_korean_and_has_the_same_values(sentence: str) -> None:
    korean = SENTENCES[sentence]
    assert set(re.findall(r"{\w+}", korean)) <= set(re.findall(r"{\w+}", sentence))
    assert re.search("[가-힣]", korean) or "{" in sentence or sentence in ("No.",), korean


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["project", "list"], {}, "en"),
        (["project", "list", "--lang", "ko"], {}, "ko"),
        (["--lang=ko", "project", "--help"], {"AXFLOW_LANG": "en"}, "ko"),
        (["project"], {"AXFLOW_LANG": "ko", "LANG": "en_US.UTF-8"}, "ko"),
        (["project"], {"LANG": "ko_KR.UTF-8"}, "ko"),
        (["project"], {"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        (["project"], {"LC_MESSAGES": "ko_KR.eucKR", "LANG": "en_US"}, "ko"),
        (["project", "send", "--", "--lang", "ko"], {}, "en"),
        (["project", "--lang"], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert asked(arguments, environment) == language


@pytest.fixture
def korean() -> Iterator[None]:
    speak("ko")
    yield
    speak("en")


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("No such command 'sned'. Did you mean 'send'?", "'sned' 명령은 없습니다. 'send'을(를) 뜻하셨습니까?"),
        (
            "a.yaml:3:1: stages: `3` stands where a mapping belongs — write `key: value` lines",
            "a.yaml:3:1: stages: `이름: 값` 목록 자리에 `3`이(가) 있습니다 — 다음과 같이 쓰십시오: `이름: 값`",
        ),
        (
            "points: 'abc' is not an integer. Write a number.\nrow 2 has no 'name'",
            "points: 'abc'은(는) 정수 값이 아닙니다. 숫자로 쓰십시오.\n2번째 행에 'name'이(가) 없습니다",
        ),
        ("nobody knows this sentence; no such file", "nobody knows this sentence; no such file"),
        ("no {braces} are filled", "no {braces} are filled"),
    ],
)
def test_what_lower_rooms_say_is_found_by_its_form(english: str, expected: str) -> None:
    assert translated(english) == expected


@pytest.mark.usefixtures("korean")
def test_a_value_is_put_into_the_sentence_and_not_read_as_one() -> None:
    assert told("there is no database {file}", file="{x}") == "{x} 데이터베이스가 없습니다"


def test_help_is_korean_throughout_and_keeps_to_the_width(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("axflow.cli.help.terminal_width", lambda: 60)
    for path, one in commands():
        done = run(*path, "--help", "--lang", "ko")
        assert done.returncode == 0
        text = " ".join(done.stdout.split())
        help = [*(one.help or "").split("\n\n"), *(getattr(parameter, "help", None) for parameter in one.params)]
        assert [words for words in help if words and " ".join(words.split()) in text] == []
        assert [line for line in done.stdout.splitlines() if columns(line) > 60] == []
