"""What CloudEvents 1.0.2 and its JSON format ask of an event, as a reader of the two texts would check it.

github.com/cloudevents/spec, tag ce@v1.0.2: cloudevents/spec.md and cloudevents/formats/json-format.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_NAME = re.compile(r"[a-z0-9]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:" + _REFERENCE.pattern)
_MEDIA = re.compile(r"[\w!#$&^.+\-]+/[\w!#$&^.+\-]+(\s*;.*)?")
_REVERSE_DNS = re.compile(r"[a-z0-9]+(\.[a-z0-9_\-]+)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def breaches(body: bytes) -> list[str]:
    """Every rule that a structured-mode body breaks."""
    event = json.loads(body.decode("utf-8"))
    if not isinstance(event, dict):
        return ["an event is a JSON object"]
    return list(_breaches(event))


def _breaches(event: dict[str, Any]) -> Iterator[str]:
    for name in ("id", "source", "specversion", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            yield f"{name} is required, a non-empty string"
    if event.get("specversion") != "1.0":
        yield "specversion is 1.0"
    if not _REFERENCE.fullmatch(str(event.get("source"))):
        yield "source is a URI-reference"
    if not _REVERSE_DNS.fullmatch(str(event.get("type"))):
        yield "type should begin with a reverse-DNS name"
    if "subject" in event and (not isinstance(event["subject"], str) or not event["subject"]):
        yield "subject is a non-empty string"
    if "time" in event and not _TIME.fullmatch(str(event["time"])):
        yield "time is RFC 3339"
    if "dataschema" in event and not _URI.fullmatch(str(event["dataschema"])):
        yield "dataschema is a URI, with a scheme"
    if "datacontenttype" in event and not _MEDIA.fullmatch(str(event["datacontenttype"])):
        yield "datacontenttype is a media type"
    if "data" in event and "data_base64" in event:
        yield "data and data_base64 exclude each other"
    for name, value in event.items():
        if name in ("data", "data_base64"):
            continue
        if not _NAME.fullmatch(name):
            yield f"{name}: names of attributes are lower-case letters and digits"
        if len(name) > 20:
            yield f"{name}: names of attributes should have at most 20 characters"
        if isinstance(value, bool) or (isinstance(value, str) and not _CONTROL.search(value)):
            continue
        if isinstance(value, int) and -(2**31) <= value < 2**31:
            continue
        yield f"{name}: {value!r} is no boolean, 32-bit integer or string without control characters"
