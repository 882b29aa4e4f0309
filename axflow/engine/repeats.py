"""The answer to a repeat under a key whose first outcome was a refusal: the same reasons, as the journal has them."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.engine.views import TELLING
from axflow.journal.commitment import content_of
from axflow.kernel.blocker import Blocker
from axflow.kernel.entry import Entry
from axflow.store.protocol import Unit

_PLACE: Final = re.compile(r"\{[^{}]*\}")


def reasons(unit: Unit, definition: Definition, project: str, seq: int) -> tuple[Blocker, ...]:
    """The blockers of a refusal that stands in the journal as entry `seq`.

    Their sentences are those that were said then, except that recorded values which one may have quoted are left out:
    whoever repeats a command need not see what its first sender saw. Who could resolve it is not kept.
    """
    for stored in unit.entries(project, seq - 1, seq):
        entry = Entry.from_structure(json.loads(stored.body))
        if entry.outcome == "refused":
            said = content_of(unit.payloads(project, seq))
            return tuple(
                _blocker(definition, code, said.get(f"blocker.{number}", {}))
                for number, code in enumerate(entry.blockers)
            )
    return ()


def _blocker(definition: Definition, code: str, said: dict[str, Any]) -> Blocker:
    guard = definition.guards.get(said.get("guard", ""))
    if guard is not None:
        missing = guard.missing or Text(en="…", ko="…")
        params = {"title": guard.title, "missing": Text(**_without_values(missing))}
        return Blocker(code, params, guard=said["guard"])
    if code in TELLING or "en" not in said:
        return Blocker(code)
    return Blocker(code, said=Text(en=said["en"], ko=said["ko"]))


def _without_values(words: Text) -> dict[str, str]:
    return {language: _PLACE.sub("…", text) for language, text in words.model_dump().items() if text is not None}
