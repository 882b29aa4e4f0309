"""What the engine refuses outside of a project's journal, each with what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from axflow.definition.lint.finding import Finding


class EngineError(Exception):
    """The engine cannot do what was asked; nothing was changed."""


class NotAuthorised(EngineError):
    """The actor may not do this; it is no act on a project, so no journal has it."""


class NotPublishable(EngineError):
    """The linter found what cannot work. `findings` has every finding, warnings too."""

    def __init__(self, definition: str, findings: tuple[Finding, ...]) -> None:
        errors = [str(finding) for finding in findings if finding.severity == "error"]
        super().__init__(f"{definition} cannot be published:\n" + "\n".join(errors))
        self.findings = findings


class VersionReused(EngineError):
    """A published version never changes: other content needs another version."""


class TickFailed(EngineError):
    """Timers of some projects could not be fired; they stay due, and those of all others were fired."""

    def __init__(self, fired: int, failures: Mapping[str, Exception]) -> None:
        told = "; ".join(f"{project}: {type(error).__name__}: {error}" for project, error in failures.items())
        super().__init__(f"timers of {len(failures)} projects could not be fired; of {fired} others they were: {told}")
        self.fired = fired
        """How many projects moved or changed."""
        self.failures = failures
        """Project and what went wrong with it."""
