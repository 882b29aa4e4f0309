"""Korean for everything that the commands say, by its English."""

from __future__ import annotations

from typing import Final

from axflow.cli.korean_audit import AUDIT_ANSWERS, AUDIT_HELP
from axflow.cli.korean_help import COMMANDS, OPTIONS, WORDS
from axflow.cli.korean_messages import ANSWERS, ERRORS, PARSER, READING, STORE, SYSTEM, VALUES
from axflow.cli.korean_performance import PERFORMANCE_ANSWERS, PERFORMANCE_HELP
from axflow.cli.korean_retention import RETENTION_ANSWERS, RETENTION_HELP, RETENTION_REPORTED

WRITTEN: Final[dict[str, str]] = {
    **WORDS, **COMMANDS, **OPTIONS, **ANSWERS, **ERRORS,
    **AUDIT_HELP, **AUDIT_ANSWERS, **PERFORMANCE_HELP, **PERFORMANCE_ANSWERS, **RETENTION_HELP, **RETENTION_ANSWERS,
}  # fmt: skip
"""What the commands themselves say."""
REPORTED: Final[dict[str, str]] = {**PARSER, **SYSTEM, **STORE, **READING, **VALUES, **RETENTION_REPORTED}
"""What the parser, the system and lower rooms report, by its form."""
SENTENCES: Final[dict[str, str]] = {**REPORTED, **WRITTEN}
