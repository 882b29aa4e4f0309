"""Small definitions to build tests on: two bodies, two stages, one end, nothing to complain about."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from axflow.definition.definition import Definition
from axflow.definition.loading import load

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT.parent / "shared" / "example-definition.yaml"

needs_example = pytest.mark.skipif(
    not EXAMPLE.exists(), reason="needs the shared example definition beside the checkout"
)


@cache
def shipped(name: str | Path) -> Definition:
    """A shipped workflow or a file, read once: definitions are frozen."""
    return load(name)


BASE: dict[str, Any] = {
    "axflow": "1",
    "id": "small",
    "version": "1",
    "title": {"en": "Small", "ko": "작은 절차"},
    "calendar": {"country": "KR", "timezone": "Asia/Seoul"},
    "organisations": {"north": {"en": "North", "ko": "북"}, "south": {"en": "South", "ko": "남"}},
    "roles": {"officer": {"of": "north"}, "receiver": {"of": "south"}},
    "stages": {"first": {"owner": "north"}, "second": {"owner": "south"}},
    "ends": {"done": "success"},
    "transitions": [
        {"event": "advance", "from": "first", "to": "second", "by": ["officer", "receiver"]},
        {"event": "finish", "from": "second", "to": "done", "by": ["officer", "receiver"]},
    ],
}


def data(**changes: Any) -> dict[str, Any]:
    """The base as data, with whole top-level keys replaced; `key=None` leaves a key out."""
    made = deepcopy(BASE)
    for key, value in changes.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = value
    return made


def small(**changes: Any) -> Definition:
    """The base as a definition, with whole top-level keys replaced."""
    return Definition.model_validate(data(**changes))
