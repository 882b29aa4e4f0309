"""docs/workers.md: its programs print what it says, its commands and its unit run, its verification verifies."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import jsonschema
import pytest

from axflow.engine import Engine
from axflow.interchange.signature import Signer, new_secret
from tests.cli.conftest import axflow
from tests.interchange.cloud_event_rules import breaches

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "workers.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_consumers_print_what_the_page_says(tmp_path: Path) -> None:
    program = "\n".join(blocks("python"))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(blocks("text"))


@pytest.fixture
def verified(tmp_path: Path) -> Callable[..., bool]:
    """The page's own function."""
    (code,) = (block for block in blocks("python") if "def verified" in block)
    (tmp_path / "receiving.py").write_text(code, encoding="utf-8")
    spec = spec_from_file_location("receiving", tmp_path / "receiving.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., bool] = module.verified
    return function


def test_ten_lines_verify_a_signature(verified: Callable[..., bool]) -> None:
    old, new = new_secret(), new_secret()
    body = b'{"id":"x"}'
    headers = Signer.parse(f"{new} {old}").headers("x-1", datetime.now(UTC), body)
    assert verified(headers, body, old) and verified(headers, body, new)
    assert not verified(headers, body + b" ", new)
    assert not verified(headers, body, new_secret())
    assert not verified({**headers, "webhook-id": "x-2"}, body, new)
    assert not verified({**headers, "webhook-timestamp": str(int(time.time()) - 1)}, body, new)
    late = Signer.parse(new).headers("x-1", datetime.now(UTC) - timedelta(minutes=6), body)
    assert not verified(late, body, new)


def test_the_event_that_is_shown_keeps_the_rules_and_the_schema() -> None:
    (shown,) = blocks("json")
    (schema,) = blocks("json schema")
    assert breaches(shown.encode()) == []
    jsonschema.validate(json.loads(shown)["data"], json.loads(schema))


COMMANDS = [line.partition("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    Engine(tmp_path / "axflow.db").close()
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AXFLOW_DB", raising=False)
    monkeypatch.setenv("AXFLOW_WEBHOOK_SECRET", new_secret())
    program, *arguments = shlex.split(command)
    assert program == "axflow"
    if arguments in (["worker"], ["worker", "--webhook", "https://receiver.example/axflow"]):
        arguments.append("--once")
    done = axflow(*arguments, cwd=empty)
    assert done.returncode in (0, 1), done.stderr
    if done.returncode == 1:  # there is no message 17
        assert "none of these" in done.stderr


def test_the_unit_starts_a_worker(empty: Path) -> None:
    (unit,) = blocks("ini")
    assert {line for line in unit.splitlines() if line.startswith("[")} == {"[Unit]", "[Service]", "[Install]"}
    program, *arguments = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])  # type: ignore[index]
    assert program.endswith("/axflow")
    (empty / "webhook").write_text(new_secret())
    arguments = [argument.replace("%d", str(empty)) for argument in arguments]
    done = axflow(*arguments, "--once", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert "fired 0, delivered 0" in done.stderr
