"""Korean for what `axflow audit` says: help, headings and answers."""

from __future__ import annotations

from typing import Final

AUDIT_HELP: Final = {
    "Question what happened: verify, look back, find what does not hold.":
        "지난 일을 감사합니다. 기록을 검증하고, 과거 시점을 조회하고, 문제점을 찾습니다.",
}  # fmt: skip

AUDIT_ANSWERS: Final[dict[str, str]] = {}
