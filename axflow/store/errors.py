"""What can go wrong when something is kept, each with what to do about it."""

from __future__ import annotations


class StoreError(Exception):
    """The store could not be read or written; nothing was changed. The message says what to do."""


class Conflict(StoreError):
    """Somebody else wrote at the same time. Nothing was changed: try the same again."""


class Busy(Conflict):
    """Somebody else holds what is needed, and waiting for it was not wanted or took too long."""

    def __init__(self, message: str, project: str | None = None) -> None:
        super().__init__(message)
        self.project = project
        """The project that another transaction holds, where `lock` was asked not to wait; this one can go on."""


class ClaimTaken(StoreError):
    """A value that only one record may carry is carried by another one already."""

    def __init__(self, digest: str, holder: str) -> None:
        super().__init__(f"the claimed value is held by record {holder!r}; decide again with that fact")
        self.digest = digest
        self.holder = holder


class UnknownProject(StoreError, LookupError):
    """There is no such project."""

    def __init__(self, project: str) -> None:
        super().__init__(f"there is no project {project!r} in this store; `projects()` lists those there are")
        self.project = project


class UnknownDefinition(StoreError, LookupError):
    """There is no such published definition or version."""
