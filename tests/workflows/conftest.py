"""After each test: every journal verifies, and replaying it gives the stored project."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.workflows.play import WORLDS, Play


@pytest.fixture(autouse=True)
def journals_are_whole() -> Iterator[None]:
    """Look at all that was played on."""
    WORLDS.clear()
    yield
    for world in WORLDS:
        assert world.engine.verify().good
        for row in world.engine.projects():
            Play(world, row.id, row.firm).check()
