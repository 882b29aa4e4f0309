"""What the engine refuses outside of a project's journal, each with what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
