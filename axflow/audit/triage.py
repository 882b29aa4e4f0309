"""What was decided about findings: accepted or dismissed, by whom, when and why; kept in a file beside the database.

    axflow_triage: 1

Then one JSON line a decision, in the order in which they were taken; a later one about the same finding counts. The
file is only added to. The audited database stays as it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from axflow.audit.findings import Finding
from axflow.audit.reading import AuditError

Verdict = Literal["accepted", "dismissed"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
_FIRST: Final = '{"axflow_triage":1}'
_LONGEST: Final = 64 * 1024
"""Bytes of a line: a reason is a sentence, not a document."""


class Decided(NamedTuple):
    """A decision about a finding."""

    finding: str
    """Its id."""
    code: str
    verdict: Verdict
    by: str
    at: str
    """UTC text."""
    reason: str


def beside(database: str | Path) -> Path:
    """Where triage is kept: beside the file of a database or bundle, under its name and `.triage.jsonl`."""
    path = Path(database)
    return path.with_name(f"{path.name}.triage.jsonl")


def decisions(file: Path) -> Mapping[str, Decided]:
    """What was decided last about each finding, by its id; empty where there is no file.

    Raises `AuditError` naming the line that is none.
    """
    if not file.exists():
        return {}
    found: dict[str, Decided] = {}
    with file.open(encoding="utf-8") as lines:
        number = 0
        while line := lines.readline(_LONGEST):
            number += 1
            if number == 1:
                if line.strip() != _FIRST:
                    raise AuditError(f"{file} is no triage file: its first line is not {_FIRST}")
                continue
            try:
                told = Decided(**json.loads(line))
                good = told.verdict in VERDICTS and all(isinstance(part, str) for part in told)
            except (ValueError, TypeError, RecursionError):
                good = False
            if not good:
                raise AuditError(f"{file}:{number}: no decision about a finding; restore the file")
            found[told.finding] = told
    return found


def decide(file: Path, finding: Finding, verdict: Verdict, by: str, reason: str, at: str) -> Decided:
    """Add a decision about a finding, and bring it onto the disk.

    Parameters:
        file: as `beside` names it; made where there is none.
        at: now, UTC text.

    Raises `AuditError` for a verdict, person or reason that is none.
    """
    if verdict not in VERDICTS or not by.strip() or not reason.strip():
        raise AuditError("a decision needs accepted or dismissed, a person and a reason")
    decisions(file)  # what cannot be read is not added to
    made = Decided(finding.id, finding.code, verdict, by.strip(), at, reason.strip())
    line = json.dumps(made._asdict(), ensure_ascii=False, separators=(",", ":"))
    if len(line.encode()) >= _LONGEST:
        raise AuditError(f"the reason is too long: {_LONGEST // 2} characters at most")
    new = not file.exists()
    with file.open("a", encoding="utf-8") as opened:
        opened.write((f"{_FIRST}\n" if new else "") + line + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return made
