"""Messages as CloudEvents 1.0 in JSON structured mode (github.com/cloudevents/spec): structure only, no content.

| attribute | what it holds |
|---|---|
| `id` | first half of the entry's hash, `-`, the message's number: the same at every attempt of whoever |
| `source` | which installation speaks; yours to choose |
| `type` | `org.axflow.project.` and the kind of the message: of a command, `automatic`, `timer` or `escalated` |
| `subject` | the project's id |
| `time` | when the entry was recorded |
| `seq` | number of the entry in its project (extension, integer) |
| `rulesdigest` | the rules that it was decided by (extension) |
| `entryhash` | hash of the entry, as the journal has it (extension) |
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from axflow.engine import Engine
from axflow.store.rows import StoredMessage

CONTENT_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
TYPE_PREFIX: Final = "org.axflow.project."
DATA_SCHEMA: Final = "urn:axflow:message:1"
"""Changes when `data` changes its form in a way that readers must know of."""
SOURCE: Final = "urn:axflow:projects"
"""Said of an installation that nobody named."""

_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


class NoEntry(LookupError):
    """A message tells of an entry that the journal does not have."""


def cloud_event(engine: Engine, message: StoredMessage, source: str = SOURCE) -> dict[str, Any]:
    """`message` as a CloudEvent. Raises `NoEntry` where the journal does not have the entry that it tells of.

    Parameters:
        engine: has the journal; the entry's time, rules and hash come from there.
        message: as `Engine.messages` or `Engine.lease` gave it.
        source: a URI that names this installation; `source` and `id` together are unique.
    """
    checked_source(source)
    with engine.store.reading() as unit:
        entries = unit.entries(message.project, message.seq - 1, message.seq)
    if not entries:
        raise NoEntry(f"message {message.id} tells of entry {message.project}/{message.seq}, which is not there")
    entry = json.loads(entries[0].body)
    digest = entries[0].hash.hex()
    return {
        "specversion": "1.0",
        "id": f"{digest[:32]}-{message.id}",
        "source": source,
        "type": TYPE_PREFIX + message.kind,
        "subject": message.project,
        "time": entry["recorded_at"],
        "datacontenttype": "application/json",
        "dataschema": DATA_SCHEMA,
        "seq": message.seq,
        "rulesdigest": entry["rules"],
        "entryhash": digest,
        "data": {"kind": message.kind, "to": list(message.to), **message.data},
    }


def checked_source(source: str) -> str:
    """`source`, where it is a URI reference (RFC 3986); `ValueError` where it is none."""
    if not _REFERENCE.fullmatch(source):
        raise ValueError(f"{source!r} is no URI; name the installation by one, such as https://permits.example")
    return source


def body_of(event: Mapping[str, Any]) -> bytes:
    """The event as bytes: one spelling, so that every attempt carries the same body."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
